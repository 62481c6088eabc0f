// The opening handshake: who is let in, and what a socket shows when it is not.

/** Opens, closes when open, and waits for the end. */
const visit = (rule, name, target, { protocols, raw = true } = {}) => ({
  name, rule,
  run: async (t) => {
    const rest = protocols === undefined ? [] : [protocols];
    const socket = raw ? t.openRaw(target, ...rest) : t.open(target, ...rest);
    socket.addEventListener('open', () => socket.close(1000));
    await t.closed(socket);
  },
});

const parley = (rule, name, target, protocols) => visit(rule, name, target, { protocols, raw: false });
const faulty = (rule, fault, protocols) => visit(rule, `answer: ${fault}`, `handshake?fault=${fault}`, { protocols });

const selected = [
  parley('T2', 'opens and closes', '/echo'),
  parley('H9', 'the server selects the second sub-protocol', '/echo', ['chat.v1', 'chat.v2']),
  parley('H9', 'the server selects the only sub-protocol', '/echo', 'chat.v1'),
  parley('H9', 'the server selects none of the sub-protocols', '/echo', ['other', 'another']),
  parley('H9', 'the server selects what the path says', '/choose/b', ['a', 'b', 'c']),
  parley('H4', 'sub-protocols go out in their order', '/request/sec-websocket-protocol', ['chat.v1', 'chat.v2', 'zz']),
  parley('C11', 'a handshake that is decided later', '/later'),
  {
    name: 'protocol and extensions are empty until open', rule: 'C13',
    run: async (t) => {
      const socket = t.open('/deflate', ['chat.v1']);
      t.value('while connecting', [socket.protocol, socket.extensions]);
      await t.next(socket, 'open');
      t.value('open', [socket.protocol, socket.extensions.split(';')[0]]);
    },
  },
  {
    name: 'protocol stays when closed', rule: 'T2',
    run: async (t) => {
      const socket = t.open('/echo', ['chat.v1']);
      await t.opened(socket);
      socket.close();
      await t.closed(socket);
      t.value('protocol', socket.protocol);
    },
  },
  {
    name: 'two sockets to one server', rule: 'H13',
    run: async (t) => {
      const first = t.open('/close/4001');
      await t.closed(first);
      const second = t.open('/close/4002');
      await t.closed(second);
    },
  },
];

const sayHello = async (t, socket) => {
  socket.addEventListener('message', () => socket.close(1000));
  await t.closed(socket);
};

const told = [
  {
    name: 'a message of the server in its first packet', rule: 'H12',
    run: (t) => sayHello(t, t.openRaw('handshake?fault=data-behind')),
  },
  {
    name: 'an answer that comes byte by byte', rule: 'H12',
    run: (t) => sayHello(t, t.openRaw('handshake?fault=byte-by-byte')),
  },
  {
    name: 'the fields of the request', rule: 'H3',
    run: async (t) => {
      const socket = t.openRaw('request?fields=upgrade,connection,sec-websocket-version,sec-websocket-protocol,referer');
      await t.opened(socket);
      socket.close();
      await t.closed(socket);
      await t.wire(socket);
    },
  },
  {
    name: 'the page is not told', rule: 'H2',
    run: async (t) => {
      const socket = t.openRaw('request?fields=referer,authorization');
      await t.opened(socket);
      socket.close();
      await t.closed(socket);
      await t.wire(socket);
    },
  },
  {
    name: 'the extensions that are offered', rule: 'H5',
    run: async (t) => {
      const socket = t.openRaw('request?fields=sec-websocket-extensions');
      await t.opened(socket);
      socket.close();
      await t.closed(socket);
      await t.wire(socket);
    },
  },
  {
    name: 'the error event tells nothing', rule: 'K4',
    run: async (t) => {
      const socket = t.open('/reject/403');
      const event = await t.next(socket, 'error');
      const plain = new Event('error');
      const names = [];
      for (const name in event) if (!(name in plain)) names.push(name);
      t.value('more than an Event has', names);
      t.value('prototype', Object.getPrototypeOf(event) === Event.prototype);
      t.value('the same names of its own', String(Object.getOwnPropertyNames(event)) === String(Object.getOwnPropertyNames(plain)));
      await t.closed(socket);
    },
  },
  {
    name: 'no cache may answer', rule: 'H6',
    run: async (t) => {
      const socket = t.openRaw('request?fields=pragma,cache-control');
      await t.opened(socket);
      socket.close();
      await t.closed(socket);
      await t.wire(socket);
    },
  },
  {
    name: 'several sub-protocols in the request', rule: 'H4',
    run: async (t) => {
      const socket = t.openRaw('request?fields=sec-websocket-protocol', ['b', 'a', 'c']);
      await t.opened(socket);
      socket.close();
      await t.closed(socket);
      await t.wire(socket);
    },
  },
  {
    name: 'the key of the request', rule: 'H3',
    run: async (t) => {
      const socket = t.openRaw('key');
      await t.opened(socket);
      socket.close();
      await t.closed(socket);
      await t.wire(socket);
    },
  },
  // Before the next: a browser remembers what it has told a server.
  visit('H7', 'a question for credentials that nobody has', 'credentials?realm=unknown'),
  {
    name: 'credentials of the URL answer a question', rule: 'H7',
    run: async (t) => {
      const socket = t.construct('with user:secret', `ws://user:secret@${t.raw}/credentials?realm=known&key=none`);
      socket.addEventListener('open', () => socket.close(1000));
      await t.closed(socket);
    },
  },
];

