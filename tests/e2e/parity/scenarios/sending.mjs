// send() and bufferedAmount.

/** Opens, lets `act` send, waits for `echoes` messages, closes. */
const echoed = (rule, name, echoes, act, { path = '/echo' } = {}) => ({
  name, rule,
  run: async (t) => {
    const socket = t.open(path);
    if (path !== '/echo') t.ignore(socket, 'extensions');  // each client has parameters of its own
    socket.binaryType = 'arraybuffer';
    await t.opened(socket);
    let left = echoes;
    socket.addEventListener('message', () => { if (--left === 0) socket.close(1000); });
    await act(t, socket);
    await t.closed(socket);
  },
});

const sends = (t, socket) => (label, ...args) => t.call(`send(${label})`, () => socket.send(...args));

const bytes = (size) => new Uint8Array(size).map((_, i) => i * 7);

/** Sends each of [label, data]. */
const each = (rule, name, values, options) => echoed(rule, name, values.length, (t, socket) => {
  for (const [label, data] of values) sends(t, socket)(label, data);
}, options);

const text = [
  each('S2', 'strings', [['"hello"', 'hello'], ['beyond ASCII', 'gr\u00fc\u00df \u4e16\u754c \u{1f600}'], ['NUL', 'a\0b']]),
  each('S3', 'empty messages of each kind', [['""', ''], ['ArrayBuffer', new ArrayBuffer(0)], ['view', new Uint8Array(0)], ['Blob', new Blob([])]]),
  each('S2', 'unpaired surrogates are replaced', [['high', 'a\ud800'], ['low', '\udc00b'], ['swapped', '\udc00\ud800'], ['pair', '\ud83d\ude00']]),
  each('S2', 'other values are made strings', [['null', null], ['undefined', undefined], ['42', 42], ['-0', -0], ['true', true],
    ['1n', 1n], ['array', [1, [2, 3]]], ['object', {}], ['function', Object.assign(() => {}, { toString: () => 'f' })]]),
  each('S2', 'objects with toString()', [['object', { toString: () => 'made' }], ['String', new String('wrapped')], ['Date', { toString: () => 'then' }]]),
  each('M5', 'a byte order mark is sent', [['marked', '\ufeffx']]),
  echoed('S2', 'values that cannot be strings', 1, (t, socket) => {
    sends(t, socket)('symbol', Symbol('s'));
    sends(t, socket)('Object.create(null)', Object.create(null));
    sends(t, socket)('throwing', { toString: () => { throw new RangeError('mine'); } });
    sends(t, socket)('');
    sends(t, socket)('"after"', 'after');
  }),
  echoed('S2', 'further arguments are ignored', 1, (t, socket) => { sends(t, socket)('"x", "y"', 'x', 'y'); }),
];

const resizable = () => new ArrayBuffer(4, { maxByteLength: 8 });

const binary = [
  each('S2', 'an ArrayBuffer', [['ArrayBuffer', bytes(5).buffer]]),
  each('S6', 'views send their window', [['Uint8Array', bytes(8).subarray(2, 5)], ['DataView', new DataView(bytes(8).buffer, 3, 2)],
    ['Uint16Array', new Uint16Array(bytes(8).buffer, 2, 2)], ['empty window', bytes(8).subarray(3, 3)]]),
  each('S2', 'every kind of view', [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array,
    Float32Array, Float64Array, BigInt64Array, BigUint64Array].map((Kind) => [Kind.name, new Kind(2)])),
  each('S2', 'Blobs', [['Blob', new Blob(['a', bytes(3), new Blob(['b'])])], ['slice', new Blob(['0123456789']).slice(2, 5)],
    ['typed Blob', new Blob(['x'], { type: 'text/plain' })]]),
  echoed('S2', 'a File', 1, (t, socket) => {
    sends(t, socket)('File', typeof File === 'undefined' ? new Blob(['in a file']) : new File(['in a file'], 'name.txt'));
  }),
  echoed('S6', 'bytes are taken at the call', 2, (t, socket) => {
    const data = bytes(4);
    sends(t, socket)('view', data);
    data.fill(0xff);
    sends(t, socket)('changed view', data);
    data.fill(0);
  }),
  {
    ...echoed('S8', 'a resizable buffer is refused', 1, (t, socket) => {
      sends(t, socket)('resizable', resizable());
      sends(t, socket)('view of it', new Uint8Array(resizable()));
      sends(t, socket)('"after"', 'after');
    }),
    needs: () => 'resizable' in ArrayBuffer.prototype,
  },
  echoed('S6', 'a detached buffer is empty', 2, (t, socket) => {
    const data = bytes(4);
    structuredClone(data.buffer, { transfer: [data.buffer] });
    sends(t, socket)('detached view', data);
    sends(t, socket)('detached buffer', data.buffer);
  }),
  echoed('S6', 'a buffer may be transferred after the call', 1, (t, socket) => {
    const data = bytes(4);
    sends(t, socket)('view', data);
    structuredClone(data.buffer, { transfer: [data.buffer] });
    t.value('left', data.byteLength);
  }),
];

