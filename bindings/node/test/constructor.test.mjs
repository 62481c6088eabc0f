import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { WebSocket } from '../index.mjs';
import { event, nothing, opened, thrownBy, withPeer, withRaw } from './peers.mjs';

describe('the constructor', () => {
  for (const [url, href] of [
    ['ws://127.0.0.1:1', 'ws://127.0.0.1:1/'],
    ['WSS://EXAMPLE.test:443/a b?c', 'wss://example.test/a%20b?c'],
    ['http://127.0.0.1:1/x', 'ws://127.0.0.1:1/x'],
    ['https://127.0.0.1:1/x', 'wss://127.0.0.1:1/x'],
    ['  ws://0x7f.1:1/  ', 'ws://127.0.0.1:1/'],
    ['ws://[::1]:1', 'ws://[::1]:1/'],
    ['ws://b\u00fccher.test/\ud800', 'ws://xn--bcher-kva.test/%EF%BF%BD'],
  ]) {
    it(`takes ${JSON.stringify(url)}`, () => {
      const socket = new WebSocket(url);
      assert.equal(socket.url, href);
      assert.equal(socket.readyState, WebSocket.CONNECTING);
      assert.deepEqual([socket.protocol, socket.extensions, socket.bufferedAmount, socket.binaryType], ['', '', 0, 'blob']);
    });
  }

  for (const url of ['', 'x', '/relative', 'ftp://a.test/', 'ws://a.test/#', 'ws://a.test/#x', 'ws://', 'ws://a:99999/', {}, null]) {
    it(`throws a SyntaxError for ${JSON.stringify(url)}`, () => {
      assert.throws(() => new WebSocket(url), (error) => error instanceof DOMException && error.name === 'SyntaxError' && error.code === 12);
    });
  }

  it('converts the URL', () => {
    assert.equal(new WebSocket({ toString: () => 'ws://127.0.0.1:1/' }).url, 'ws://127.0.0.1:1/');
    assert.equal(new WebSocket(new URL('ws://127.0.0.1:1/a')).url, 'ws://127.0.0.1:1/a');
    assert.throws(() => new WebSocket(Symbol()), TypeError);
    assert.throws(() => new WebSocket({ toString() { throw new RangeError('mine'); } }), RangeError);
  });

  for (const protocols of ['', 'a b', 'a,b', 'a(', '\u00e9', ['a', 'a'], ['a', 'A'], ['ok', ''], {}, null, [[]]]) {
    const expected = protocols === null ? undefined : 'SyntaxError';
    it(`${expected ? 'throws' : 'does not throw'} for the protocols ${JSON.stringify(protocols)}`, () => {
      assert.equal(thrownBy(() => new WebSocket('ws://127.0.0.1:1/', protocols)), expected);
    });
  }

  it('takes protocols of anything that is iterable', async () => {
    let offered;
    await withPeer((_, request) => { offered = request.headers['sec-websocket-protocol']; }, async (url) => {
      for (const [protocols, header] of [
        [['a', 'b'], 'a, b'], [new Set(['x', 'y']), 'x, y'], ['one', 'one'], [[], undefined], [undefined, undefined],
        [(function* () { yield 1; yield null; })(), '1, null'], [new String('ab'), 'a, b'],
      ]) {
        const socket = new WebSocket(url, protocols);
        await opened(socket);
        assert.equal(offered, header);
        assert.equal(socket.protocol, header ? header.split(',')[0] : '');
        socket.close();
        await event(socket, 'close');
      }
    });
    assert.throws(() => new WebSocket('ws://127.0.0.1:1/', [Symbol()]), TypeError);
    assert.throws(() => new WebSocket('ws://127.0.0.1:1/', { [Symbol.iterator]: 1 }), TypeError);
  });

  it('judges the URL before the protocols', () => {
    assert.throws(() => new WebSocket('ftp://x/', ['a', 'a']), /ftp/);
  });

  it('fails later, not at once, for a blocked port', async () => {
    const socket = new WebSocket('ws://127.0.0.1:25/');
    const seen = [];
    socket.onerror = () => seen.push('error', socket.readyState);
    socket.onclose = ({ code, reason, wasClean }) => seen.push(code, reason, wasClean);
    assert.equal(socket.readyState, 0);
    await event(socket, 'close');
    assert.deepEqual(seen, ['error', 3, 1006, '', false]);
    assert.equal(socket.failure.stage, 'url');
  });

  it('resolves relative URLs against location, if there is one', () => {
    globalThis.location = { href: 'http://127.0.0.1:1/folder/page?x' };
    try {
      assert.equal(new WebSocket('chat').url, 'ws://127.0.0.1:1/folder/chat');
      assert.equal(new WebSocket('/chat?a').url, 'ws://127.0.0.1:1/chat?a');
      assert.equal(new WebSocket('//127.0.0.2:1').url, 'ws://127.0.0.2:1/');
    } finally {
      delete globalThis.location;
    }
    assert.equal(new WebSocket('chat', { baseUrl: 'https://127.0.0.1:1/' }).url, 'wss://127.0.0.1:1/chat');
  });

  it('is open to subclasses', () => {
    class Mine extends WebSocket {}
    const socket = new Mine('ws://127.0.0.1:1/');
    assert.ok(socket instanceof Mine && socket instanceof WebSocket && socket instanceof EventTarget);
  });
});

