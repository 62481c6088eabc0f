import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { describe, it } from 'node:test';

import { WebSocket as Peer } from 'ws';

import { WebSocket, WebSocketServer } from '../index.mjs';
import { event, opened, until } from './peers.mjs';

/** Runs `body` with a server and its URL, and closes it. */
async function withServer(options, body) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, ...options });
  await once(server, 'listening');
  try {
    await body(server, `ws://127.0.0.1:${server.address().port}`);
  } finally {
    for (const client of server.clients ?? []) client.terminate();
    await new Promise((done) => server.close(done));
  }
}
/** The status that a handshake is answered with. */
async function statusOf(url, protocols, options) {
  const peer = new Peer(url, protocols, options);
  const status = await new Promise((resolve) => {
    peer.on('error', () => {});
    peer.on('open', () => resolve(101));
    peer.on('unexpected-response', (_, response) => resolve(response.statusCode));
  });
  peer.terminate();
  return status;
}

describe('a server of its own', () => {
  it('hands out the same WebSockets', () => withServer({}, async (server, url) => {
    const client = new Peer(`${url}/a?b=c`, ['one', 'two'], { headers: { 'X-Test': 'yes', Cookie: 'a=b' } });
    const [socket, request] = await once(server, 'connection');
    assert.ok(socket instanceof WebSocket);
    assert.deepEqual([socket.protocol, socket.readyState, socket.binaryType], ['one', WebSocket.OPEN, 'arraybuffer']);
    assert.equal(socket.url, `${url}/a?b=c`);
    assert.deepEqual([request.method, request.url, request.headers['x-test'], request.headers.cookie, request.httpVersion],
      ['GET', '/a?b=c', 'yes', 'a=b', '1.1']);
    assert.deepEqual([request.socket.remoteAddress, request.socket.remoteFamily], ['127.0.0.1', 'IPv4']);
    assert.equal(socket.remoteAddress, `127.0.0.1:${request.socket.remotePort}`);
    const order = [];
    socket.onopen = () => order.push('open');
    socket.onmessage = ({ data, origin }) => {
      order.push(data, origin);
      socket.send('answer');
    };
    client.on('open', () => client.send('question'));
    const [answer] = await once(client, 'message');
    assert.equal(answer.toString(), 'answer');
    assert.deepEqual(order, ['open', 'question', '']);
    assert.deepEqual([...server.clients], [socket]);
    client.close(3000, 'bye');
    const { code, reason, wasClean } = await event(socket, 'close');
    assert.deepEqual([code, reason, wasClean, server.clients.size], [3000, 'bye', true, 0]);
  }));

  it('has routes with names in them', () => {
    const seen = [];
    return withServer({
      routes: {
        '/chat/:room': (socket, request) => { seen.push(request.params); socket.close(); },
        '/chat/lobby': { protocols: ['v2', 'v1'], onconnection: (socket) => { seen.push(socket.protocol); socket.close(); } },
        '/feed/*': { onconnection: (_, request) => seen.push(request.url) },
      },
    }, async (server, url) => {
      for (const [path, protocols] of [['/chat/caf%C3%A9'], ['/chat/lobby', ['v1', 'v2']], ['/feed/a/b?c']]) {
        await opened(new WebSocket(url + path, protocols));
      }
      assert.deepEqual(seen, [{ room: 'caf\u00e9' }, 'v2', '/feed/a/b?c']);
      assert.equal(await statusOf(`${url}/other`), 404);
      server.route('/other', (socket) => socket.close());
      assert.equal(await statusOf(`${url}/other`), 101);
      assert.throws(() => server.route('/other', {}), { name: 'SyntaxError' });
    });
  });

  it('keeps to one path if there is one', () => withServer({ path: '/here' }, async (_, url) => {
    assert.equal(await statusOf(`${url}/here?x`), 101);
    assert.equal(await statusOf(`${url}/there`), 404);
  }));

  it('lets the application decide', () => withServer({
    routes: {
      '/now': { onupgrade: (upgrade) => upgrade.reject(418, 'teapot', { 'X-Why': 'tea' }) },
      '/later': { onupgrade: (upgrade) => setTimeout(() => upgrade.accept({ protocol: 'b', headers: { 'X-A': '1' } }), 5) },
      '/twice': { onupgrade: (upgrade) => { upgrade.accept(); assert.throws(() => upgrade.reject(), TypeError); } },
    },
  }, async (_, url) => {
    assert.equal(await statusOf(`${url}/now`), 418);
    const peer = new Peer(`${url}/later`, ['a', 'b']);
    const [response] = await once(peer, 'upgrade');
    assert.deepEqual([response.headers['x-a'], response.headers['sec-websocket-protocol']], ['1', 'b']);
    assert.equal(await statusOf(`${url}/twice`), 101);
  }));

  it('refuses pages of other sites, unless told otherwise', async () => {
    const origin = 'http://elsewhere.test';
    await withServer({}, async (_, url) => {
      assert.equal(await statusOf(url, [], { origin }), 403);
      assert.equal(await statusOf(url, [], { origin: url.replace('ws', 'http') }), 101);
      assert.equal(await statusOf(url), 101);
    });
    for (const origins of ['any', [origin], { rule: 'allow-list', allowed: [origin] }]) {
      await withServer({ origins }, async (_, url) => assert.equal(await statusOf(url, [], { origin }), 101));
    }
  });

  it('closes with what a page could not', () => withServer({}, async (server, url) => {
    server.on('connection', (socket) => {
      assert.throws(() => socket.close(1006), { name: 'InvalidAccessError' });
      socket.close(1008, 'policy');
    });
    const { code, reason } = await event(new WebSocket(url), 'close');
    assert.deepEqual([code, reason], [1008, 'policy']);
  }));

  it('shuts down gracefully', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    const { port } = server.address();
    const clients = await Promise.all([1, 2, 3].map(() => opened(new WebSocket(`ws://127.0.0.1:${port}`))));
    const codes = Promise.all(clients.map(async (client) => (await event(client, 'close')).code));
    await new Promise((done) => server.close(done));
    assert.deepEqual(await codes, [1001, 1001, 1001]);
    assert.equal(server.clients.size, 0);
    const [error] = await new Promise((resolve) => server.close((...values) => resolve(values)));
    assert.match(error.message, /not running/);
    assert.equal((await event(new WebSocket(`ws://127.0.0.1:${port}`), 'close')).code, 1006);
  });

  it('says why it cannot listen', () => withServer({}, async (server) => {
    const other = new WebSocketServer({ port: server.address().port, host: '127.0.0.1' });
    const [error] = await once(other, 'error');
    assert.equal(error.code, 'EADDRINUSE');
    assert.match(error.message, /address already in use/);
  }));

  it('checks its options', () => {
    assert.throws(() => new WebSocketServer(), TypeError);
    assert.throws(() => new WebSocketServer({ port: 0, noServer: true }), TypeError);
    assert.throws(() => new WebSocketServer({ noServer: true, maxMessageSize: 'x' }), TypeError);
    assert.throws(() => new WebSocketServer({ server: https.createServer() }), /https/);
    assert.throws(() => new WebSocketServer({ noServer: true }).address(), /noServer/);
  });

  it('counts', () => withServer({}, async (server, url) => {
    await opened(new WebSocket(url));
    const { accepted, open } = server.counters;
    assert.deepEqual([accepted, open], [1, 1]);
  }));
});

