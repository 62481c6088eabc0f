// Receiving: message events, and frames that break the rules.

/** Opens to a path of Parley's server, closes after `count` messages. */
const receives = (rule, name, path, count, prepare = () => {}) => ({
  name, rule,
  run: async (t) => {
    const socket = t.open(path);
    prepare(t, socket);
    let left = count;
    socket.addEventListener('message', () => { if (--left === 0) socket.close(1000); });
    await t.closed(socket);
  },
});

const asBuffers = (t, socket) => { t.call('binaryType = "arraybuffer"', () => { socket.binaryType = 'arraybuffer'; }); };

const kinds = [
  receives('M2', 'text and Blobs, with pings between', '/mixed', 4),
  receives('M2', 'text and ArrayBuffers, with pings between', '/mixed', 4, asBuffers),
  receives('M2', 'binaryType changed in the handler', '/mixed', 4, (t, socket) => {
    socket.onmessage = () => { socket.binaryType = socket.binaryType === 'blob' ? 'arraybuffer' : 'blob'; };
  }),
  receives('M2', 'binaryType changed in open', '/binary/5', 1, (t, socket) => { socket.onopen = () => { socket.binaryType = 'arraybuffer'; }; }),
  receives('I7', 'a binaryType that is none', '/binary/5', 1, (t, socket) => { socket.binaryType = 'arraybuffer'; socket.binaryType = 'text'; }),
  ...[0, 1, 125, 126, 65535, 65536, 1 << 20].map((size) => receives('M1', `text of ${size} bytes arrives`, `/text/${size}`, 1)),
  ...[0, 1, 125, 126, 65535, 65536, 1 << 20].map((size) => receives('M2', `a Blob of ${size} bytes arrives`, `/binary/${size}`, 1)),
  receives('M2', 'an ArrayBuffer of 8 MiB arrives', `/binary/${8 << 20}`, 1, asBuffers),
  {
    name: 'each message has an event and a buffer of its own', rule: 'M4',
    run: async (t) => {
      const socket = t.open('/echo');
      asBuffers(t, socket);
      t.ignore(socket, 'bufferedAmount');
      await t.opened(socket);
      const events = [];
      socket.addEventListener('message', (event) => { if (events.push(event) === 2) socket.close(); });
      socket.send(Uint8Array.of(1));
      socket.send(Uint8Array.of(2));
      await t.closed(socket);
      const [first, second] = events;
      t.value('different', [first !== second, first.data !== second.data, first.data.byteLength === 1]);
      t.value('kept', [new Uint8Array(first.data)[0], new Uint8Array(second.data)[0]]);
      t.value('the same when read again', [first.data === first.data, first.ports === first.ports]);
      t.value('may be written to', (new Uint8Array(first.data).fill(9), new Uint8Array(first.data)[0]));
    },
  },
  {
    name: 'the attributes of a message event after its dispatch', rule: 'M4',
    run: async (t) => {
      const socket = t.open('/text/5');
      const event = await t.next(socket, 'message');
      await t.after(0);
      t.value('target is the socket', event.target === socket);
      t.value('currentTarget and phase', [event.currentTarget, event.eventPhase]);
      t.value('data', event.data);
      t.value('origin', event.origin === `ws://${t.server}`);
      socket.close();
      await t.closed(socket);
    },
  },
  {
    name: 'origin leaves path, query and credentials out', rule: 'M3',
    run: async (t) => {
      const socket = t.construct('with all of them', `ws://user:pass@${t.server}/text/5?query`);
      const { origin } = await t.next(socket, 'message');
      t.value('origin', origin);
      socket.close();
      await t.closed(socket);
    },
  },
];

/**
 * Opens to the raw server, which sends frames when it is told "go", and waits for the end; the client closes after `count` messages, or
 * after some `patience`.
 */
const frames = (rule, name, target, { count, patience, wire = true } = {}) => ({
  name, rule,
  run: async (t) => {
    const socket = t.openRaw(target);
    t.ignore(socket, 'extensions');
    t.ignore(socket, 'bufferedAmount');
    asBuffers(t, socket);
    socket.addEventListener('open', () => socket.send('go'));
    let left = count;
    socket.addEventListener('message', () => { if (--left === 0) socket.close(1000); });
    if (patience) socket.addEventListener('open', () => { setTimeout(() => socket.close(1000), patience); });
    await t.closed(socket);
    if (wire) await t.wire(socket);
  },
});