describe('the options', () => {
  it('are the second or the third argument', async () => {
    const seen = [];
    await withPeer((_, { headers }) => seen.push([headers['x-a'], headers.origin, headers['sec-websocket-protocol']]), async (url) => {
      for (const make of [
        () => new WebSocket(url, { headers: { 'X-A': '1' }, origin: 'http://o.test', protocols: ['p'] }),
        () => new WebSocket(url, ['p'], { headers: new Headers([['x-a', '2']]) }),
        () => new WebSocket(url, undefined, { headers: [['X-A', '3']] }),
      ]) await opened(make());
    });
    assert.deepEqual(seen, [['1', 'http://o.test', 'p'], ['2', undefined, 'p'], ['3', undefined, undefined]]);
  });

  it('are checked', () => {
    const make = (options) => () => new WebSocket('ws://127.0.0.1:1/', [], options);
    assert.throws(make({ maxMessageSize: 'many' }), { name: 'TypeError', message: /maxMessageSize/ });
    assert.throws(make({ maxMessageSize: -1 }), { name: 'RangeError', message: /maxMessageSize/ });
    assert.throws(make({ blockedPorts: 'maybe' }), { name: 'TypeError', message: /blockedPorts/ });
    assert.throws(make({ headers: { Upgrade: 'x' } }), { name: 'SyntaxError' });
    assert.throws(make({ headers: { 'a b': 'x' } }), { name: 'SyntaxError' });
    assert.throws(make(1), TypeError);
    assert.equal(thrownBy(() => new WebSocket('ws://127.0.0.1:25/', [], { blockedPorts: 'throw' })), 'SecurityError');
  });

  it('limit what is received', async () => {
    await withPeer((socket) => socket.send('x'.repeat(1001)), async (url) => {
      const socket = new WebSocket(url, [], { maxMessageSize: 1000 });
      const { code } = await event(socket, 'close');
      assert.equal(code, 1006);
      assert.deepEqual([socket.failure.limit, socket.failure.closeCodeSent], ['maxMessageSize', 1009]);
    });
  });

  it('say whether to compress', async () => {
    await withPeer(nothing, async (url) => {
      assert.match((await opened(new WebSocket(url))).extensions, /^permessage-deflate/);
      assert.equal((await opened(new WebSocket(url, { compression: false }))).extensions, '');
    }, { perMessageDeflate: true });
  });

  it('keep the time for the handshake', async () => {
    await withRaw(nothing, async (url) => {
      const socket = new WebSocket(url, [], { handshakeTimeout: 50 });
      await event(socket, 'close');
      assert.equal(socket.failure.limit, 'handshakeTimeout');
    });
  });
});