describe('the shape of ws', () => {
  it('has message, ping, pong and close by on()', () => withServer({}, async (server, url) => {
    const seen = [];
    server.on('connection', (socket) => {
      socket.on('message', (data, isBinary) => {
        seen.push([data.toString(), isBinary, Buffer.isBuffer(data)]);
        socket.send(data, { binary: isBinary }, (error) => seen.push(['sent', error]));
      });
      socket.on('ping', (data) => seen.push(['ping', data.toString()]));
      socket.on('pong', (data) => seen.push(['pong', data.toString()]));
      socket.on('close', (code, reason) => seen.push(['close', code, reason.toString(), server.clients.size]));
      socket.ping('beat');
    });
    const client = new Peer(url);
    const echoes = [];
    client.on('message', (data, isBinary) => echoes.push([data.toString(), isBinary]));
    await once(client, 'open');
    await until(() => seen.some(([type]) => type === 'pong'));
    client.send('text');
    client.send(Buffer.from('bytes'));
    client.send('x'.repeat(100_000));
    client.ping('hello');
    await until(() => echoes.length === 3);
    client.close(4000, 'bye');
    await until(() => server.clients.size === 0);
    assert.deepEqual(echoes.map(([text, isBinary]) => [text.length, isBinary]), [[4, false], [5, true], [100_000, false]]);
    assert.deepEqual(seen.filter(([type]) => type !== 'sent').map(([first, ...rest]) => [first.slice(0, 5), ...rest]), [
      ['pong', 'beat'], ['text', false, true], ['bytes', true, true], ['xxxxx', false, true], ['ping', 'hello'], ['close', 4000, 'bye', 0],
    ]);
    assert.equal(seen.filter(([type, error]) => type === 'sent' && error === undefined).length, 3);
  }));

  it('serves on() and addEventListener() at the same time', () => withServer({}, async (server, url) => {
    server.on('connection', (socket) => {
      const seen = [];
      socket.addEventListener('message', ({ data }) => seen.push(data));
      socket.on('message', (data, isBinary) => {
        seen.push(data, isBinary);
        socket.send(JSON.stringify(seen));
      });
    });
    const client = await opened(new WebSocket(url));
    client.send('a');
    const { data } = await event(client, 'message');
    assert.deepEqual(JSON.parse(data), ['a', { type: 'Buffer', data: [97] }, false]);
  }));

  it('gives each message memory that stays', () => withServer({}, async (server, url) => {
    const kept = [];
    server.on('connection', (socket) => socket.on('message', (data) => kept.push(data)));
    const client = await opened(new WebSocket(url));
    for (let i = 0; i < 5000; ++i) client.send(`message ${i}`);
    await until(() => kept.length === 5000);
    kept.forEach((data, i) => assert.equal(data.toString(), `message ${i}`));
  }));

  it('works as a client, too', () => withServer({}, async (server, url) => {
    server.on('connection', (socket) => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })));
    const client = new WebSocket(url);
    await new Promise((resolve) => client.on('open', resolve));
    client.send('x');
    const [data, isBinary] = await new Promise((resolve) => client.once('message', (...values) => resolve(values)));
    assert.deepEqual([data.toString(), isBinary], ['x', false]);
    client.close();
    assert.equal(await new Promise((resolve) => client.on('close', resolve)), 1005);
    const refused = new WebSocket('ws://127.0.0.1:3');
    const error = await new Promise((resolve) => refused.on('error', resolve));
    assert.match(error.message, /refused/);
    assert.equal(error.failure.stage, 'connect');
  }));

  it('asks verifyClient and handleProtocols', async () => {
    for (const verifyClient of [
      ({ req, origin, secure }) => req.headers['x-token'] === 'good' && origin === undefined && secure === false,
      ({ req }, decide) => setTimeout(() => (req.headers['x-token'] === 'good' ? decide(true) : decide(false, 499, 'No')), 1),
    ]) {
      await withServer({ verifyClient, handleProtocols: (offered, request) => (request.url === '/' ? [...offered].at(-1) : false) }, async (_, url) => {
        const headers = { 'X-Token': 'good' };
        assert.equal(await statusOf(url), verifyClient.length === 2 ? 499 : 401);
        assert.equal((await opened(new WebSocket(url, ['a', 'b'], { headers }))).protocol, 'b');
        assert.equal(await statusOf(`${url}/none`, [], { headers }), 101);
      });
    }
  });

  it('compresses if perMessageDeflate says so', async () => {
    await withServer({ perMessageDeflate: { threshold: 10 } }, async (_, url) => {
      assert.match((await opened(new WebSocket(url))).extensions, /^permessage-deflate/);
    });
    await withServer({}, async (_, url) => assert.equal((await opened(new WebSocket(url))).extensions, ''));
  });
});

