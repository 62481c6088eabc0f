// npm `ws` and undici as clients of our server.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { WebSocket as UndiciSocket } from 'undici';
import { WebSocket as WsSocket } from 'ws';

import { parleyServer } from './peers.mjs';

let server;
before(async () => { server = await parleyServer(); });
after(() => server.stop());

const url = (path) => `ws://127.0.0.1:${server.port}${path}`;

/** Opens, sends, collects as many messages as were sent, closes; both libraries have the browser's members. */
function converse(Socket, path, protocols, messages) {
  return new Promise((resolve, reject) => {
    const socket = new Socket(url(path), protocols);
    socket.binaryType = 'arraybuffer';
    const received = [];
    socket.onopen = () => messages.forEach((message) => socket.send(message));
    socket.onmessage = ({ data }) => {
      received.push(data);
      if (received.length === messages.length) socket.close(3001, 'enough');
    };
    socket.onerror = (event) => reject(event.error ?? new Error('error event'));
    socket.onclose = ({ code, reason, wasClean }) => resolve({ received, code, reason, wasClean, protocol: socket.protocol });
  });
}

for (const [name, Socket] of [['ws', WsSocket], ['undici', UndiciSocket]]) {
  test(`${name}: every length class is echoed, the close code too`, async () => {
    const sizes = [0, 1, 125, 126, 65535, 65536, 1 << 20, 5_000_000];
    const messages = sizes.flatMap((size) => ['a'.repeat(size), new Uint8Array(size).map((_, i) => i * 7)]);
    const result = await converse(Socket, '/echo', [], messages);
    assert.equal(result.received.length, messages.length);
    messages.forEach((message, i) => {
      const got = result.received[i];
      if (typeof message === 'string') assert.ok(got === message, `text of ${message.length}`);
      else assert.ok(Buffer.from(got).equals(Buffer.from(message)), `binary of ${message.length}`);
    });
    assert.deepEqual([result.code, result.reason, result.wasClean], [3001, 'enough', true]);
  });

  test(`${name}: text beyond ASCII survives`, async () => {
    const text = 'gr\u00fc\u00df \u4e16\u754c \u{1f600}';
    assert.deepEqual((await converse(Socket, '/echo', [], [text])).received, [text]);
  });

  test(`${name}: the server's preference selects the sub-protocol`, async () => {
    const result = await converse(Socket, '/echo', ['chat.v1', 'chat.v2'], ['x']);
    assert.equal(result.protocol, 'chat.v2');
  });

  test(`${name}: the server closes with a code and a reason`, async () => {
    const closed = await new Promise((resolve) => { new Socket(url('/close/4000/bye')).onclose = resolve; });
    assert.deepEqual([closed.code, closed.reason, closed.wasClean], [4000, 'bye', true]);
  });

  test(`${name}: an empty Close frame is 1005`, async () => {
    const closed = await new Promise((resolve) => { new Socket(url('/close')).onclose = resolve; });
    assert.deepEqual([closed.code, closed.wasClean], [1005, true]);
  });

  test(`${name}: a burst of a thousand messages arrives in order before the close`, async () => {
    const received = [];
    const socket = new Socket(url('/burst'));
    socket.onmessage = ({ data }) => received.push(Number(data));
    const closed = await new Promise((resolve) => { socket.onclose = resolve; });
    assert.deepEqual(received, Array.from({ length: 1000 }, (_, i) => i));
    assert.equal(closed.code, 1000);
  });

  test(`${name}: a handshake may be accepted later`, async () => {
    const socket = new Socket(url('/later'));
    const message = await new Promise((resolve) => { socket.onmessage = resolve; });
    assert.equal(message.data, 'accepted later');
    socket.close();
  });

  test(`${name}: a refused handshake is an error`, async () => {
    const socket = new Socket(url('/refused'));
    await new Promise((resolve) => { socket.onerror = resolve; });  // undici 6 fires no close event after it
    assert.notEqual(socket.readyState, Socket.OPEN);
  });
}

