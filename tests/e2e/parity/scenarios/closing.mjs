// close(), the closing handshake and the close event.

/** Opens to a path, lets `act` work on the open socket, and waits for the end. */
const opened = (rule, name, act, { path = '/echo', raw, wire = raw !== undefined } = {}) => ({
  name, rule,
  run: async (t) => {
    const socket = raw ? t.openRaw(raw) : t.open(path);
    await t.opened(socket);
    await act(t, socket);
    await t.closed(socket);
    if (wire) await t.wire(socket);
  },
});

function writtenOne(value) {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'symbol') return 'symbol';
  if (typeof value === 'string' && value.length > 20) return `${value.length} times ${JSON.stringify(value[0])}`;
  return typeof value === 'number' ? String(value) : JSON.stringify(value) ?? String(value);
}

/** How the arguments are written down. */
const written = (args) => args.map(writtenOne).join(', ');

const closing = (...args) => (t, socket) => { t.call(`close(${written(args)})`, () => socket.close(...args)); };

const BAD_CODES = [0, 1, 999, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1011, 1015, 2999, 5000, 65535, 65536, 70000, -1, 1e10, -Infinity, Infinity];
const ODD_CODES = [NaN, null, '', 'abc', '1000', ' 3000 ', '0x3e8', true, [], [1000], {}, 999.4, 999.5, 1000.4, 1000.5, 2999.5, 4999.4, 4999.5];

const everyState = (rule, name, ...calls) => ({
  name, rule,
  run: async (t) => {
    const judge = (socket) => { for (const args of calls) closing(...args)(t, socket); };
    const socket = t.open('/echo');
    judge(socket);
    await t.opened(socket);
    judge(socket);
    socket.close();
    t.note('close()');
    judge(socket);
    await t.closed(socket);
    judge(socket);
  },
});

const misuse = [
  everyState('X2', 'codes that are refused, in every state', ...BAD_CODES.map((code) => [code])),
  everyState('X3', 'reasons that are refused, in every state', [1000, 'x'.repeat(124)], [undefined, 'x'.repeat(124)], [3000, '\u00e4'.repeat(62)]),
  everyState('X4', 'the code is judged before the reason', [999, 'x'.repeat(124)], [1001, '']),
  everyState('X1', 'arguments that cannot be converted', [Symbol('code')], [1000, Symbol('reason')], [1000n], [undefined, Symbol('reason')]),
  {
    name: 'codes are clamped and rounded', rule: 'X1',
    run: async (t) => {
      const socket = t.open('/close');
      await t.closed(socket);
      for (const code of ODD_CODES) closing(code)(t, socket);
    },
  },
  opened('X3', 'a reason that cannot be converted leaves the socket open', async (t, socket) => {
    t.call('close(1000, object)', () => socket.close(1000, { toString: () => { throw new RangeError('mine'); } }));
    closing(3000, 'over')(t, socket);
  }),
  opened('X1', 'the code is converted before the reason', (t, socket) => {
    const code = { valueOf: () => { t.note('the code'); return 3000; } };
    const reason = { toString: () => { t.note('the reason'); return 'x'; } };
    t.call('close(objects)', () => socket.close(code, reason));
  }),
];

