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
