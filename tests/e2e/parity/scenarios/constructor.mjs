// The constructor: what it takes, what it throws, what the socket then has.

/** Constructs with one URL. `url` may be made of the trace's addresses. */
const address = (rule, name, url) => ({
  name, rule,
  run: (t) => { t.construct(name, typeof url === 'function' ? url(t) : url); },
});

const on = (rest) => (t) => `ws://${t.server}${rest}`;

const urls = [
  address('C1', 'an absolute ws: URL', on('/echo')),
  address('C1', 'a wss: URL', (t) => `wss://${t.server}/echo`),
  address('C3', 'an http: URL', (t) => `http://${t.server}/echo`),
  address('C3', 'an https: URL', (t) => `https://${t.server}/echo`),
  address('C3', 'an HTTP: URL in capitals', (t) => `HTTP://${t.server}/echo`),
  address('C1', 'a path', '/echo'),
  address('C1', 'a relative path', 'echo'),
  address('C1', 'a query alone', '?a=b'),
  address('C1', 'an empty string', ''),
  address('C1', 'a URL relative to the scheme', (t) => `//${t.server}/echo`),
  address('C2', 'no host', 'ws://'),
  address('C2', 'no host with a path', 'ws:///'),
  address('C2', 'an unclosed bracket', 'ws://[::1/'),
  address('C2', 'a space in the host', 'ws://a b/'),
  address('C2', 'a percent sign in the host', 'ws://a%/'),
  address('C2', 'a port over 65535', 'ws://127.0.0.1:65536/'),
  address('C2', 'a port that is no number', 'ws://127.0.0.1:x/'),
  address('C2', 'an IPv4 address with a number too many', 'ws://1.2.3.4.5/'),
  address('C2', 'an IPv4 address with a number too big', 'ws://127.0.0.256/'),
  address('C4', 'the scheme ftp', (t) => `ftp://${t.server}/`),
  address('C4', 'the scheme about', 'about:blank'),
  address('C4', 'the scheme data', 'data:text/plain,hello'),
  address('C4', 'the scheme file', 'file:///echo'),
  address('C4', 'the scheme mailto', 'mailto:someone@localhost'),
  address('C4', 'a scheme that nobody knows', 'wsx://localhost/'),
  address('C4', 'the scheme javascript', 'javascript:1'),
  address('C5', 'a fragment', on('/echo#fragment')),
  address('C5', 'an empty fragment', on('/echo#')),
  address('C5', 'a fragment alone', '#fragment'),
  address('C12', 'capitals in scheme and host', 'WS://LOCALHOST:9/'),
  address('C12', 'the default port of ws', 'ws://localhost:80/'),
  address('C12', 'the default port of wss', 'wss://localhost:443/'),
  address('C12', 'the other scheme\'s port', 'ws://localhost:443/'),
  address('C12', 'no path', 'ws://127.0.0.1:9'),
  address('C12', 'an empty query', 'ws://127.0.0.1:9/?'),
  address('C12', 'credentials', 'ws://user:pass@127.0.0.1:9/'),
  address('C12', 'an empty password', 'ws://user:@127.0.0.1:9/'),
  address('C12', 'dot segments', 'ws://127.0.0.1:9/a/./b/../c'),
  address('C12', 'backslashes', 'ws:\\\\127.0.0.1:9\\a\\b'),
  address('C12', 'a single slash', 'ws:/127.0.0.1:9/a'),
  address('C12', 'letters beyond ASCII in the host', 'ws://f\u00e4\u00df.localhost:9/'),
  address('C12', 'full-width letters in the host', 'ws://\uff41\uff42.localhost:9/'),
  address('C14', 'a hexadecimal IPv4 address', 'ws://0x7f.1:9/'),
  address('C14', 'an octal IPv4 address', 'ws://0177.0.0.01:9/'),
  address('C14', 'an IPv4 address of one number', 'ws://2130706433:9/'),
  address('C14', 'a long IPv6 address', 'ws://[0:0:0:0:0:0:0:1]:9/'),
  address('C14', 'an IPv6 address with IPv4 in it', 'ws://[::ffff:127.0.0.1]:9/'),
  address('C14', 'spaces around', '  ws://127.0.0.1:9/a \t\n'),
  address('C14', 'spaces inside', 'ws://127.0.0.1:9/a b?c d'),
  address('C14', 'tabs and line breaks inside', 'ws://127.0.\t0.1:9/a\r\nb'),
  address('C15', 'letters beyond ASCII in path and query', 'ws://127.0.0.1:9/\u00e4?\u00fc=\u4e16'),
  address('C15', 'an unpaired surrogate in the URL', 'ws://127.0.0.1:9/\ud800?\udc00'),
];

