// Messages that arrive in one read come to JavaScript in one call; nobody must be able to tell.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { WebSocket, WebSocketStream } from '../index.mjs';
import { accepted, event, frame, until, withRaw } from './peers.mjs';

/** Runs `body` with a socket that is sent `frames` in one packet, and what it answers. */
async function together(frames, body) {
  let answered = Buffer.alloc(0);
  await withRaw((socket, { accept }) => {
    socket.on('data', (data) => { answered = Buffer.concat([answered, data]); });
    socket.write(accepted(accept));
    setTimeout(() => socket.write(Buffer.concat(frames)), 30);
  }, async (url) => body(url, () => unmasked(answered)));
}
/** Client frames of less than 126 bytes, as [opcode, text]. */
function unmasked(bytes) {
  const frames = [];
  for (let at = 0; at + 6 <= bytes.length;) {
    const length = bytes[at + 1] & 0x7f;
    const mask = bytes.subarray(at + 2, at + 6);
    const payload = bytes.subarray(at + 6, at + 6 + length).map((byte, i) => byte ^ mask[i % 4]);
    frames.push([bytes[at] & 0x0f, Buffer.from(payload).toString()]);
    at += 6 + length;
  }
  return frames;
}
const texts = (...all) => all.map((text) => frame(1, text));
async function withUncaught(body) {
  const uncaught = [];
  const previous = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => uncaught.push(error.message));
  try {
    await body(uncaught);
  } finally {
    process.removeAllListeners('uncaughtException');
    previous.forEach((listener) => process.on('uncaughtException', listener));
  }
}

