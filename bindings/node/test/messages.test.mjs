import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';

import { WebSocket } from '../index.mjs';
import { echo, event, nothing, opened, thrownBy, until, withPeer } from './peers.mjs';

async function withEcho(body) {
  await withPeer(echo, async (url) => body(await opened(new WebSocket(url))));
}
async function echoed(socket, ...data) {
  const answer = event(socket, 'message');
  socket.send(...data);
  return (await answer).data;
}
const bytes = (buffer) => [...new Uint8Array(buffer)];

describe('send()', () => {
  it('sends text, and whatever becomes text', () => withEcho(async (socket) => {
    for (const [data, text] of [
      ['', ''], ['plain', 'plain'], ['h\u00e9llo \u{1f600}', 'h\u00e9llo \u{1f600}'], ['\ufeffbom', '\ufeffbom'],
      ['\ud800', '\ufffd'], ['a\udc00b', 'a\ufffdb'], [null, 'null'], [undefined, 'undefined'], [42, '42'], [1n, '1'],
      [{}, '[object Object]'], [['a', 'b'], 'a,b'], [{ toString: () => 'own' }, 'own'], [true, 'true'],
    ]) assert.equal(await echoed(socket, data), text);
    assert.throws(() => socket.send(Symbol()), TypeError);
    assert.throws(() => socket.send({ toString() { throw new RangeError('x'); } }), RangeError);
  }));

  it('sends text of every length', () => withEcho(async (socket) => {
    for (const length of [125, 126, 127, 16380, 16383, 16384, 16385, 65535, 65536, 300_000]) {
      for (const character of ['x', '\u00e9', '\u20ac', '\u{1f600}']) {
        const text = character.repeat(length);
        assert.ok(await echoed(socket, text) === text, `${length} ${character}`);
      }
    }
  }));

  it('sends buffers, and of views their window', () => withEcho(async (socket) => {
    socket.binaryType = 'arraybuffer';
    const buffer = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]).buffer;
    for (const [data, sent] of [
      [buffer, [1, 2, 3, 4, 5, 6, 7, 8]], [new Uint8Array(buffer, 2, 3), [3, 4, 5]], [new DataView(buffer, 6), [7, 8]],
      [new Uint16Array(buffer, 4, 1), [5, 6]], [Buffer.from('ab'), [97, 98]], [new ArrayBuffer(0), []], [new Float64Array(0), []],
    ]) assert.deepEqual(bytes(await echoed(socket, data)), sent);
    assert.throws(() => socket.send(new Uint8Array(new SharedArrayBuffer(4))), TypeError);
  }));

  it('refuses a resizable buffer', { skip: !ArrayBuffer.prototype.resize }, () => withEcho(async (socket) => {
    assert.throws(() => socket.send(new ArrayBuffer(1, { maxByteLength: 2 })), TypeError);
    assert.throws(() => socket.send(new Uint8Array(new ArrayBuffer(1, { maxByteLength: 2 }))), TypeError);
  }));

  it('captures bytes at the call', () => withEcho(async (socket) => {
    socket.binaryType = 'arraybuffer';
    const data = new Uint8Array([1, 2, 3]);
    const answer = event(socket, 'message');
    socket.send(data);
    data.fill(9);
    assert.deepEqual(bytes((await answer).data), [1, 2, 3]);
  }));

  it('keeps the order of Blobs and what follows them', () => withEcho(async (socket) => {
    socket.binaryType = 'arraybuffer';
    const seen = [];
    socket.onmessage = ({ data }) => seen.push(typeof data === 'string' ? data : Buffer.from(data).toString());
    const late = new Uint8Array([0x66]);
    socket.send('a');
    socket.send(new Blob(['b']));
    socket.send('c\ud800');
    socket.send(new Blob(['d', 'e']));
    socket.send(late);
    late[0] = 0x78;
    assert.equal(socket.bufferedAmount, 1 + 1 + 4 + 2 + 1);
    socket.close(1000);
    assert.equal(socket.readyState, WebSocket.CLOSING);
    socket.send('never');
    const { code, wasClean } = await event(socket, 'close');
    // After close() nothing is delivered any more, so the peer's word is needed: see the next test.
    assert.deepEqual([code, wasClean, seen], [1000, true, []]);
    assert.equal(socket.bufferedAmount, 5);
  }));

  it('sends what was queued before close()', async () => {
    const got = [];
    await withPeer((peer) => peer.on('message', (data) => got.push(data.toString())), async (url) => {
      const socket = await opened(new WebSocket(url));
      socket.send(new Blob(['one']));
      socket.send('two');
      socket.close();
      await event(socket, 'close');
    });
    assert.deepEqual(got, ['one', 'two']);
  });

  it('throws while CONNECTING, once the argument is converted', async () => {
    await withPeer(nothing, async (url) => {
      const socket = new WebSocket(url);
      for (const data of ['x', new Blob(['x']), new Uint8Array(1)]) {
        assert.equal(thrownBy(() => socket.send(data)), 'InvalidStateError');
      }
      assert.throws(() => socket.send(Symbol()), TypeError);
      assert.equal(socket.bufferedAmount, 0);
      await opened(socket);
    });
  });

  it('counts, and does no more, once closing has begun', async () => {
    await withPeer(nothing, async (url) => {
      const socket = await opened(new WebSocket(url));
      socket.close();
      socket.send('\u20ac');
      socket.send(new Uint8Array(4));
      socket.send(new Blob(['12345']));
      assert.equal(socket.bufferedAmount, 12);
      await event(socket, 'close');
      assert.equal(socket.bufferedAmount, 12);
      socket.send('x');
      socket.send(new Blob(['y']));
      assert.equal(socket.bufferedAmount, 14);
    });
  });

  it('answers undefined', () => withEcho(async (socket) => {
    assert.equal(socket.send('x'), undefined);
    assert.equal(socket.close(), undefined);
  }));
});