describe('beside an http.Server', () => {
  async function withHttp(make, body) {
    const server = http.createServer((_, response) => response.end('page'));
    const sockets = make(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = `127.0.0.1:${server.address().port}`;
    try {
      await body(sockets, `ws://${address}`, `http://${address}`);
    } finally {
      await new Promise((done) => sockets.close(done));
      server.closeAllConnections?.();
      await new Promise((done) => server.close(done));
    }
  }
  const echoing = (socket) => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));

  it('takes its upgrades, and leaves it the pages', () => withHttp((server) => new WebSocketServer({ server, path: '/ws' }), async (sockets, ws, page) => {
    let seen;
    sockets.on('connection', (socket, request) => {
      seen = request;
      echoing(socket);
    });
    const client = await opened(new WebSocket(`${ws}/ws?a`));
    client.send('hi');
    assert.equal((await event(client, 'message')).data, 'hi');
    assert.ok(seen instanceof http.IncomingMessage);
    assert.deepEqual([seen.url, seen.socket.remoteAddress], ['/ws?a', '127.0.0.1']);
    assert.equal(Object.keys(seen.headers).some((name) => name.startsWith('parley')), false);
    assert.equal(await (await fetch(page)).text(), 'page');
    assert.equal(await statusOf(`${ws}/other`), 400);
    assert.equal(sockets.address().port, Number(new URL(ws).port));
  }));

  it('takes over in handleUpgrade(), also later, with what came behind the head', async () => {
    const order = [];
    await withHttp((server) => {
      const sockets = new WebSocketServer({ noServer: true });
      server.on('upgrade', (request, socket, head) => {
        order.push(head.length > 0 ? 'with a frame' : 'alone');
        setTimeout(() => sockets.handleUpgrade(request, socket, head, (made, asked) => {
          order.push(asked === request);
          made.on('message', (data) => order.push(data.toString()));
        }), 20);
      });
      return sockets;
    }, async (_, ws) => {
      const { port } = new URL(ws);
      const raw = net.connect(Number(port), '127.0.0.1');
      const masked = (text) => Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
      raw.write(Buffer.concat([Buffer.from(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'), masked('one')]));
      setTimeout(() => raw.write(masked('two')), 5);
      const [answer] = await once(raw, 'data');
      assert.match(answer.toString(), /^HTTP\/1\.1 101 /);
      raw.write(masked('three'));
      await until(() => order.length === 5);
      raw.destroy();
    });
    assert.deepEqual(order, ['with a frame', true, 'one', 'two', 'three']);
  });

  it('answers a bad handshake', () => withHttp((server) => new WebSocketServer({ server }), async (_, ws, page) => {
    const request = http.get(page, { headers: { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '12', 'Sec-WebSocket-Key': 'x' } });
    const [response] = await once(request, 'response');
    assert.equal(response.statusCode, 426);
    response.resume();
    await statusOf(ws);
  }));

  it('refuses a TLS socket with a reason', () => {
    const sockets = new WebSocketServer({ noServer: true });
    assert.throws(() => sockets.handleUpgrade({ url: '/', rawHeaders: [] }, { encrypted: true }, Buffer.alloc(0), () => {}), /TLS/);
    assert.throws(() => sockets.handleUpgrade({ url: '/', rawHeaders: [] }, {}, Buffer.alloc(0), () => {}), /net\.Socket/);
  });
});