const refused = [
  ...[300, 301, 302, 303, 307, 308].map((status) => parley('H8', `redirected with ${status}`, `/redirect/${status}`)),
  ...[400, 403, 404, 410, 418, 429, 500, 503, 511].map((status) => parley('H8', `refused with ${status}`, `/reject/${status}`)),
  ...[200, 201, 204, 304, 401, 407, 421, 426].map((status) => visit('H8', `answered with ${status}`, `status?status=${status}`)),
  parley('H8', 'a path without a route', '/nothing/here'),
  parley('H8', 'a path that has a page', '/page.html'),
  {
    name: 'nobody listens', rule: 'row 1',
    run: async (t) => { await t.closed(t.construct('ws://REFUSED/', `ws://${t.refused}/`)); },
  },
  {
    name: 'TLS to a server without', rule: 'C11',
    run: async (t) => { await t.closed(t.construct('wss://SERVER/echo', `wss://${t.server}/echo`)); },
  },
  ...['nothing', 'half', 'garbage'].map((after) => visit('C11', `TCP ends after ${after} of an answer`, `end?after=${after}`)),
  visit('C11', 'TCP is reset before an answer', 'reset'),
];

const faults = [
  ...['accept-wrong', 'accept-missing', 'accept-empty'].map((fault) => faulty('H10', fault)),
  faulty('H11', 'accept-twice'),
  faulty('H10', 'accept-spaces'),
  ...['upgrade-missing', 'upgrade-other', 'upgrade-list', 'upgrade-case', 'connection-missing', 'connection-other',
    'connection-case', 'connection-list'].map((fault) => faulty('H10', fault)),
  faulty('H11', 'protocol-unasked'),
  ...['protocol-unknown', 'protocol-case', 'protocol-missing', 'protocol-empty', 'protocol-two-fields', 'protocol-two-same',
    'protocol-list'].map((fault) => faulty(/two/.test(fault) ? 'H11' : 'H9', fault, ['chat.v1', 'chat.v2'])),
  ...['extension-unasked', 'extension-twice', 'extension-parameter', 'extension-repeated', 'extension-window-7',
    'extension-window-16', 'extension-window-none', 'extension-empty', 'extension-malformed'].map((fault) => faulty('F6', fault)),
  ...['http-1.0', 'informational-first', 'unknown-fields'].map((fault) => faulty('H8', fault)),
];

const whileConnecting = [
  {
    name: 'close() while connecting', rule: 'row 2',
    run: async (t) => {
      const socket = t.open('/never');
      t.call('close()', () => socket.close());
      await t.closed(socket);
    },
  },
  {
    name: 'close() while connecting, a moment later', rule: 'X6',
    run: async (t) => {
      const socket = t.open('/never');
      await t.after(50);
      t.call('close(3000, "x")', () => socket.close(3000, 'x'));
      await Promise.resolve();
      t.note('after a microtask');
      await t.closed(socket);
    },
  },
  {
    name: 'close() twice while connecting', rule: 'X5',
    run: async (t) => {
      const socket = t.open('/never');
      t.call('close()', () => socket.close());
      t.call('close(4000)', () => socket.close(4000));
      await t.closed(socket);
    },
  },
  {
    name: 'close() while connecting to nobody', rule: 'X6',
    run: async (t) => {
      const socket = t.construct('ws://REFUSED/', `ws://${t.refused}/`);
      t.call('close()', () => socket.close());
      await t.closed(socket);
    },
  },
  {
    name: 'send() while connecting', rule: 'S1',
    run: async (t) => {
      const socket = t.open('/echo');
      for (const data of ['text', '', new Uint8Array(3), new Blob(['x'])]) t.call('send()', () => socket.send(data));
      await t.opened(socket);
      socket.close();
      await t.closed(socket);
    },
  },
  {
    name: 'arguments are converted before the state is looked at', rule: 'S1',
    run: (t) => {
      const socket = t.open('/never');
      t.call('send()', () => socket.send());
      t.call('send(symbol)', () => socket.send(Symbol('s')));
      t.call('send(object that throws)', () => socket.send({ toString: () => { throw new RangeError('mine'); } }));
      t.call('send(object)', () => socket.send({ toString: () => { t.note('converted'); return 'x'; } }));
      socket.close();
    },
  },
];

export const scenarios = [...selected, ...told, ...refused, ...faults, ...whileConnecting];