/** What goes over the wire, and what comes back, for each way to call close(). */
const called = [
  opened('X8', 'close() sends an empty body', closing(), { raw: 'serve' }),
  opened('X8', 'close(undefined) is close()', closing(undefined), { raw: 'serve' }),
  opened('row 6', 'close(undefined, undefined) is close()', closing(undefined, undefined), { raw: 'serve' }),
  opened('X8', 'close(1000) sends two bytes', closing(1000), { raw: 'serve' }),
  opened('X8', 'close(1000, "") sends two bytes', closing(1000, ''), { raw: 'serve' }),
  ...[3000, 3999, 4000, 4999].map((code) => opened('X2', `close(${code}) is echoed`, closing(code), { raw: 'serve' })),
  opened('row 7', 'close(3000, "reason") sends both', closing(3000, 'reason'), { raw: 'serve' }),
  ...['reason', ''].map((reason) => opened('X9', `close(undefined, "${reason}")`, (t, socket) => {
    closing(undefined, reason)(t, socket);
    if (socket.readyState === 1) closing(4000)(t, socket);
  }, { raw: 'serve' })),
  opened('X3', 'a reason of 123 bytes', closing(1000, 'x'.repeat(123)), { raw: 'serve' }),
  opened('X3', 'a reason of 41 characters of three bytes', closing(1000, '\u4e16'.repeat(41)), { raw: 'serve' }),
  opened('X3', 'a reason of 42 characters of three bytes', (t, socket) => {
    closing(1000, '\u4e16'.repeat(42))(t, socket);
    closing(1000, 'short')(t, socket);
  }, { raw: 'serve' }),
  opened('X3', 'unpaired surrogates in a reason are replaced', closing(1000, 'a\ud800b\udc00c'), { raw: 'serve' }),
  opened('X3', 'unpaired surrogates count three bytes each', (t, socket) => {
    closing(1000, '\ud800'.repeat(42))(t, socket);
    closing(1000, '\ud800'.repeat(41))(t, socket);
  }, { raw: 'serve' }),
  opened('X3', 'a reason that is not a string', closing(1000, null), { raw: 'serve' }),
  opened('X1', 'close(3000.5) rounds to the even code', closing(3000.5), { raw: 'serve' }),
  opened('X1', 'close(3001.5) rounds to the even code', closing(3001.5), { raw: 'serve' }),
  opened('X1', 'close("4000") takes a string', closing('4000'), { raw: 'serve' }),
  opened('X5', 'a second close() changes nothing', (t, socket) => {
    closing(3000, 'first')(t, socket);
    closing(4000, 'second')(t, socket);
    closing()(t, socket);
  }, { raw: 'serve' }),
  opened('X7', 'messages before close() go out first', (t, socket) => {
    for (const text of ['one', 'two', 'three']) t.call(`send("${text}")`, () => socket.send(text));
    closing(1000)(t, socket);
  }, { raw: 'serve' }),
  opened('S7', 'a Blob before close() goes out first', (t, socket) => {
    t.call('send(Blob)', () => socket.send(new Blob(['in a blob'])));
    t.call('send("text")', () => socket.send('text'));
    closing(1000)(t, socket);
  }, { raw: 'serve' }),
  opened('S5', 'messages after close() do not', (t, socket) => {
    closing(1000)(t, socket);
    t.call('send("late")', () => socket.send('late'));
  }, { raw: 'serve' }),
  {
    name: 'close() in the open handler', rule: 'X7',
    run: async (t) => {
      const socket = t.openRaw('serve');
      socket.onopen = () => { closing(3000, 'in open')(t, socket); };
      await t.closed(socket);
      await t.wire(socket);
    },
  },
  {
    name: 'close() in the message handler', rule: 'X11',
    run: async (t) => {
      const socket = t.open('/burst/5');
      socket.onmessage = ({ data }) => { if (data === '1') closing(3000, 'enough')(t, socket); };
      await t.closed(socket);
    },
  },
  {
    name: 'close() in the close handler', rule: 'X5',
    run: async (t) => {
      const socket = t.open('/close/4000');
      socket.onclose = () => { closing(3000)(t, socket); };
      await t.closed(socket);
    },
  },
  {
    name: 'close() in the error handler', rule: 'X5',
    run: async (t) => {
      const socket = t.open('/reject/403');
      socket.onerror = () => { closing(3000)(t, socket); };
      await t.closed(socket);
    },
  },
  opened('X5', 'close() when closed', async (t, socket) => {
    closing(1000)(t, socket);
    await t.closed(socket);
    closing(3000, 'again')(t, socket);
  }),
];

/** The server answers our Close frame in another way than by repeating it. */
const answered = [
  opened('row 8', 'another code than ours', closing(3000, 'ours'), { raw: 'close-second?answer=code&code=4001&reason=theirs' }),
  opened('row 8', 'a code where we had none', closing(), { raw: 'close-second?answer=code&code=1000' }),
  opened('row 8', 'no code where we had one', closing(3000, 'ours'), { raw: 'close-second?answer=empty' }),
  opened('X11', 'messages before the answer are thrown away', closing(1000), { raw: 'close-second?answer=messages-first' }),
  opened('X11', 'a ping before the answer', closing(1000), { raw: 'close-second?answer=ping-first', wire: false }),
  opened('row 13', 'an answer with a code that must not be sent', closing(1000), { raw: 'close-second?answer=invalid', wire: false }),
  opened('row 10', 'TCP ends without an answer', closing(1000), { raw: 'close-second?answer=nothing' }),
  opened('row 10', 'TCP is reset without an answer', closing(1000), { raw: 'close-second?answer=nothing&end=reset' }),
  opened('row 8', 'two answers: the first counts', closing(1000), { raw: 'close-second?answer=twice' }),
  opened('row 9', 'both close at once', (t, socket) => {
    t.ignore(socket, 'bufferedAmount');
    socket.send('go');
    closing(3000, 'ours')(t, socket);
  }, { raw: 'close-together' }),
  opened('K3', 'the close event waits for the end of TCP', async (t, socket) => {
    const start = Date.now();
    closing(1000)(t, socket);
    await t.closed(socket);
    t.value('waited', Date.now() - start >= 290);
  }, { raw: 'close-slowly?delay=300' }),
];