describe('messages that arrive together', () => {
  it('are of all kinds, and in order', () => together(
    [...texts('ascii', 'h\u00e9', ''), frame(2, 'bytes'), frame(2), ...texts('\u{1f600}', 'x'.repeat(125)), frame(2, 'y')],
    async (url) => {
      const socket = new WebSocket(url);
      socket.binaryType = 'arraybuffer';
      const seen = [];
      socket.onmessage = ({ data }) => seen.push(typeof data === 'string' ? data : Buffer.from(data).toString('hex'));
      await until(() => seen.length === 8);
      assert.deepEqual(seen, ['ascii', 'h\u00e9', '', Buffer.from('bytes').toString('hex'), '', '\u{1f600}', 'x'.repeat(125), '79']);
    }));

  it('stay what they are while others come', () => together([frame(2, 'one'), frame(2, 'two'), ...texts('three')], async (url) => {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    const kept = [];
    socket.onmessage = ({ data }) => kept.push(data);
    await until(() => kept.length === 3);
    new Uint8Array(kept[0]).fill(0x78);
    assert.deepEqual(kept.map((data) => Buffer.from(data).toString()), ['xxx', 'two', 'three']);
    assert.equal(kept[0].byteLength, 3);
  }));

  it('are answered in order, a Ping between them too', () => together([...texts('a', 'b'), frame(9, 'ping'), ...texts('c', 'd'), frame(8, Buffer.from([0x03, 0xe8]))],
    async (url, answers) => {
      const socket = new WebSocket(url);
      const states = [];
      socket.onmessage = ({ data }) => {
        states.push(socket.readyState);
        socket.send(`re: ${data}`);
      };
      await until(() => answers().length === 6);
      assert.deepEqual(states, [1, 1, 1, 1]);
      assert.deepEqual(answers().map(([opcode, text]) => (opcode === 1 ? text : opcode)).filter((one) => one !== 10), ['re: a', 're: b', 're: c', 're: d', 8]);
      socket.terminate();
    }));

  it('are all delivered before a failure behind them', () => together([...texts('a', 'b'), frame(1, Buffer.from([0xff]))], async (url) => {
    const socket = new WebSocket(url);
    const seen = [];
    socket.onmessage = ({ data }) => seen.push(data);
    socket.onerror = () => seen.push('error');
    await event(socket, 'close');
    assert.deepEqual(seen, ['a', 'b', 'error']);
    assert.equal(socket.failure.closeCodeSent, 1007);
  }));

  for (const [what, end] of [['close()', (socket) => socket.close()], ['terminate()', (socket) => socket.terminate()]]) {
    it(`are not delivered after ${what}`, () => together(texts('a', 'b', 'c', 'd'), async (url) => {
      const socket = new WebSocket(url);
      const seen = [];
      socket.onmessage = ({ data }) => {
        seen.push(data);
        if (data === 'b') end(socket);
      };
      await until(() => seen.length === 2);
      await new Promise((resolve) => setTimeout(resolve, 30));
      assert.deepEqual(seen, ['a', 'b']);
      socket.terminate();
    }));
  }

  it('wait while the socket is paused', () => together(texts('a', 'b', 'c', 'd'), async (url) => {
    const socket = new WebSocket(url);
    const seen = [];
    socket.onmessage = ({ data }) => {
      seen.push(data);
      if (data === 'b' || data === 'c') socket.pause();
    };
    await until(() => seen.length === 2);
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.deepEqual(seen, ['a', 'b']);
    socket.resume();
    assert.deepEqual(seen, ['a', 'b']);
    await until(() => seen.length === 3);
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.deepEqual(seen, ['a', 'b', 'c']);
    socket.resume();
    await until(() => seen.length === 4);
    assert.deepEqual(seen, ['a', 'b', 'c', 'd']);
    socket.terminate();
  }));

  it('are not lost when a handler throws', () => withUncaught((uncaught) => together(texts('a', 'b', 'c'), async (url) => {
    for (const listen of [(socket, see) => { socket.onmessage = ({ data }) => see(data); },
      (socket, see) => socket.addEventListener('message', ({ data }) => see(data)),
      (socket, see) => socket.on('message', (data) => see(data.toString()))]) {
      const socket = new WebSocket(url);
      const seen = [];
      listen(socket, (data) => {
        seen.push(data);
        throw new Error(`thrown ${data}`);
      });
      await until(() => uncaught.length === 3);
      assert.deepEqual(seen, ['a', 'b', 'c']);
      assert.deepEqual(uncaught.splice(0), ['thrown a', 'thrown b', 'thrown c']);
      socket.terminate();
    }
  })));

  it('follow a change of listeners and of binaryType', () => together([frame(2, 'a'), frame(2, 'b'), frame(2, 'c'), frame(2, 'd'), frame(2, 'e')], async (url) => {
    const socket = new WebSocket(url);
    const seen = [];
    const first = ({ data }) => {
      seen.push(data);
      if (seen.length === 1) socket.binaryType = 'arraybuffer';
      if (seen.length < 2) return;
      socket.removeEventListener('message', first);
      socket.on('message', (bytes) => {
        seen.push(bytes);
        if (seen.length === 4) socket.onmessage = (message) => seen.push(message.data);
      });
    };
    socket.addEventListener('message', first);
    await until(() => seen.length === 6);
    assert.deepEqual(seen.map((data) => data.constructor), [Blob, ArrayBuffer, Buffer, Buffer, ArrayBuffer, Buffer]);
    assert.deepEqual(seen.slice(1).map((data) => Buffer.from(data).toString()), ['b', 'c', 'd', 'e', 'e']);
    socket.terminate();
  }));

  it('have microtasks and ticks between them, in every way to listen', () => together(texts('a', 'b'), async (url) => {
    for (const listen of [(socket, see) => { socket.onmessage = ({ data }) => see(data); },
      (socket, see) => socket.on('message', (data) => see(data.toString()))]) {
      const socket = new WebSocket(url);
      const seen = [];
      listen(socket, async (data) => {
        seen.push(data);
        process.nextTick(() => seen.push(`tick ${data}`));
        await null;
        seen.push(`micro ${data}`);
      });
      await until(() => seen.length === 6);
      assert.deepEqual(seen, ['a', 'tick a', 'micro a', 'b', 'tick b', 'micro b']);
      socket.terminate();
    }
  }));

  it('come one by one to a stream', () => together(texts('a', 'b', 'c'), async (url) => {
    const { readable } = await new WebSocketStream(url).opened;
    const reader = readable.getReader();
    for (const text of ['a', 'b', 'c']) assert.equal((await reader.read()).value, text);
    await reader.cancel();
  }));

  it('are many', () => together([Buffer.concat(Array.from({ length: 20_000 }, (_, i) => frame(1 + (i % 2), `message ${i}`)))], async (url) => {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    let count = 0;
    socket.onmessage = ({ data }) => {
      const text = typeof data === 'string' ? data : Buffer.from(data).toString();
      if (text === `message ${count}`) ++count;
    };
    await until(() => count === 20_000);
    socket.terminate();
  }));
});