const order = [
  echoed('S7', 'kinds mixed keep their order', 6, (t, socket) => {
    const send = sends(t, socket);
    send('"1"', '1');
    send('Blob', new Blob(['2']));
    send('"3"', '3');
    send('ArrayBuffer', Uint8Array.of(4).buffer);
    send('Blob', new Blob(['5']));
    send('"6"', '6');
  }),
  echoed('S7', 'a hundred messages come back in order', 100, (t, socket) => {
    for (let i = 0; i < 100; ++i) socket.send(String(i));
    t.note('sent');
  }),
  {
    name: 'send() in the open handler', rule: 'S3',
    run: async (t) => {
      const socket = t.open('/echo');
      socket.onopen = () => sends(t, socket)('"first"', 'first');
      socket.onmessage = () => socket.close();
      await t.closed(socket);
    },
  },
  {
    name: 'send() in the message handler', rule: 'S3',
    run: async (t) => {
      const socket = t.open('/echo');
      t.ignore(socket, 'bufferedAmount');
      socket.onopen = () => socket.send('0');
      socket.onmessage = ({ data }) => (data === '3' ? socket.close() : sends(t, socket)('next', String(Number(data) + 1)));
      await t.closed(socket);
    },
  },
  each('F5', 'compressed there and back', [['text', 'again and again '.repeat(100)], ['view', new Uint8Array(5000)], ['short', 'x'], ['""', '']],
    { path: '/deflate' }),
];

const sizes = [125, 126, 127, 65535, 65536, 1 << 20].flatMap((size) => [
  echoed('S3', `text of ${size} bytes`, 1, (t, socket) => { sends(t, socket)('text', 't'.repeat(size)); }),
  echoed('S3', `binary of ${size} bytes`, 1, (t, socket) => { sends(t, socket)('view', bytes(size)); }),
]).concat([
  echoed('S3', 'binary of 8 MiB', 1, (t, socket) => { sends(t, socket)('view', bytes(8 << 20)); }),
  echoed('S3', 'a Blob of 1 MiB', 1, (t, socket) => { sends(t, socket)('Blob', new Blob([bytes(1 << 20)])); }),
  echoed('S3', 'text of 300000 characters of two and four bytes', 1, (t, socket) => { sends(t, socket)('text', '\u00e4\u{1f600}'.repeat(100000)); }),
]);

