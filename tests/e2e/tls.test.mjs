// The tool against TLS that others speak: nginx and HAProxy in front of our server, certificates
// with every fault, browsers and libraries against our own TLS.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createPlainServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import puppeteer from 'puppeteer-core';
import WebSocket from 'ws';

import { Certificates } from './certificates.mjs';
import { haproxy, nginx, tlsInFrontOf } from './daemons.mjs';
import { bin, run, python, serve } from './peers.mjs';
import { microsocks, squid } from './proxies.mjs';

const day = 24 * 3600 * 1000;
let certificates;
let good;
let plain;  // parley serve, without TLS
before(async () => {
  certificates = new Certificates();
  good = certificates.issue('good', { names: 'DNS:localhost,IP:127.0.0.1,IP:::1' });
  plain = await serve(bin('parley'), ['serve', '--port', '0', '--echo', '--any-origin']);
});
after(async () => {
  await plain.stop();
  certificates.remove();
});

const connect = (url, args = [], options = {}) =>
  run(bin('parley'), ['connect', '--linger', '700', ...args, url], { input: 'hello\n', ...options });

/** Sends "hello" and closes as soon as it is echoed. */
async function echoes(url, args = [], options = {}) {
  const result = await connect(url, args, options);
  assert.equal(result.stderr, '');
  assert.equal(result.stdout, 'hello\n');
  assert.equal(result.status, 0);
}

const secureServer = (certificate, ...more) =>
  serve(bin('parley'), ['serve', '--port', '0', '--any-origin', '--tls-cert', certificate.chain, '--tls-key', certificate.key, ...more]);

for (const [name, start] of Object.entries({ nginx, haproxy })) {
  describe(`${name} in front of parley serve`, () => {
    let front;
    before(async () => { front = await start(good, plain.port); });
    after(() => front.stop());
    test('by name, by address, verified', async () => {
      await echoes(`wss://localhost:${front.port}/`, ['--ca', certificates.trusted()]);
      await echoes(`wss://127.0.0.1:${front.port}/`, ['--ca', certificates.trusted()]);
    });
    test('an authority that is not trusted is refused, unless asked not to look', async () => {
      const { status, stderr } = await connect(`wss://localhost:${front.port}/`);
      assert.equal(status, 1);
      assert.match(stderr, /^parley: .*(authority|self-signed)[^\n]*\n$/);
      await echoes(`wss://localhost:${front.port}/`, ['--insecure']);
    });
    test('-v tells the story', async () => {
      const { stderr } = await connect(`wss://localhost:${front.port}/`, ['-v', '--ca', certificates.trusted()]);
      assert.match(stderr, /TLSv1\.3/);
      assert.match(stderr, /101 Switching Protocols/);
    });
  });
}

describe('a server that wants a certificate of the client', () => {
  let front;
  let client;
  before(async () => {
    certificates.authority('clients');
    client = certificates.issue('client', { signer: 'clients' });
    front = await haproxy(good, plain.port, { clientCa: certificates.trusted('clients') });
  });
  after(() => front.stop());
  test('is content with the right one', () =>
    echoes(`wss://localhost:${front.port}/`, ['--ca', certificates.trusted(), '--cert', client.chain, '--key', client.key]));
  test('lets nobody in without', async () => {
    const { status, stderr } = await connect(`wss://localhost:${front.port}/`, ['--ca', certificates.trusted()]);
    assert.equal(status, 1);
    assert.match(stderr, /^parley: .*certificate required[^\n]*\n$/);
  });
  test('our own does the same', async () => {
    const server = await secureServer(good, '--tls-client-ca', certificates.trusted('clients'));
    try {
      const url = `wss://localhost:${server.port}/`;
      await echoes(url, ['--ca', certificates.trusted(), '--cert', client.chain, '--key', client.key]);
      assert.match((await connect(url, ['--ca', certificates.trusted()])).stderr, /certificate required/);
    } finally { await server.stop(); }
  });
});

