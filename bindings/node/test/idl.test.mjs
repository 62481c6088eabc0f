// The shape of the interfaces: what Web IDL (section 3.7) asks of each member.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import * as parley from '../index.mjs';

// Node 18 cannot.
const canInit = 'initEvent' in Event.prototype;

const IDL = {
  WebSocket: {
    length: 1,
    inherits: EventTarget,
    constants: { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 },
    attributes: {
      url: 'r', readyState: 'r', bufferedAmount: 'r', extensions: 'r', protocol: 'r', binaryType: 'rw',
      onopen: 'rw', onerror: 'rw', onclose: 'rw', onmessage: 'rw',
    },
    operations: { close: 0, send: 1 },
    make: () => new parley.WebSocket('ws://127.0.0.1:1/'),
  },
  CloseEvent: {
    length: 1,
    inherits: Event,
    attributes: { wasClean: 'r', code: 'r', reason: 'r' },
    operations: {},
    make: () => new parley.CloseEvent('x'),
  },
  MessageEvent: {
    length: 1,
    inherits: Event,
    attributes: { data: 'r', origin: 'r', lastEventId: 'r', source: 'r', ports: 'r' },
    operations: canInit ? { initMessageEvent: 1 } : {},
    make: () => new parley.MessageEvent('x'),
  },
  WebSocketStream: {
    length: 1,
    attributes: { url: 'r', opened: 'promise', closed: 'promise' },
    operations: { close: 0 },
    make: () => new parley.WebSocketStream('ws://127.0.0.1:1/'),
  },
  WebSocketError: {
    length: 0,
    inherits: DOMException,
    attributes: { closeCode: 'r', reason: 'r' },
    operations: {},
    make: () => new parley.WebSocketError(),
  },
};

for (const [name, idl] of Object.entries(IDL)) {
  const Class = parley[name];
  describe(name, () => {
    it('is an interface object', () => {
      assert.equal(typeof Class, 'function');
      assert.equal(Class.name, name);
      assert.equal(Class.length, idl.length);
      assert.equal(Object.getPrototypeOf(Class), idl.inherits ?? Function.prototype);
      assert.throws(() => Reflect.apply(Class, undefined, ['x']), TypeError);
      if (idl.length > 0) assert.throws(() => new Class(), TypeError);
    });

    it('has a prototype', () => {
      const { value, ...descriptor } = Object.getOwnPropertyDescriptor(Class, 'prototype');
      assert.deepEqual(descriptor, { writable: false, enumerable: false, configurable: false });
      assert.equal(Object.getPrototypeOf(value), (idl.inherits ?? Object).prototype);
      assert.deepEqual(Object.getOwnPropertyDescriptor(value, 'constructor'),
        { value: Class, writable: true, enumerable: false, configurable: true });
      assert.deepEqual(Object.getOwnPropertyDescriptor(value, Symbol.toStringTag),
        { value: name, writable: false, enumerable: false, configurable: true });
      assert.equal(Object.prototype.toString.call(idl.make()), `[object ${name}]`);
    });

    it('shows the members of the standard and no others', () => {
      const shown = Object.keys(Class.prototype).sort();
      assert.deepEqual(shown, [...Object.keys(idl.attributes), ...Object.keys(idl.operations),
        ...Object.keys(idl.constants ?? {})].sort());
      assert.deepEqual(Object.keys(Class).sort(), Object.keys(idl.constants ?? {}).sort());
      assert.deepEqual(Object.keys(idl.make()), []);
    });

    for (const [constant, value] of Object.entries(idl.constants ?? {})) {
      it(`has the constant ${constant}`, () => {
        for (const place of [Class, Class.prototype]) {
          assert.deepEqual(Object.getOwnPropertyDescriptor(place, constant),
            { value, writable: false, enumerable: true, configurable: false });
        }
        assert.equal(idl.make()[constant], value);
      });
    }

    for (const [attribute, kind] of Object.entries(idl.attributes)) {
      it(`has the attribute ${attribute}`, async () => {
        const { get, set, enumerable, configurable } = Object.getOwnPropertyDescriptor(Class.prototype, attribute);
        assert.deepEqual({ enumerable, configurable }, { enumerable: true, configurable: true });
        assert.equal(get.name, `get ${attribute}`);
        assert.equal(get.length, 0);
        assert.equal(Object.hasOwn(get, 'prototype'), false);
        if (kind === 'rw') {
          assert.equal(set.name, `set ${attribute}`);
          assert.equal(set.length, 1);
        } else {
          assert.equal(set, undefined);
        }
        for (const other of [{}, null, undefined, Class.prototype, 1]) {
          if (kind === 'promise') {
            await assert.rejects(() => Reflect.apply(get, other, []), TypeError);
            continue;
          }
          assert.throws(() => Reflect.apply(get, other, []), TypeError);
          if (set) assert.throws(() => Reflect.apply(set, other, [null]), TypeError);
        }
        assert.doesNotThrow(() => idl.make()[attribute]);
      });
    }

    for (const [operation, length] of Object.entries(idl.operations)) {
      it(`has the operation ${operation}()`, () => {
        const { value, ...descriptor } = Object.getOwnPropertyDescriptor(Class.prototype, operation);
        assert.deepEqual(descriptor, { writable: true, enumerable: true, configurable: true });
        assert.equal(value.name, operation);
        assert.equal(value.length, length);
        assert.throws(() => new value(), TypeError); // no constructor
        for (const other of [{}, null, undefined, Class.prototype]) {
          assert.throws(() => Reflect.apply(value, other, ['x']), TypeError);
        }
        if (length > 0) assert.throws(() => idl.make()[operation](), TypeError);
      });
    }
  });
}