/** Tells the raw server that the socket is open, and waits for the end. */
const going = (rule, name, target, { wire = false } = {}) => ({
  name, rule,
  run: async (t) => {
    const socket = t.openRaw(target);
    t.ignore(socket, 'bufferedAmount');
    socket.addEventListener('open', () => socket.send('go'));
    await t.closed(socket);
    if (wire) await t.wire(socket);
  },
});

/** The server closes first, with a body of its own. What a client answers to one that is illegal is not compared. */
const closed = (rule, name, query) => going(rule, name, `close-first?${query}`, { wire: rule !== 'row 13' });

const VALID = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999];
const INVALID = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535];

const byServer = [
  ...VALID.map((code) => closed('row 4', `the server closes with ${code}`, `code=${code}&reason=because`)),
  ...INVALID.map((code) => closed('row 13', `the server closes with ${code}, which must not be sent`, `code=${code}&reason=because`)),
  closed('row 4', 'the server closes without a reason', 'code=1000'),
  closed('row 5', 'the server closes with an empty body', 'x=y'),
  closed('row 13', 'the server closes with a body of one byte', 'body=03'),
  closed('row 13', 'the server closes with a reason that is not UTF-8', 'body=03e8ff'),
  closed('row 13', 'the server closes with half a character', 'body=03e8f09f98'),
  closed('K2', 'a byte order mark in the reason stays', 'body=03e8efbbbf6f6b'),
  closed('row 4', 'a reason beyond ASCII', `code=4000&reason=${encodeURIComponent('gr\u00fc\u00df \u{1f600}')}`),
  closed('row 4', 'a reason of 123 bytes from the server', `code=4000&reason=${'x'.repeat(123)}`),
  closed('F4', 'a message behind the Close frame', 'code=4000&then=message'),
  {
    name: 'CLOSING while TCP lasts after the server\'s Close frame', rule: 'X10',
    run: async (t) => {
      const socket = t.openRaw('close-first?code=4000&delay=300&at-once=1');
      await t.opened(socket);
      await t.after(150);
      t.note('150 ms later');
      t.call('send("late")', () => socket.send('late'));
      closing(3000)(t, socket);
      await t.closed(socket);
      await t.wire(socket);
    },
  },
  ...['', '/3000', '/4000/bye', '/1000/done'].map((path) => ({
    name: `Parley's server at /close${path}`, rule: 'row 4',
    run: async (t) => { await t.closed(t.open(`/close${path}`)); },
  })),
  opened('row 3', 'the server closes after a message', (t, socket) => { t.call('send("x")', () => socket.send('x')); }, { path: '/close-after/4321/enough' }),
  {
    name: 'messages and the close in one burst', rule: 'T1',
    run: async (t) => { await t.closed(t.open('/burst/10')); },
  },
];

const AFTER = ['nothing', 'message', 'half-header', 'half-frame', 'half-message'];

const cut = [
  { name: 'cut at once', rule: 'row 11', run: async (t) => { await t.closed(t.open('/cut')); } },
  opened('row 11', 'cut after a message', (t, socket) => { t.call('send("x")', () => socket.send('x')); }, { path: '/cut-after' }),
  { name: 'cut while sending', rule: 'row 11', run: async (t) => { await t.closed(t.open('/cut-while-sending')); } },
  ...AFTER.map((after) => going(after === 'nothing' ? 'K5' : 'row 11', `TCP ends after ${after.replace('-', ' a ')}`, `end-first?after=${after}`)),
  ...AFTER.slice(0, 2).map((after) => going('row 11', `TCP is reset after ${after}`, `end-first?after=${after}&by=reset`)),
  ...[['T1', 'the end of TCP', 'end-first?after=nothing'], ['T1', 'a message and the end of TCP', 'end-first?after=message'],
    ['T1', 'a Close frame', 'close-first?code=4000&reason=soon'], ['row 13', 'a Close frame that is illegal', 'close-first?body=03e8ff'],
  ].map(([rule, name, target]) => ({
    name: `behind the answer: ${name}`, rule,
    run: async (t) => { await t.closed(t.openRaw(`${target}&at-once=1`)); },
  })),
];

export const scenarios = [...misuse, ...called, ...answered, ...byServer, ...cut];