const good = (rule, name, count) => frames(rule, `frames: ${name}`, `frames?name=${name}`, count === 0 ? { patience: 30 } : { count });
/**
 * What fails the connection; a client that does not see it closes after a while. Which code the client then sends is for the RFC
 * (7.4.1) and the suite of the wire, not for a trace.
 */
const failing = (rule, name, target) => frames(rule, name, target, { patience: 300, wire: false });
const bad = (rule, name) => failing(rule, `frames: ${name}`, `frames?name=${name}`);

const fine = [
  good('M1', 'parts', 1), good('F2', 'parts-with-ping', 1), good('F3', 'parts-all-empty', 1), good('F3', 'parts-many', 1),
  good('M1', 'utf8-cut-between-parts', 1), good('M1', 'utf8-invalid-but-binary', 1), good('M5', 'byte-order-mark', 1), good('M1', 'nul', 1),
  good('P1', 'ping', 0), good('P1', 'ping-empty', 0), good('P1', 'ping-125', 0), good('P1', 'pong-unasked', 1), good('F3', 'lengths', 4),
];

const broken = [
  bad('row 12', 'opcode-3'),
  ...['masked'].map((name) => bad('F1', name)),
  ...['rsv1', 'rsv2', 'rsv3', 'rsv-on-close', 'opcode-7', 'opcode-11', 'opcode-15', 'ping-in-parts', 'ping-of-126',
    'close-in-parts'].map((name) => bad('F2', name)),
  ...['continuation-first', 'continuation-after-end', 'text-inside-text', 'binary-inside-text', 'length-16-too-long',
    'length-64-too-long', 'length-top-bit'].map((name) => bad('F3', name)),
  ...['utf8-invalid', 'utf8-surrogate', 'utf8-overlong', 'utf8-too-high', 'utf8-cut-at-end', 'utf8-invalid-in-second-part',
    'good-then-invalid'].map((name) => bad('M1', name)),
];

const squeezed = (rule, name, extensions = 'permessage-deflate') => frames(
  rule, `compressed: ${name}${extensions === 'permessage-deflate' ? '' : ` with ${extensions}`}`,
  `compressed?name=${name}&extensions=${encodeURIComponent(extensions)}`, { count: 1, wire: false });
const badlySqueezed = (rule, name) => failing(rule, `compressed: ${name}`, `compressed?name=${name}`);

const compressed = [
  ...['whole', 'plain', 'parts', 'empty', 'final-block', 'stored'].map((name) => squeezed('F5', name)),
  ...['permessage-deflate; server_no_context_takeover', 'permessage-deflate; server_no_context_takeover; client_no_context_takeover',
    'permessage-deflate; server_max_window_bits=8', 'permessage-deflate; client_max_window_bits=10', 'permessage-deflate; client_max_window_bits="12"',
  ].map((extensions) => squeezed(extensions.endsWith('=8') ? 'F7' : 'F6', 'whole', extensions)),
  badlySqueezed('F5', 'invalid'),
  badlySqueezed('M1', 'utf8-invalid'),
  badlySqueezed('F5', 'rsv1-on-continuation'),
  badlySqueezed('F5', 'rsv1-on-ping'),
];

/** What comes in one packet with the answer: open is fired all the same, and before what follows. */
const atOnce = [
  ['M1', 'text that is not UTF-8', 'frames?name=utf8-invalid'], ['F2', 'a reserved bit', 'frames?name=rsv2'],
  ['T1', 'a message and text that is not UTF-8', 'frames?name=good-then-invalid'],
].map(([rule, name, target]) => ({
  name: `behind the answer: ${name}`, rule,
  run: async (t) => { await t.closed(t.openRaw(`${target}&at-once=1`)); },
}));

export const scenarios = [...kinds, ...fine, ...broken, ...compressed, ...atOnce];
