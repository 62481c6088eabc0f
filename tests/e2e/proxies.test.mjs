// Our client through real proxies to our server.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { bin, run, serve } from './peers.mjs';
import { freePort } from './daemons.mjs';
import { credentials, microsocks, password, squid, tinyproxy, user } from './proxies.mjs';

const running = [];
async function started(promise) {
  const program = await promise;
  running.push(program);
  return program;
}

let target;       // ws://127.0.0.1:PORT/
let targetPort;
let open;         // squid without authentication
before(async () => {
  const server = await started(serve(bin('parley'), ['serve', '--host', '::', '--port', '0']));
  targetPort = server.port;
  target = `ws://127.0.0.1:${targetPort}/`;
  open = await started(squid());
});
after(() => Promise.all(running.map((program) => program.stop())));

// Nothing of the surroundings may choose a proxy.
const bare = Object.fromEntries(['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy']
  .flatMap((name) => [[name, ''], [name.toUpperCase(), '']]));

const talk = (proxy, url, { input = 'hello\n', env = {} } = {}) =>
  run(bin('parley'), ['connect', ...(proxy ? ['--proxy', proxy] : []), url], { input, env: { ...bare, ...env } });

async function assertEcho(proxy, url = target, options = {}) {
  const { status, stdout, stderr } = await talk(proxy, url, options);
  assert.equal(stderr, '');
  assert.equal(stdout, options.input ?? 'hello\n');
  assert.equal(status, 0);
}

async function assertFailure(proxy, pattern, url = target) {
  const { status, stdout, stderr } = await talk(proxy, url);
  assert.match(stderr, pattern);
  assert.equal(stdout, '');
  assert.equal(status, 1);
  assert.doesNotMatch(stderr, /sesame|p@ss/);
}

test('ws: goes through a tunnel of squid', async () => {
  await assertEcho(`http://127.0.0.1:${open.port}`);
  await open.said(new RegExp(`^CONNECT 127\\.0\\.0\\.1:${targetPort} 200`, 'm'));
});

test('a proxy without a scheme is an HTTP proxy', () => assertEcho(`127.0.0.1:${open.port}`));

test('an IPv6 target is in brackets', async () => {
  await assertEcho(`http://127.0.0.1:${open.port}`, `ws://[::1]:${targetPort}/`);
  await open.said(new RegExp(`^CONNECT \\[::1\\]:${targetPort} 200`, 'm'));
});

test('a large message comes back whole', () =>
  assertEcho(`http://127.0.0.1:${open.port}`, target, { input: `${'large '.repeat(50_000)}\n` }));

test('a name is resolved by the proxy', () =>
  assertEcho(`http://127.0.0.1:${open.port}`, `ws://parley.test:${targetPort}/`));

test('a target that refuses is a refusal by the proxy', async () =>
  assertFailure(`http://127.0.0.1:${open.port}`, /503/, `ws://127.0.0.1:${await freePort()}/`));

test('a proxy that is not there is named', async () => {
  const port = await freePort();
  await assertFailure(`http://127.0.0.1:${port}`, new RegExp(`refused.*127\\.0\\.0\\.1:${port}`));
});

for (const schemes of [['basic'], ['digest'], ['basic', 'digest']]) {
  test(`squid that offers ${schemes.join(' and ')} lets the right credentials in and no others`, async () => {
    const proxy = await started(squid(...schemes));
    await assertEcho(`http://${credentials}127.0.0.1:${proxy.port}`);
    // It writes names percent-encoded.
    await proxy.said(new RegExp(`^CONNECT 127\\.0\\.0\\.1:${targetPort} 407 -`, 'm'));
    await proxy.said(new RegExp(`^CONNECT 127\\.0\\.0\\.1:${targetPort} 200 parley.*user`, 'm'));
    await assertFailure(`http://${encodeURIComponent(user)}:sesame@127.0.0.1:${proxy.port}`,
      /407.*refused the credentials/);
    await assertFailure(`http://127.0.0.1:${proxy.port}`, /407.*there are none/);
  });
}

test('tinyproxy, which closes after a 407, is connected to anew', async () => {
  const proxy = await started(tinyproxy());
  await assertEcho(`http://tiny:sesame@127.0.0.1:${proxy.port}`);
  await assertFailure(`http://127.0.0.1:${proxy.port}`, /407.*there are none/);
  // That is how it refuses what it has asked for.
  await assertFailure(`http://tiny:wrong@127.0.0.1:${proxy.port}`, /401/);
});

test('microsocks without authentication', async () => {
  const proxy = await started(microsocks());
  await assertEcho(`socks5://127.0.0.1:${proxy.port}`);
  await assertEcho(`socks5h://127.0.0.1:${proxy.port}`, `ws://localhost:${targetPort}/`);
  await proxy.said(new RegExp(`localhost:${targetPort}`));
  await assertEcho(`socks5h://127.0.0.1:${proxy.port}`, `ws://[::1]:${targetPort}/`);
  // It does not ask for what is offered.
  await assertEcho(`socks5h://${credentials}127.0.0.1:${proxy.port}`);
  await assertFailure(`socks5://127.0.0.1:${proxy.port}`, /refused \(0x05\)/, `ws://127.0.0.1:${await freePort()}/`);
});

test('microsocks with a user and a password', async () => {
  const proxy = await started(microsocks(user, password));
  await assertEcho(`socks5h://${credentials}127.0.0.1:${proxy.port}`);
  await assertFailure(`socks5h://${encodeURIComponent(user)}:sesame@127.0.0.1:${proxy.port}`,
    /refused the credentials/);
  await assertFailure(`socks5h://127.0.0.1:${proxy.port}`, /wants credentials/);
});

test('a SOCKS proxy that is taken for an HTTP proxy is a failure at once', async () => {
  const proxy = await started(microsocks());
  await assertFailure(`http://127.0.0.1:${proxy.port}`, /the proxy's answer to CONNECT/);
});

test('the environment names the proxy', async () => {
  const proxy = await started(squid());
  await assertEcho(null, `ws://parley.test:${targetPort}/`, { env: { http_proxy: `127.0.0.1:${proxy.port}` } });
  await proxy.said(new RegExp(`^CONNECT parley\\.test:${targetPort} 200`, 'm'));
});

test('the environment does not send this machine through a proxy', async () =>
  assertEcho(null, target, { env: { http_proxy: `http://127.0.0.1:${await freePort()}` } }));

test('a variable that names no proxy fails the connection and is named', async () => {
  const { status, stderr } = await talk(null, 'ws://parley.test/', { env: { all_proxy: 'gopher://sesame' } });
  assert.equal(status, 1);
  assert.match(stderr, /all_proxy/);
  assert.doesNotMatch(stderr, /sesame/);
});