describe('every fault of a certificate is refused by its name', () => {
  const now = Date.now();
  const host = 'chat.parley.test';
  const faults = {
    expired: { options: { names: `DNS:${host}`, from: now - 30 * day, until: now - day }, says: /expired/ },
    early: { options: { names: `DNS:${host}`, from: now + day }, says: /not (yet )?valid/ },
    self: { options: { names: `DNS:${host}`, selfSigned: true }, says: /self-signed/ },
    wrongName: { options: { names: 'DNS:other.parley.test' }, says: /chat\.parley\.test/ },
    tooDeep: { options: { names: 'DNS:*.test' }, says: /chat\.parley\.test/ },
    noName: { options: { commonName: host }, says: /chat\.parley\.test/ },
    unknown: { options: { names: `DNS:${host}`, signer: 'stranger' }, says: /authority/ },
    revoked: { options: { names: `DNS:${host}`, signer: 'middle' }, says: /revoked/, revocations: true },
  };
  before(() => {
    certificates.authority('stranger');
    certificates.authority('middle', 'root');
  });
  for (const [name, { options, says, revocations }] of Object.entries(faults)) {
    test(name, async () => {
      const certificate = certificates.issue(`fault-${name}`, options);
      if (revocations) certificates.revoke(certificates.trusted('middle'));
      const server = await secureServer(certificate);
      try {
        const args = ['--ca', certificates.trusted(), '--resolve', `${host}:${server.port}:127.0.0.1`];
        if (revocations) args.push('--crl', certificates.revocations());
        const { status, stdout, stderr } = await connect(`wss://${host}:${server.port}/`, args);
        assert.equal(stdout, '');
        assert.match(stderr, says);
        assert.match(stderr, /^parley: [^\n]*\n$/);
        assert.equal(status, 1);
      } finally { await server.stop(); }
    });
  }
  test('a wildcard covers one label', async () => {
    const server = await secureServer(certificates.issue('wild', { names: 'DNS:*.parley.test' }));
    try {
      const args = ['--ca', certificates.trusted(), '--resolve', `*:${server.port}:127.0.0.1`];
      await echoes(`wss://chat.parley.test:${server.port}/`, args);
      assert.equal((await connect(`wss://a.chat.parley.test:${server.port}/`, args)).status, 1);
    } finally { await server.stop(); }
  });
  test('an address that the certificate does not list', async () => {
    const server = await secureServer(certificates.issue('address', { names: 'IP:127.0.0.2' }));
    try {
      const { status, stderr } = await connect(`wss://127.0.0.1:${server.port}/`, ['--ca', certificates.trusted()]);
      assert.equal(status, 1);
      assert.match(stderr, /127\.0\.0\.1/);
    } finally { await server.stop(); }
  });
  test('a pin that does not match', async () => {
    const server = await secureServer(good);
    try {
      const url = `wss://localhost:${server.port}/`;
      await echoes(url, ['--ca', certificates.trusted(), '--pin', certificates.pin(good)]);
      const other = certificates.pin(certificates.issue('unpinned', { names: 'DNS:localhost' }));
      const { status, stderr } = await connect(url, ['--ca', certificates.trusted(), '--pin', other]);
      assert.equal(status, 1);
      assert.match(stderr, /pin/);
    } finally { await server.stop(); }
  });
});

describe('our own TLS server', () => {
  let server;
  before(async () => { server = await secureServer(good); });
  after(() => server.stop());

  test('echoes to npm ws', async () => {
    const socket = new WebSocket(`wss://localhost:${server.port}/`, { rejectUnauthorized: true, ca: execFileSync('cat', [certificates.trusted()]) });
    await once(socket, 'open');
    for (const size of [5, 126, 70_000, 2_000_000]) {
      socket.send(Buffer.alloc(size, 7));
      const [data] = await once(socket, 'message');
      assert.equal(data.length, size);
    }
    socket.close(3001, 'done');
    const [code] = await once(socket, 'close');
    assert.equal(code, 3001);
  });

  test('echoes to Python websockets', async () => {
    const script = `
import asyncio, ssl, sys, websockets
async def main():
    context = ssl.create_default_context(cafile=sys.argv[2])
    async with websockets.connect(sys.argv[1], ssl=context, max_size=None) as socket:
        await socket.send("x" * 300000)
        print(len(await socket.recv()))
asyncio.run(main())`;
    const { stdout, stderr } = await run(python, ['-c', script, `wss://localhost:${server.port}/`, certificates.trusted()]);
    assert.equal(stdout, '300000\n', stderr);
  });

  test('survives plain HTTP, garbage and half a handshake', async () => {
    for (const bytes of ['GET / HTTP/1.1\r\nHost: x\r\n\r\n', '\x16\x03\x01', '\0'.repeat(1000)]) {
      await run(python, ['-c', `import socket, sys; s = socket.create_connection(("127.0.0.1", int(sys.argv[1]))); s.sendall(sys.argv[2].encode("latin1").decode("unicode_escape").encode("latin1")); s.settimeout(0.2)\ntry: s.recv(100)\nexcept OSError: pass`,
        String(server.port), JSON.stringify(bytes).slice(1, -1)]);
    }
    await echoes(`wss://localhost:${server.port}/`, ['--ca', certificates.trusted()]);
  });
});