describe('CloseEvent', () => {
  it('has the defaults of its dictionary', () => {
    const event = new parley.CloseEvent('close');
    assert.deepEqual([event.wasClean, event.code, event.reason, event.isTrusted, event.bubbles, event.cancelable],
      [false, 0, '', false, false, false]);
  });
  it('converts what it is given', () => {
    const event = new parley.CloseEvent('close', { wasClean: 1, code: 65537.9, reason: 'a\ud800', cancelable: 'yes' });
    assert.deepEqual([event.wasClean, event.code, event.reason, event.cancelable], [true, 1, 'a\ufffd', true]);
    assert.equal(new parley.CloseEvent('x', { code: -1 }).code, 65535);
    assert.equal(new parley.CloseEvent('x', { code: NaN }).code, 0);
    assert.throws(() => new parley.CloseEvent('x', 1), TypeError);
    assert.throws(() => new parley.CloseEvent('x', { code: 1n }), TypeError);
    assert.throws(() => new parley.CloseEvent('x', { reason: Symbol() }), TypeError);
    assert.throws(() => new parley.CloseEvent(Symbol()), TypeError);
    assert.equal(new parley.CloseEvent(null, null).type, 'null');
  });
});

describe('MessageEvent', () => {
  it('has the defaults of its dictionary', () => {
    const event = new parley.MessageEvent('message');
    assert.deepEqual([event.data, event.origin, event.lastEventId, event.source, event.ports], [null, '', '', null, []]);
    assert.equal(event.ports, event.ports);
    assert.ok(Object.isFrozen(event.ports));
  });
  it('converts what it is given', () => {
    const { port1 } = new MessageChannel();
    const event = new parley.MessageEvent('x', { data: 7, origin: 'o\udc00', lastEventId: 8, source: port1, ports: new Set([port1]) });
    assert.deepEqual([event.data, event.origin, event.lastEventId, event.source, event.ports.length], [7, 'o\ufffd', '8', port1, 1]);
    assert.throws(() => new parley.MessageEvent('x', { ports: 1 }), TypeError);
    assert.throws(() => new parley.MessageEvent('x', { ports: [1] }), TypeError);
    assert.throws(() => new parley.MessageEvent('x', { source: {} }), TypeError);
    port1.close();
  });
  it('can be initialised again, but not while it is dispatched; where the runtime cannot, it has no such member', () => {
    assert.equal('initMessageEvent' in parley.MessageEvent.prototype, canInit);
    if (!canInit) return;
    const event = new parley.MessageEvent('x');
    event.initMessageEvent('y', true, true, 1, 'origin', 'id', null, []);
    assert.deepEqual([event.type, event.bubbles, event.cancelable, event.data, event.origin, event.lastEventId],
      ['y', true, true, 1, 'origin', 'id']);
    const target = new EventTarget();
    target.addEventListener('y', (seen) => seen.initMessageEvent('z', false, false, 2));
    target.dispatchEvent(event);
    assert.deepEqual([event.type, event.data], ['y', 1]);
  });
});

describe('WebSocketError', () => {
  it('is a DOMException with a code and a reason', () => {
    const error = new parley.WebSocketError('m', { closeCode: 3001, reason: 'r' });
    assert.ok(error instanceof DOMException && error instanceof Error);
    assert.deepEqual([error.name, error.message, error.code, error.closeCode, error.reason],
      ['WebSocketError', 'm', 0, 3001, 'r']);
    assert.deepEqual([new parley.WebSocketError().closeCode, new parley.WebSocketError().reason], [null, '']);
  });
  it('takes a reason alone for 1000', () => {
    assert.equal(new parley.WebSocketError('', { reason: 'x' }).closeCode, 1000);
    assert.equal(new parley.WebSocketError('', { closeCode: null }).closeCode, null);
  });
  it('accepts what close() accepts', () => {
    for (const closeCode of [0, 999, 1001, 1006, 2999, 5000]) {
      assert.throws(() => new parley.WebSocketError('', { closeCode }), { name: 'InvalidAccessError' });
    }
    assert.throws(() => new parley.WebSocketError('', { reason: 'x'.repeat(124) }), { name: 'SyntaxError' });
  });
});