describe('bufferedAmount', () => {
  it('only rises within a task, and falls in a later one', () => withEcho(async (socket) => {
    socket.send('x'.repeat(1000));
    assert.equal(socket.bufferedAmount, 1000);
    socket.send(new Uint8Array(24));
    assert.equal(socket.bufferedAmount, 1024);
    await Promise.resolve();
    assert.equal(socket.bufferedAmount, 1024);
    await until(() => socket.bufferedAmount === 0);
  }));

  it('counts what the network does not take', async () => {
    await withPeer((peer) => peer.pause(), async (url) => {
      const socket = await opened(new WebSocket(url, { compression: false }));
      const chunk = 'x'.repeat(1 << 20);
      for (let i = 0; i < 32; ++i) socket.send(chunk);
      await new Promise((resolve) => setTimeout(resolve, 50));
      const amount = socket.bufferedAmount;
      assert.ok(amount > 16 << 20 && amount < 32 << 20, `${amount}`);
      socket.terminate();
      await event(socket, 'close');
      assert.equal(socket.bufferedAmount, amount);
    });
  });
});

describe('message events', () => {
  it('have data by binaryType at their dispatch', async () => {
    await withPeer((peer) => { for (let i = 0; i < 4; ++i) peer.send(Buffer.from([i])); }, async (url) => {
      const socket = new WebSocket(url);
      const seen = [];
      socket.onmessage = ({ data }) => {
        seen.push(data);
        socket.binaryType = seen.length % 2 ? 'arraybuffer' : 'blob';
      };
      await until(() => seen.length === 4);
      assert.deepEqual(seen.map((data) => data.constructor), [Blob, ArrayBuffer, Blob, ArrayBuffer]);
      assert.deepEqual(bytes(await seen[2].arrayBuffer()), [2]);
      assert.equal(seen[0].type, '');
    });
  });

  it('are trusted, and say where they come from', async () => {
    await withPeer((peer) => peer.send('x'), async (url) => {
      const socket = new WebSocket(url.replace('127.0.0.1', 'LOCALHOST'));
      const message = await event(socket, 'message');
      assert.equal(message.origin, url.replace('127.0.0.1', 'localhost').slice(0, -1));
      assert.deepEqual([message.isTrusted, message.bubbles, message.cancelable, message.lastEventId, message.source, message.ports],
        [true, false, false, '', null, []]);
      assert.equal(message.target, socket);
      assert.equal(message.constructor.name, 'MessageEvent');
    });
  });

  it('are tasks: microtasks and ticks run between them', async () => {
    await withPeer((peer) => { for (let i = 0; i < 3; ++i) peer.send(`${i}`); }, async (url) => {
      const socket = new WebSocket(url);
      const seen = [];
      socket.onmessage = ({ data }) => {
        seen.push(data);
        queueMicrotask(() => seen.push(`micro ${data}`));
        process.nextTick(() => seen.push(`tick ${data}`));
      };
      await until(() => seen.length === 9);
      assert.deepEqual(seen, [0, 1, 2].flatMap((i) => [`${i}`, `tick ${i}`, `micro ${i}`]));
    });
  });

  it('stop with close()', async () => {
    await withPeer((peer) => { for (let i = 0; i < 10; ++i) peer.send(`${i}`); }, async (url) => {
      const socket = new WebSocket(url);
      const seen = [];
      socket.onmessage = ({ data }) => {
        seen.push(data);
        if (data === '2') socket.close();
      };
      await event(socket, 'close');
      assert.deepEqual(seen, ['0', '1', '2']);
    });
  });

  it('bring big messages whole', () => withEcho(async (socket) => {
    socket.binaryType = 'arraybuffer';
    const data = randomBytes(20 << 20);
    assert.ok(Buffer.from(await echoed(socket, data)).equals(data));
  }));
});

describe('binaryType', () => {
  it('ignores what it does not know', () => {
    const socket = new WebSocket('ws://127.0.0.1:1/');
    for (const [value, after] of [['arraybuffer', 'arraybuffer'], ['Blob', 'arraybuffer'], ['', 'arraybuffer'], [null, 'arraybuffer'],
      [{ toString: () => 'blob' }, 'blob'], ['nodebuffer', 'blob']]) {
      socket.binaryType = value;
      assert.equal(socket.binaryType, after);
    }
    assert.throws(() => { socket.binaryType = Symbol(); }, TypeError);
  });
});