describe('wss: through proxies', () => {
  let server;
  before(async () => { server = await secureServer(good); });
  after(() => server.stop());
  test('an HTTP proxy, in the clear and over TLS', async () => {
    const proxy = await squid();
    const front = await tlsInFrontOf(good, proxy.port);
    try {
      const args = ['--ca', certificates.trusted()];
      await echoes(`wss://127.0.0.1:${server.port}/`, [...args, '--proxy', `http://localhost:${proxy.port}`]);
      await echoes(`wss://127.0.0.1:${server.port}/`, [...args, '--proxy', `https://localhost:${front.port}`]);
      await echoes(`ws://127.0.0.1:${plain.port}/`, [...args, '--proxy', `https://localhost:${front.port}`]);
      const { status, stderr } = await connect(`ws://127.0.0.1:${plain.port}/`, ['--proxy', `https://localhost:${front.port}`]);
      assert.equal(status, 1);
      assert.match(stderr, /^parley: proxy https:\/\/localhost:\d+: [^\n]*(authority|self-signed)[^\n]*\n$/);
    } finally { await front.stop(); await proxy.stop(); }
  });

  test('a SOCKS proxy that is told the address, as the name is known here only', async () => {
    const named = await secureServer(certificates.issue('socks', { names: 'DNS:secure.parley.test' }));
    const proxy = await microsocks();
    try {
      await echoes(`wss://secure.parley.test:${named.port}/`, ['--ca', certificates.trusted(), '--proxy', `socks5://127.0.0.1:${proxy.port}`,
        '--resolve', `secure.parley.test:${named.port}:127.0.0.1`]);
      await echoes(`wss://localhost:${server.port}/`, ['--ca', certificates.trusted(), '--proxy', `socks5h://127.0.0.1:${proxy.port}`]);
    } finally { await proxy.stop(); await named.stop(); }
  });
});

describe('a server whose TLS breaks', () => {
  test('plain text on the TLS port', async () => {
    const server = createPlainServer((socket) => { socket.on('error', () => {}); socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'); });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { status, stderr } = await connect(`wss://localhost:${server.address().port}/`);
    server.close();
    assert.equal(status, 1);
    assert.match(stderr, /^parley: .*TLS[^\n]*\n$/i);
  });
});

describe('browsers that trust our authority', () => {
  let server;
  let home;
  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'parley-home-'));
    const pages = join(home, 'pages');
    mkdirSync(pages);
    writeFileSync(join(pages, 'page.html'), '<!doctype html><title>test</title>');
    server = await secureServer(good, '--static', pages);
  });
  after(async () => {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  });
  const trustIn = (folder) => {
    mkdirSync(folder, { recursive: true });
    execFileSync('certutil', ['-N', '-d', `sql:${folder}`, '--empty-password']);
    execFileSync('certutil', ['-A', '-d', `sql:${folder}`, '-n', 'parley', '-t', 'C,,', '-i', certificates.trusted()]);
  };
  const talk = async (browser) => {
    try {
      const page = await browser.newPage();
      await page.goto(`https://localhost:${server.port}/page.html`);
      return await page.evaluate(() => new Promise((resolve) => {
        const socket = new WebSocket(`wss://${location.host}/`);
        const seen = [];
        socket.onopen = () => socket.send('secret');
        socket.onmessage = ({ data }) => { seen.push(data); socket.close(3000, 'over'); };
        socket.onclose = ({ code, reason, wasClean }) => resolve([...seen, code, reason, wasClean]);
      }));
    } finally { await browser.close(); }
  };
  test('Chromium', async () => {
    trustIn(join(home, '.pki', 'nssdb'));
    const browser = await puppeteer.launch({
      browser: 'chrome', headless: true, executablePath: '/usr/bin/chromium', env: { ...process.env, HOME: home },
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
    });
    assert.deepEqual(await talk(browser), ['secret', 3000, 'over', true]);
  });
  test('Firefox', async () => {
    const profile = join(home, 'firefox');
    trustIn(profile);
    const browser = await puppeteer.launch({ browser: 'firefox', headless: true, executablePath: '/usr/bin/firefox-esr', userDataDir: profile });
    assert.deepEqual(await talk(browser), ['secret', 3000, 'over', true]);
  });
});
