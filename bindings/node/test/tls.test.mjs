// wss: on both ends. Node's own OpenSSL is at work in the same process, which the one in the addon must not meet.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { WebSocket as Peer, WebSocketServer as PeerServer } from 'ws';

import { Certificates } from '../../../tests/e2e/certificates.mjs';
import { WebSocket, WebSocketServer, WebSocketStream } from '../index.mjs';
import { echo, event, opened } from './peers.mjs';

let certificates;
let good;
before(() => {
  certificates = new Certificates();
  good = certificates.issue('good', { names: 'DNS:localhost,IP:127.0.0.1' });
});
after(() => certificates.remove());

async function withNodeServer(body) {
  const server = https.createServer({ key: readFileSync(good.key), cert: readFileSync(good.chain) });
  const sockets = new PeerServer({ server });
  sockets.on('connection', echo);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await body(`wss://127.0.0.1:${server.address().port}/`);
  } finally {
    for (const client of sockets.clients) client.terminate();
    server.close();
  }
}
async function withOurServer(body, tls = {}) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', tls: { certificateChainFile: good.chain, keyFile: good.key, ...tls } });
  await once(server, 'listening');
  server.on('connection', (socket) => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })));
  try {
    await body(`wss://127.0.0.1:${server.address().port}/`, server);
  } finally {
    for (const client of server.clients) client.terminate();
    await new Promise((done) => server.close(done));
  }
}
const trusted = () => ({ tls: { ca: readFileSync(certificates.trusted()) } });

async function exchange(socket) {
  await opened(socket);
  for (const data of ['hello', 'x'.repeat(200_000)]) {
    const answer = event(socket, 'message');
    socket.send(data);
    assert.equal((await answer).data, data);
  }
  socket.close();
  assert.equal((await event(socket, 'close')).wasClean, true);
}

describe('wss:', () => {
  it('goes to a server of Node', () => withNodeServer((url) => exchange(new WebSocket(url, [], trusted()))));

  it('goes to a server of ours, from here and from Node', () => withOurServer(async (url) => {
    await exchange(new WebSocket(url, [], trusted()));
    const peer = new Peer(url, { ca: readFileSync(certificates.trusted()) });
    await once(peer, 'open');
    peer.send('hello');
    assert.equal((await once(peer, 'message'))[0].toString(), 'hello');
    peer.close();
    await once(peer, 'close');
  }));

  it('goes many ways at a time beside TLS of Node', () => withNodeServer((nodeUrl) => withOurServer(async (ourUrl) => {
    const ca = readFileSync(certificates.trusted());
    await Promise.all(Array.from({ length: 20 }, async (_, i) => {
      await exchange(new WebSocket(i % 2 ? nodeUrl : ourUrl, [], trusted()));
      const peer = new Peer(i % 2 ? ourUrl : nodeUrl, { ca });
      await once(peer, 'open');
      peer.close();
      await once(peer, 'close');
    }));
  })));

  it('is refused without trust, and says so', () => withNodeServer(async (url) => {
    const socket = new WebSocket(url);
    assert.equal((await event(socket, 'close')).code, 1006);
    assert.deepEqual([socket.failure.stage, socket.failure.tls.fault], ['tls', 'unknown authority']);
    const stream = new WebSocketStream(url);
    await assert.rejects(stream.opened, /certificate/);
  }));

  it('is refused for another name', () => withNodeServer(async (url) => {
    const socket = new WebSocket(url, [], { tls: { ...trusted().tls, serverName: 'other.test' } });
    await event(socket, 'close');
    assert.equal(socket.failure.tls.fault, 'name mismatch');
  }));

  it('can be told to believe anybody', () => withNodeServer((url) => exchange(new WebSocket(url, [], { tls: { rejectUnauthorized: false } }))));

  it('asks for certificates of clients', () => withOurServer(async (url) => {
    const refused = new WebSocket(url, [], trusted());
    await event(refused, 'close');
    // With TLS 1.3 the word of the server comes when the client takes the handshake for done.
    assert.equal(refused.failure.tls.alertName, 'certificate required');
    const mine = certificates.issue('client', { names: 'DNS:client' });
    await exchange(new WebSocket(url, [], { tls: { ...trusted().tls, certificateFile: mine.chain, keyFile: mine.key } }));
  }, { clientCertificates: 'require', clientCaFile: certificates.trusted() }));

  it('says what is wrong with the files of a server', async () => {
    const server = new WebSocketServer({ port: 0, tls: { certificateChainFile: '/nowhere.pem' } });
    const [error] = await once(server, 'error');
    assert.match(error.message, /\/nowhere\.pem/);
  });

  for (const [what, environment, expected] of [
    ['trusts NODE_EXTRA_CA_CERTS', () => ({ NODE_EXTRA_CA_CERTS: certificates.trusted() }), 'open'],
    ['trusts nobody else', () => ({}), 'tls'],
    ['obeys NODE_TLS_REJECT_UNAUTHORIZED', () => ({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }), 'open'],
  ]) {
    it(what, () => withNodeServer(async (url) => {
      const program = `
        import { WebSocket } from ${JSON.stringify(fileURLToPath(new URL('../index.mjs', import.meta.url)))};
        const socket = new WebSocket(${JSON.stringify(url)});
        socket.onopen = () => { console.log('open'); socket.close(); };
        socket.onerror = () => console.log(socket.failure.stage);`;
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program],
        { env: { ...process.env, ...environment() } });
      assert.equal(stdout.trim(), expected);
    }));
  }
});