const conversions = [
  {
    name: 'a URL object', rule: 'I2',
    run: (t) => { t.construct('URL', new URL(`ws://${t.server}/echo`)); },
  },
  {
    name: 'an object with toString()', rule: 'I2',
    run: (t) => { t.construct('object', { toString: () => `ws://${t.server}/echo` }); },
  },
  {
    name: 'toString() that throws', rule: 'I2',
    run: (t) => { t.construct('object', { toString: () => { throw new RangeError('mine'); } }); },
  },
  { name: 'no argument', rule: 'I1', run: (t) => { t.construct(''); } },
  { name: 'a symbol', rule: 'I2', run: (t) => { t.construct('symbol', Symbol('url')); } },
  {
    name: 'null, undefined and a number', rule: 'I2',
    run: (t) => { for (const value of [null, undefined, 7]) t.construct(String(value), value); },
  },
  {
    name: 'called without new', rule: 'I1',
    run: (t) => { const { WebSocket } = t; t.call('WebSocket()', () => WebSocket(`ws://${t.server}/echo`)); },
  },
  {
    name: 'a subclass', rule: 'I1',
    run: (t) => {
      class Mine extends t.WebSocket { get extra() { return 'mine'; } }
      const socket = new Mine(`ws://${t.server}/echo`);
      t.value('instance of both', [socket instanceof Mine, socket instanceof t.WebSocket]);
      t.value('members', [socket.extra, socket.readyState, socket.constructor.name]);
      socket.close();
    },
  },
  {
    name: 'Reflect.construct with another target', rule: 'I1',
    run: (t) => {
      function Other() {}
      Other.prototype = Object.create(t.WebSocket.prototype);
      const socket = Reflect.construct(t.WebSocket, [`ws://${t.server}/echo`], Other);
      t.value('prototype', Object.getPrototypeOf(socket) === Other.prototype);
      t.value('readyState', socket.readyState);
      socket.close();
    },
  },
];

/** Constructs once for each value of `protocols`. */
const lists = (rule, name, ...values) => ({
  name, rule,
  run: (t) => {
    for (const value of values) {
      const label = typeof value === 'function' ? value.toString().slice(6) : JSON.stringify(value) ?? String(value);
      t.construct(label, `ws://${t.server}/echo`, typeof value === 'function' ? value() : value);
    }
  },
});

