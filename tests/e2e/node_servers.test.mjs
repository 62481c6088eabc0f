// Our client against npm `ws` as the server. (undici has no server.)

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { WebSocketServer } from 'ws';

import { bin, run } from './peers.mjs';

let server;
let port;
before(async () => {
  server = new WebSocketServer({
    host: '127.0.0.1', port: 0, maxPayload: 64 << 20,
    handleProtocols: (offered) => (offered.has('chat.v2') ? 'chat.v2' : false),
  });
  await once(server, 'listening');
  port = server.address().port;
  server.on('connection', (socket, request) => {
    socket.on('error', () => {});
    if (request.url === '/echo') socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    if (request.url === '/close') socket.close(4321, 'the server says');
    if (request.url === '/cut') socket.terminate();
    if (request.url === '/fragments') {
      socket.send('one ', { fin: false });
      socket.ping('between');
      socket.send('two', { fin: true });
      socket.on('pong', (data) => socket.close(1000, `pong ${data}`));
    }
  });
});
after(() => server.close());

const client = (path, ...args) => run(bin('e2e_client'), [`ws://127.0.0.1:${port}${path}`, ...args]);

test('every length class is echoed by ws', async () => {
  const { lines } = await client('/echo', 'echo');
  assert.deepEqual(lines, ['open ', 'all echoed', 'close 3000 [over] clean']);
});

test('the sub-protocol that ws selects is reported', async () => {
  assert.equal((await client('/close', 'listen', 'chat.v1', 'chat.v2')).lines[0], 'open chat.v2');
});

test('a server that selects none of the sub-protocols is a failure', async () => {
  const { lines } = await client('/echo', 'listen', 'other');
  assert.match(lines[0], /^error .*protocol/i);
  assert.equal(lines[1], 'close 1006 [] not clean');
});

test('a close by ws is reported with its code and reason', async () => {
  assert.deepEqual((await client('/close', 'listen')).lines, ['open ', 'close 4321 [the server says] clean']);
});

test('a cut connection is an error and 1006', async () => {
  const { lines } = await client('/cut', 'listen');
  assert.equal(lines[0], 'open ');
  assert.match(lines[1], /^error /);
  assert.equal(lines[2], 'close 1006 [] not clean');
});

test('fragments of ws are one message and its ping is answered', async () => {
  assert.deepEqual((await client('/fragments', 'listen')).lines,
    ['open ', 'message one two', 'close 1000 [pong between] clean']);
});

for (const [name, options, agreed] of [
  ['contexts', {}, 'permessage-deflate'],
  ['no contexts', { serverNoContextTakeover: true, clientNoContextTakeover: true },
    'permessage-deflate; server_no_context_takeover; client_no_context_takeover'],
  ['small windows', { serverMaxWindowBits: 9, clientMaxWindowBits: 10 },
    'permessage-deflate; client_max_window_bits=10; server_max_window_bits=9'],
]) {
  test(`every length class is echoed by ws compressed, with ${name}`, async () => {
    const deflating = new WebSocketServer({
      host: '127.0.0.1', port: 0, maxPayload: 64 << 20, perMessageDeflate: { threshold: 0, ...options },
    });
    await once(deflating, 'listening');
    let read = 0;
    let answer;
    deflating.on('headers', (headers) => { answer = headers.find((line) => line.startsWith('Sec-WebSocket-Extensions')); });
    deflating.on('connection', (socket, request) => {
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
      socket.on('close', () => { read = request.socket.bytesRead; });
    });
    const { lines } = await run(bin('e2e_client'), [`ws://127.0.0.1:${deflating.address().port}/`, 'echo']);
    deflating.close();
    assert.deepEqual(lines, ['open ', 'all echoed', 'close 3000 [over] clean']);
    assert.equal(answer, `Sec-WebSocket-Extensions: ${agreed}`);
    assert.ok(read < 8_400_000 / 2, `${read} bytes for more than 8 MB`);
  });
}

test('a server that answers 404 is an error with the status', async () => {
  const plain = createServer((_, response) => { response.statusCode = 404; response.end('nothing here'); });
  await once(plain.listen(0, '127.0.0.1'), 'listening');
  const { lines } = await run(bin('e2e_client'), [`ws://127.0.0.1:${plain.address().port}/`, 'listen']);
  plain.close();
  assert.match(lines[0], /^error .*404/);
  assert.equal(lines[1], 'close 1006 [] not clean');
});

test('a refused connection is an error that names the address', async () => {
  const plain = createServer();
  await once(plain.listen(0, '127.0.0.1'), 'listening');
  const closedPort = plain.address().port;
  await new Promise((resolve) => plain.close(resolve));
  const { lines } = await run(bin('e2e_client'), [`ws://127.0.0.1:${closedPort}/`, 'listen']);
  assert.match(lines[0], new RegExp(`^error .*refused.*${closedPort}`));
  assert.equal(lines[1], 'close 1006 [] not clean');
});
