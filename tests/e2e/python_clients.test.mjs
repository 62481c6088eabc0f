// Python's websockets as the client of our server.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parleyServer, python, run } from './peers.mjs';

test('python websockets: messages, compression, fragments, pings, closes, sub-protocols and refusals', async () => {
  const server = await parleyServer();
  const script = new URL('python_client.py', import.meta.url).pathname;
  const { status, lines, stderr } = await run(python, [script, String(server.port)]);
  await server.stop();
  assert.equal(status, 0, stderr);
  assert.equal(lines.filter((line) => line.startsWith('ok ')).length, 8);
});
