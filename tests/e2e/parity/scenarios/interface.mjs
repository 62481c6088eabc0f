// The shape of the interfaces, as Web IDL makes them.

const ATTRIBUTES = ['url', 'readyState', 'bufferedAmount', 'extensions', 'protocol', 'binaryType', 'onopen', 'onmessage', 'onerror', 'onclose'];
const METHODS = ['close', 'send'];

const describe = ({ enumerable, configurable, writable }) => [enumerable && 'enumerable', configurable && 'configurable', writable && 'writable']
  .filter(Boolean).join(' ') || 'nothing';

const socketTo = (t) => t.unwatched(`ws://${t.server}/echo`);

const shape = [
  {
    name: 'the class itself', rule: 'I1',
    run: (t) => {
      const { WebSocket } = t;
      t.value('length', WebSocket.length);
      t.value('name', WebSocket.name);
      t.value('extends EventTarget', [Object.getPrototypeOf(WebSocket) === EventTarget,
        Object.getPrototypeOf(WebSocket.prototype) === EventTarget.prototype]);
      t.note(`prototype is ${describe(Object.getOwnPropertyDescriptor(WebSocket, 'prototype'))}`);
      t.value('prototype.constructor', WebSocket.prototype.constructor === WebSocket);
      t.note(`constructor is ${describe(Object.getOwnPropertyDescriptor(WebSocket.prototype, 'constructor'))}`);
    },
  },
  {
    name: 'names on the class', rule: 'I8',
    run: (t) => { for (const name of Reflect.ownKeys(t.WebSocket).map(String).sort()) t.note(name); },
  },
  {
    name: 'names on the prototype', rule: 'I8',
    run: (t) => {
      // An implementation may have more.
      const own = Reflect.ownKeys(t.WebSocket.prototype);
      for (const name of [...ATTRIBUTES, ...METHODS, 'constructor', 'CONNECTING', 'OPEN', 'CLOSING', 'CLOSED', Symbol.toStringTag,
        'addEventListener', 'removeEventListener', 'dispatchEvent', 'toString']) {
        t.value(String(name), own.includes(name));
      }
    },
  },
  {
    name: 'names on a socket', rule: 'I8',
    run: (t) => {
      const socket = socketTo(t);
      t.value('own and enumerable', Object.keys(socket));
      const inherited = [];
      for (const name in socket) inherited.push(name);
      for (const name of [...ATTRIBUTES, ...METHODS, 'OPEN', 'addEventListener', 'constructor']) {
        t.value(`${name} is enumerated`, inherited.includes(name));
      }
      socket.close();
    },
  },
  {
    name: 'the constants', rule: 'I5',
    run: (t) => {
      const socket = socketTo(t);
      for (const name of ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED']) {
        t.value(name, [t.WebSocket[name], t.WebSocket.prototype[name], socket[name]]);
        for (const holder of [t.WebSocket, t.WebSocket.prototype]) t.note(describe(Object.getOwnPropertyDescriptor(holder, name)));
      }
      socket.close();
    },
  },
  {
    name: 'a constant cannot be changed', rule: 'I5',
    run: (t) => {
      t.call('OPEN = 5', () => { 'use strict'; t.WebSocket.OPEN = 5; });
      t.value('OPEN', t.WebSocket.OPEN);
    },
  },
  {
    name: 'the attributes', rule: 'I8',
    run: (t) => {
      for (const name of ATTRIBUTES) {
        const found = Object.getOwnPropertyDescriptor(t.WebSocket.prototype, name);
        t.note(`${name} ${describe(found)}, ${found.get?.name} ${found.get?.length}, ${found.set ? `${found.set.name} ${found.set.length}` : 'no setter'}`);
      }
    },
  },
  {
    name: 'the methods', rule: 'I6',
    run: (t) => {
      for (const name of METHODS) {
        const found = Object.getOwnPropertyDescriptor(t.WebSocket.prototype, name);
        t.note(`${name} ${describe(found)}, ${found.value.name} ${found.value.length}`);
        t.call(`new ${name}()`, () => new found.value());
      }
    },
  },
  {
    name: 'its tag', rule: 'I8',
    run: (t) => {
      t.value('Symbol.toStringTag', t.WebSocket.prototype[Symbol.toStringTag]);
      t.note(describe(Object.getOwnPropertyDescriptor(t.WebSocket.prototype, Symbol.toStringTag)));
      const socket = socketTo(t);
      t.value('toString()', String(socket));
      socket.close();
    },
  },
  {
    name: 'members called on something else', rule: 'I8',
    run: (t) => {
      for (const name of ATTRIBUTES) {
        const { get, set } = Object.getOwnPropertyDescriptor(t.WebSocket.prototype, name);
        t.call(`get ${name}`, () => get.call({}));
        if (set) t.call(`set ${name}`, () => set.call({}, null));
      }
      for (const name of METHODS) t.call(name, () => t.WebSocket.prototype[name].call({}, 1000));
    },
  },
  {
    name: 'attributes of the prototype itself', rule: 'I8',
    run: (t) => { for (const name of ['readyState', 'onopen', 'binaryType']) t.call(name, () => t.WebSocket.prototype[name]); },
  },
  {
    name: 'members called on a child of a socket', rule: 'I8',
    run: (t) => {
      const socket = socketTo(t);
      t.call('readyState', () => Object.create(socket).readyState);
      t.call('close', () => Object.create(socket).close());
      socket.close();
    },
  },
  {
    name: 'what can only be read', rule: 'I3',
    run: (t) => {
      const socket = socketTo(t);
      for (const name of ['url', 'readyState', 'bufferedAmount', 'extensions', 'protocol']) {
        t.call(`${name} = 1`, () => { socket[name] = 1; });
      }
      t.value('readyState', socket.readyState);
      socket.close();
    },
  },
  {
    name: 'binaryType takes its two values only', rule: 'I7',
    run: (t) => {
      const socket = socketTo(t);
      for (const value of ['arraybuffer', 'nodebuffer', 'Blob', '', null, undefined, 7, {}, 'blob', 'ARRAYBUFFER']) {
        t.call(`binaryType = ${JSON.stringify(value)}`, () => { socket.binaryType = value; });
        t.value('is', socket.binaryType);
      }
      t.call('binaryType = object', () => { socket.binaryType = { toString: () => 'arraybuffer' }; });
      t.value('is', socket.binaryType);
      t.call('binaryType = symbol', () => { socket.binaryType = Symbol('blob'); });
      socket.close();
    },
  },
  {
    name: 'handler attributes take functions, and objects', rule: 'I4',
    run: (t) => {
      const socket = socketTo(t);
      for (const name of ['onopen', 'onmessage', 'onerror', 'onclose']) {
        for (const value of [() => {}, { handleEvent() {} }, null, 'string', 7, undefined, Symbol('s'), [], true]) {
          socket[name] = value;
          t.value(`${name} = ${typeof value}`, socket[name]);
          t.value('the same', socket[name] === value);
        }
      }
      socket.close();
    },
  },
];

