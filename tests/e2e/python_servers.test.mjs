// Our client against Python's websockets as the server.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { bin, python, run, serve } from './peers.mjs';

let server;
before(async () => { server = await serve(python, [new URL('python_server.py', import.meta.url).pathname]); });
after(() => server.stop());

const client = (path, ...args) => run(bin('e2e_client'), [`ws://127.0.0.1:${server.port}${path}`, ...args]);

test('every length class is echoed by python websockets', async () => {
  assert.deepEqual((await client('/', 'echo', 'chat.v1')).lines, ['open chat.v1', 'all echoed', 'close 3000 [over] clean']);
});

test('compression is agreed on with python websockets', async () => {
  assert.deepEqual((await client('/extensions', 'listen')).lines, [
    'open ', 'message permessage-deflate; server_max_window_bits=12; client_max_window_bits=12', 'close 1000 [] clean']);
});

test('a close by python websockets is reported', async () => {
  assert.deepEqual((await client('/close', 'listen')).lines, ['open ', 'close 4002 [from Python] clean']);
});

test('text that is not UTF-8 fails the connection', async () => {
  const { lines } = await client('/invalid-text', 'listen');
  assert.equal(lines[0], 'open ');
  assert.match(lines[1], /^error .*UTF-8/i);
  assert.equal(lines[2], 'close 1006 [] not clean');
});