/** Text that compresses, and bytes that do not. */
const compressible = (size) => Array.from({ length: size / 8 + 1 }, (_, i) => `word ${i * i % 97} `).join('').slice(0, size);
const noise = (size) => { let state = size; return new Uint8Array(size).map(() => (state = (state * 1103515245 + 12345) % 2147483648) >> 16); };

for (const [name, Socket] of [['ws', WsSocket], ['undici', UndiciSocket]]) {
  test(`${name}: compressed messages of every length class are echoed`, async () => {
    for (const path of ['/deflate', '/deflate/alone', '/deflate/small']) {
      const messages = [0, 5, 127, 128, 1000, 5000, 65536, 200_000, 2_000_000].flatMap((size) => [compressible(size), noise(size)]);
      const result = await converse(Socket, path, [], messages);
      assert.equal(result.received.length, messages.length, path);
      messages.forEach((message, i) => {
        const got = result.received[i];
        if (typeof message === 'string') assert.ok(got === message, `${path} text of ${message.length}`);
        else assert.ok(Buffer.from(got).equals(Buffer.from(message)), `${path} binary of ${message.length}`);
      });
      assert.deepEqual([result.code, result.wasClean], [3001, true]);
    }
  });
}

for (const [offer, path, agreed] of [
  [true, '/deflate', 'permessage-deflate'],
  [{ serverMaxWindowBits: 11 }, '/deflate', 'permessage-deflate; server_max_window_bits=11'],
  [{ clientMaxWindowBits: 10 }, '/deflate', 'permessage-deflate; client_max_window_bits=10'],
  [{ serverNoContextTakeover: true, clientNoContextTakeover: true }, '/deflate',
    'permessage-deflate; server_no_context_takeover; client_no_context_takeover'],
  [true, '/deflate/alone', 'permessage-deflate; server_no_context_takeover; client_no_context_takeover'],
  [true, '/deflate/small', 'permessage-deflate; server_max_window_bits=10; client_max_window_bits=9'],
  [true, '/echo', undefined],
]) {
  test(`ws: ${JSON.stringify(offer)} at ${path} is agreed on as ${agreed}`, async () => {
    const options = offer === true ? { threshold: 0 } : { threshold: 0, ...offer };
    const socket = new WsSocket(url(path), { perMessageDeflate: options });
    let headers;
    socket.once('upgrade', (response) => { headers = response.headers; });
    await new Promise((resolve) => socket.once('open', resolve));
    assert.equal(headers['sec-websocket-extensions'], agreed);
    const text = compressible(30_000);
    let plain = 0;
    for (let i = 0; i < 5; ++i) {
      const echo = new Promise((resolve) => socket.once('message', resolve));
      socket.send(text);
      plain += text.length;
      assert.equal((await echo).toString(), text);
    }
    assert.equal(socket._socket.bytesRead < plain / 2, agreed !== undefined);
    socket.close();
  });
}

test('ws: compressed fragments are one message, with a ping between', async () => {
  const socket = new WsSocket(url('/deflate'), { perMessageDeflate: { threshold: 0 } });
  await new Promise((resolve) => socket.once('open', resolve));
  for (let i = 0; i < 3; ++i) {
    const message = new Promise((resolve) => socket.once('message', resolve));
    socket.send(`${compressible(2000)} one `, { fin: false, compress: true });
    socket.ping();
    socket.send('two ', { fin: false, compress: true });
    socket.send('three', { fin: true, compress: true });
    assert.equal((await message).toString(), `${compressible(2000)} one two three`);
  }
  socket.close();
});

test('ws: pings are answered with their data', async () => {
  const socket = new WsSocket(url('/echo'));
  await new Promise((resolve) => socket.once('open', resolve));
  const pong = new Promise((resolve) => socket.once('pong', resolve));
  socket.ping('are you there?');
  assert.equal((await pong).toString(), 'are you there?');
  socket.close();
});

test('ws: fragments are one message', async () => {
  const socket = new WsSocket(url('/echo'));
  await new Promise((resolve) => socket.once('open', resolve));
  const message = new Promise((resolve) => socket.once('message', resolve));
  socket.send('one ', { fin: false });
  socket.ping();
  socket.send('two ', { fin: false });
  socket.send('three', { fin: true });
  assert.equal((await message).toString(), 'one two three');
  socket.close();
});
