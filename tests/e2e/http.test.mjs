// curl against our server: plain requests and refused upgrades, as an operator sees them.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { parleyServer, run } from './peers.mjs';

let server;
let directory;
before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'parley-'));
  writeFileSync(join(directory, 'page.html'), '<p>hello</p>');
  writeFileSync(join(directory, 'large.bin'), Buffer.alloc(3_000_000, 7));
  server = await parleyServer(directory);
});
after(async () => {
  await server.stop();
  rmSync(directory, { recursive: true });
});

const key = 'dGhlIHNhbXBsZSBub25jZQ==';
const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', `Sec-WebSocket-Key: ${key}`, 'Sec-WebSocket-Version: 13'];

async function curl(path, headers = [], ...more) {
  const args = ['-sS', '-i', '--path-as-is', '--http1.1', '--max-time', '20', ...headers.flatMap((header) => ['-H', header]), ...more,
    `http://127.0.0.1:${server.port}${path}`];
  const { stdout } = await run('curl', args);
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(stdout)?.[1]), text: stdout };
}

test('a refused upgrade: 403 with its body and Connection: close', async () => {
  const { status, text } = await curl('/refused', upgrade);
  assert.equal(status, 403);
  assert.match(text, /not today/);
  assert.match(text, /\r\nconnection: close\r\n/i);
});

test('an unknown version: 426 that names version 13', async () => {
  const { status, text } = await curl('/echo', [...upgrade.slice(0, 3), 'Sec-WebSocket-Version: 99']);
  assert.equal(status, 426);
  assert.match(text, /\r\nsec-websocket-version: 13\r\n/i);
});

test('a missing or malformed key: 400', async () => {
  assert.equal((await curl('/echo', [upgrade[0], upgrade[1], upgrade[3]])).status, 400);
  assert.equal((await curl('/echo', [upgrade[0], upgrade[1], 'Sec-WebSocket-Key: short', upgrade[3]])).status, 400);
});

test('a page of another origin: 403, unless the route lets everyone in', async () => {
  assert.equal((await curl('/echo', [...upgrade, 'Origin: http://evil.example'])).status, 403);
  const { status } = await curl('/any-origin', [...upgrade, 'Origin: http://evil.example'], '--max-time', '1');
  assert.equal(status, 101);
});

test('a method other than GET: 405', async () => {
  assert.equal((await curl('/echo', upgrade, '-X', 'POST')).status, 405);
});

test('a WebSocket address asked for as a page: 426', async () => {
  const { status, text } = await curl('/echo');
  assert.equal(status, 426);
  assert.match(text, /\r\nupgrade: websocket\r\n/i);
});

test('files: content, type, size, 304, and nothing outside of the directory', async () => {
  const page = await curl('/page.html');
  assert.equal(page.status, 200);
  assert.match(page.text, /content-type: text\/html; charset=utf-8/i);
  assert.match(page.text, /<p>hello<\/p>$/);
  const modified = /last-modified: ([^\r]+)/i.exec(page.text)[1];
  assert.equal((await curl('/page.html', [`If-Modified-Since: ${modified}`])).status, 304);
  assert.equal((await curl('/large.bin', [], '-o', '/dev/null', '-w', '%{size_download}')).text, '3000000');
  for (const path of ['/../CMakeLists.txt', '/%2e%2e/CMakeLists.txt', '/..%2fCMakeLists.txt', '/nothing']) {
    assert.equal((await curl(path)).status, 404, path);
  }
});