const events = [
  {
    name: 'CloseEvent: its defaults', rule: 'I9',
    run: (t) => {
      const event = new t.CloseEvent('close');
      for (const name of ['type', 'code', 'reason', 'wasClean', 'bubbles', 'cancelable', 'isTrusted', 'composed']) t.value(name, event[name]);
      t.value('is an Event', event instanceof Event);
      t.value('toString()', String(event));
    },
  },
  {
    name: 'CloseEvent: its initialisers', rule: 'I9',
    run: (t) => {
      const event = new t.CloseEvent('any', { code: 4000, reason: 'because', wasClean: true, bubbles: true, cancelable: true });
      for (const name of ['type', 'code', 'reason', 'wasClean', 'bubbles', 'cancelable']) t.value(name, event[name]);
    },
  },
  {
    name: 'CloseEvent: conversions', rule: 'I9',
    run: (t) => {
      for (const code of [65536, -1, 1.9, NaN, '7', null, undefined, true]) t.value(String(code), new t.CloseEvent('close', { code }).code);
      for (const reason of [null, undefined, 7, '\ud800x']) t.value(JSON.stringify(reason), new t.CloseEvent('close', { reason }).reason);
      for (const wasClean of [0, 1, '', 'x', null, {}]) t.value(JSON.stringify(wasClean), new t.CloseEvent('close', { wasClean }).wasClean);
      t.call('code: symbol', () => new t.CloseEvent('close', { code: Symbol('c') }));
    },
  },
  {
    name: 'CloseEvent: misuse', rule: 'I9',
    run: (t) => {
      const { CloseEvent } = t;
      t.call('no type', () => new CloseEvent());
      t.call('without new', () => CloseEvent('close'));
      t.call('a string for the dictionary', () => new CloseEvent('close', 'x'));
      t.call('null for the dictionary', () => new CloseEvent('close', null).code);
    },
  },
  {
    name: 'CloseEvent: its shape', rule: 'I9',
    run: (t) => {
      t.value('length', t.CloseEvent.length);
      for (const name of ['code', 'reason', 'wasClean']) {
        const found = Object.getOwnPropertyDescriptor(t.CloseEvent.prototype, name);
        t.note(`${name} ${describe(found)}, ${found.set ? 'a setter' : 'no setter'}`);
        t.call(`${name} of another object`, () => found.get.call({}));
      }
    },
  },
  {
    name: 'MessageEvent: its defaults', rule: 'I10',
    run: (t) => {
      const event = new t.MessageEvent('message');
      for (const name of ['type', 'data', 'origin', 'lastEventId', 'source', 'ports', 'bubbles', 'cancelable', 'isTrusted']) t.value(name, event[name]);
      t.value('ports frozen and the same', [Object.isFrozen(event.ports), event.ports === event.ports]);
      t.value('is an Event', event instanceof Event);
    },
  },
  {
    name: 'MessageEvent: its initialisers', rule: 'I10',
    run: (t) => {
      const data = { any: 'thing' };
      const event = new t.MessageEvent('any', { data, origin: 'ws://there', lastEventId: '7', bubbles: true, cancelable: true });
      t.value('data is the same', event.data === data);
      for (const name of ['type', 'origin', 'lastEventId', 'bubbles', 'cancelable']) t.value(name, event[name]);
    },
  },
  {
    name: 'MessageEvent: misuse', rule: 'I10',
    run: (t) => {
      const { MessageEvent } = t;
      t.call('no type', () => new MessageEvent());
      t.call('without new', () => MessageEvent('message'));
      t.call('source: a string', () => new MessageEvent('message', { source: 'x' }));
      t.call('ports: a number', () => new MessageEvent('message', { ports: 7 }));
      t.call('ports: of strings', () => new MessageEvent('message', { ports: ['x'] }));
      t.call('data of another object', () => Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data').get.call({}));
    },
  },
];

export const scenarios = [...shape, ...events];