const protocols = [
  lists('C6', 'protocols: one string', 'chat'),
  lists('C6', 'protocols: an empty string', ''),
  lists('C6', 'protocols: an empty list', []),
  lists('C6', 'protocols: a list with an empty string', ['']),
  lists('C6', 'protocols: undefined and null', undefined, null),
  lists('C6', 'protocols: a number, a boolean', 7, true),
  lists('C6', 'protocols: a string with commas is one name', 'chat, superchat', 'a,b'),
  lists('C7', 'protocols: repeated', ['chat', 'chat']),
  lists('C7', 'protocols: repeated in another case', ['chat', 'CHAT']),
  lists('C7', 'protocols: repeated at a distance', ['a', 'b', 'c', 'a']),
  lists('C8', 'protocols: separators', ...'()<>@,;:\\"/[]?={} \t'),
  lists('C8', 'protocols: control characters', 'a\0', 'a\n', 'a\x1f', 'a\x7f'),
  lists('C8', 'protocols: beyond ASCII', 'caf\u00e9', '\u4e16', '\u{1f600}', '\ud800'),
  lists('C8', 'protocols: everything that a token may have', '!#$%&\'*+-.^_`|~09azAZ'),
  lists('C8', 'protocols: one bad among good', ['good', 'ba d', 'fine']),
  lists('I2', 'protocols: any iterable', () => new Set(['a', 'b']), () => ['a', 'b'].values(), () => new Map([['a', 'b']])),
  lists('I2', 'protocols: an object that is not iterable', {}),
  lists('I2', 'protocols: an object with toString()', () => ({ toString: () => 'chat' })),
  lists('I2', 'protocols: members are made strings', [1, null, undefined, true]),
  lists('I2', 'protocols: a symbol in the list', () => [Symbol('a')]),
  {
    name: 'protocols: an iterator that throws', rule: 'I2',
    run: (t) => {
      const throwing = { * [Symbol.iterator]() { yield 'a'; throw new RangeError('mine'); } };
      t.construct('throwing', `ws://${t.server}/echo`, throwing);
    },
  },
  {
    name: 'the URL is judged before the protocols', rule: 'C9',
    run: (t) => {
      const read = [];
      const spying = { * [Symbol.iterator]() { read.push('iterated'); yield ''; } };
      t.construct('bad URL, bad protocol', 'ws://[', spying);
      t.value('the list was', read);
    },
  },
  {
    name: 'a URL that throws comes before protocols that throw', rule: 'C9',
    run: (t) => {
      const url = { toString: () => { throw new RangeError('url'); } };
      t.construct('both throw', url, { get [Symbol.iterator]() { throw new EvalError('protocols'); } });
    },
  },
];

const initial = [
  {
    name: 'what a new socket has', rule: 'C13',
    run: (t) => {
      const socket = t.unwatched(`ws://${t.server}/echo`, 'chat.v1');
      for (const name of ['url', 'readyState', 'bufferedAmount', 'protocol', 'extensions', 'binaryType',
        'onopen', 'onmessage', 'onerror', 'onclose']) {
        t.value(name, socket[name]);
      }
      socket.close();
    },
  },
  {
    name: 'nothing happens before the task ends', rule: 'C10',
    run: async (t) => {
      const socket = t.open('/echo');
      const end = Date.now() + 60;
      while (Date.now() < end);
      t.note('after 60 ms in the same task');
      await Promise.resolve();
      t.note('after a microtask');
      await t.opened(socket);
      socket.close();
      await t.closed(socket);
    },
  },
];

const PORTS = [
  [0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109],
  [110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548],
  [554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666,
    6667, 6668, 6669, 6679, 6697, 10080],
];

/** What becomes of a socket to that port, in a few words. */
function outcomeOf(t, url) {
  return new Promise((resolve) => {
    let socket;
    try {
      socket = new t.WebSocket(url);
    } catch (error) {
      resolve(`throws ${error.name}`);
      return;
    }
    const seen = [`state ${socket.readyState}`];
    socket.onerror = () => seen.push('error');
    socket.onclose = ({ code, wasClean }) => resolve([...seen, `close ${code} ${wasClean ? 'clean' : 'not clean'}`].join(', '));
  });
}

const blocked = ['ws', 'wss'].flatMap((scheme) => PORTS.map((ports) => ({
  name: `blocked ports ${ports[0]} to ${ports.at(-1)} by ${scheme}`, rule: 'H15',
  run: async (t) => {
    const outcomes = new Map();
    for (const port of ports) {
      const outcome = await outcomeOf(t, `${scheme}://127.0.0.1:${port}/`);
      outcomes.set(outcome, [...outcomes.get(outcome) ?? [], port]);
    }
    for (const [outcome, which] of outcomes) t.note(`${outcome}: ${which.join(' ')}`);
  },
})));

export const scenarios = [...initial, ...urls, ...conversions, ...protocols, ...blocked];