const buffered = [
  echoed('B2', 'bufferedAmount of text', 3, (t, socket) => {
    for (const data of ['hello', 'gr\u00fc\u00df', '\u{1f600}']) sends(t, socket)(JSON.stringify(data), data);
  }),
  echoed('B2', 'bufferedAmount of unpaired surrogates', 1, (t, socket) => { sends(t, socket)('surrogate', '\ud800'); }),
  echoed('B2', 'bufferedAmount of binary data', 4, (t, socket) => {
    sends(t, socket)('ArrayBuffer', new ArrayBuffer(10));
    sends(t, socket)('view', new Uint8Array(100).subarray(10, 30));
    sends(t, socket)('Uint32Array', new Uint32Array(3));
    sends(t, socket)('Blob', new Blob(['12345']));
  }),
  echoed('B4', 'bufferedAmount only rises within a task', 4, async (t, socket) => {
    sends(t, socket)('4 bytes', 'abcd');
    const end = Date.now() + 30;
    while (Date.now() < end);
    t.value('30 ms later in the task', socket.bufferedAmount);
    await Promise.resolve();
    t.value('after a microtask', socket.bufferedAmount);
    sends(t, socket)('3 bytes', 'efg');
    await t.next(socket, 'message');
    await t.next(socket, 'message');
    await t.until(() => socket.bufferedAmount === 0);
    t.note('0 after the echoes');
    sends(t, socket)('2 bytes', 'hi');
    sends(t, socket)('1 byte', 'j');
  }),
  echoed('B4', 'bufferedAmount is 0 when the echo comes', 1, async (t, socket) => {
    sends(t, socket)('5 bytes', 'hello');
    socket.addEventListener('message', () => t.value('at the echo', socket.bufferedAmount));
  }),
  {
    name: 'bufferedAmount in CLOSING and CLOSED rises and stays', rule: 'B5',
    run: async (t) => {
      const socket = t.open('/echo');
      await t.opened(socket);
      t.call('close()', () => socket.close());
      sends(t, socket)('text', '12345');
      sends(t, socket)('Blob', new Blob(['123']));
      await t.closed(socket);
      sends(t, socket)('view', new Uint8Array(7));
      sends(t, socket)('beyond ASCII', '\u00e4');
      sends(t, socket)('Blob', new Blob(['1']));
      await t.after(20);
      t.value('later', socket.bufferedAmount);
    },
  },
  {
    name: 'bufferedAmount after a failed handshake', rule: 'B3',
    run: async (t) => {
      const socket = t.open('/reject/403');
      await t.closed(socket);
      sends(t, socket)('text', '12345');
    },
  },
  {
    name: 'bufferedAmount after close() while connecting', rule: 'B3',
    run: async (t) => {
      const socket = t.open('/never');
      t.call('close()', () => socket.close());
      sends(t, socket)('text', '12345');
      await t.closed(socket);
      sends(t, socket)('text', '678');
    },
  },
  {
    name: 'send() in the close handler', rule: 'S5',
    run: async (t) => {
      const socket = t.open('/close/4000');
      socket.onclose = () => sends(t, socket)('text', 'late');
      await t.closed(socket);
    },
  },
  {
    name: 'arguments are converted when closed, too', rule: 'S5',
    run: async (t) => {
      const socket = t.open('/close/4000');
      await t.closed(socket);
      sends(t, socket)('object', { toString: () => { t.note('converted'); return '123'; } });
      sends(t, socket)('symbol', Symbol('s'));
      sends(t, socket)('');
    },
  },
  {
    name: 'what a server does not read is counted', rule: 'B1',
    run: async (t) => {
      const name = Math.random().toString(36).slice(2);
      const socket = t.construct('/deaf', `ws://${t.server}/deaf/${name}`);
      t.ignore(socket, 'bufferedAmount');
      await t.opened(socket);
      const size = 32 << 20;
      t.call('send(32 MiB)', () => socket.send(new Uint8Array(size)));
      t.value('all of it at first', socket.bufferedAmount === size);
      await t.after(100);
      t.value('some of it later', socket.bufferedAmount > 0 && socket.bufferedAmount <= size);
      await t.get(`/cut-deaf/${name}`);
      await t.closed(socket);
      const before = socket.bufferedAmount;
      t.call('send("1234")', () => socket.send('1234'));
      t.value('risen by', socket.bufferedAmount - before);
    },
  },
  {
    name: 'what a server reads late is released', rule: 'B4',
    run: async (t) => {
      const socket = t.open('/slow');
      t.ignore(socket, 'bufferedAmount');
      await t.opened(socket);
      t.call('send(16 MiB)', () => socket.send(new Uint8Array(16 << 20)));
      await t.next(socket, 'message');
      await t.until(() => socket.bufferedAmount === 0);
      t.note('released');
      socket.close();
      await t.closed(socket);
    },
  },
];

const wire = [
  {
    name: 'frames are masked, final and of one message each', rule: 'F1',
    run: async (t) => {
      const socket = t.openRaw('serve');
      await t.opened(socket);
      socket.send('text');
      socket.send(Uint8Array.of(1, 2, 3));
      socket.send('');
      socket.send(new Blob(['blob']));
      socket.send('\ud800');
      socket.close(1000);
      await t.closed(socket);
      await t.wire(socket);
    },
  },
];

export const scenarios = [...text, ...binary, ...order, ...sizes, ...buffered, ...wire];
