// When a process ends, what a worker is, and that nothing leaks.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';

import { WebSocket, WebSocketServer, WebSocketStream } from '../index.mjs';
import { native } from '../lib/native.mjs';
import { echo, event, nothing, opened, run, until, withPeer, withRaw } from './peers.mjs';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');
const index = JSON.stringify(fileURLToPath(new URL('../index.mjs', import.meta.url)));

/** Collects until it holds. */
async function collected(condition) {
  const end = Date.now() + 60_000;
  while (!condition()) {
    if (Date.now() > end) return false;
    gc();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return true;
}

describe('a process', () => {
  it('lives while a socket is open, and ends after it', () => withPeer((peer) => setTimeout(() => peer.close(), 300), async (url) => {
    const start = Date.now();
    const { code, output } = await run(`new WebSocket('${url}').onclose = () => console.log('closed');`);
    assert.deepEqual([code, output], [0, 'closed']);
    assert.ok(Date.now() - start > 300);
  }));

  it('lives while a server listens, and ends after it', async () => {
    const { code, output } = await run(`
      const server = new WebSocketServer({ port: 0 });
      setTimeout(() => server.close(() => console.log('closed')), 100);`);
    assert.deepEqual([code, output], [0, 'closed']);
  });

  it('ends with nothing open', async () => {
    for (const program of ['', `new WebSocket('ws://127.0.0.1:3/');`, `new WebSocketServer({ noServer: true });`]) {
      assert.deepEqual(await run(program), { code: 0, signal: null, output: '' });
    }
  });

  it('can end in the midst of everything', () => withPeer(echo, async (url) => {
    for (const program of [
      `new WebSocket('${url}'); process.exit(3);`,
      `const socket = new WebSocket('${url}'); socket.onopen = () => { socket.send('x'); process.exit(3); };`,
      `const socket = new WebSocket('${url}'); socket.onopen = () => socket.send('x'); socket.onmessage = () => process.exit(3);`,
      `new WebSocket('wss://name.invalid/'); setImmediate(() => process.exit(3));`,
      `new WebSocketServer({ port: 0 }).on('listening', () => process.exit(3));`,
      `const { readable } = await new WebSocketStream('${url}').opened; readable.getReader().read(); process.exit(3);`,
    ]) assert.deepEqual(await run(program), { code: 3, signal: null, output: '' }, program);
  }));

  it('has an uncaught exception of a handler as any other', () => withPeer(nothing, async (url) => {
    const { code, output } = await run(`new WebSocket('${url}').onopen = () => { throw new RangeError('mine'); };`);
    assert.equal(code, 1);
    assert.match(output, /RangeError: mine/);
    const other = await run(`
      const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
      server.on('connection', () => { throw new RangeError('mine'); });
      server.on('listening', () => { globalThis.held = new WebSocket('ws://127.0.0.1:' + server.address().port); });`);
    assert.equal(other.code, 1);
    assert.match(other.output, /RangeError: mine/);
  }));

  it('says 1001 when it goes away', async () => {
    let code;
    await withPeer((peer) => peer.on('close', (given) => { code = given; }), async (url) => {
      await run(`new WebSocket('${url}').onopen = () => setTimeout(() => process.exit(), 20);`);
      await until(() => code !== undefined);
      assert.equal(code, 1001);
    });
  });
});

describe('a worker', () => {
  const program = `
    const { parentPort, workerData } = require('node:worker_threads');
    import(${index}).then(async ({ WebSocket, WebSocketServer }) => {
      const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
      server.on('connection', (socket) => socket.on('message', (data) => socket.send(data.toString())));
      await new Promise((resolve) => server.on('listening', resolve));
      const socket = new WebSocket('ws://127.0.0.1:' + server.address().port);
      socket.onopen = () => socket.send('0');
      socket.onmessage = ({ data }) => {
        if (data === '100') {
          parentPort.postMessage('done');
          if (workerData === 'close') { socket.close(); server.close(); }
          if (workerData === 'exit') process.exit();
        } else {
          socket.send(String(Number(data) + 1));
        }
      };
    });`;

  for (const how of ['close', 'exit', 'terminate']) {
    it(`has sockets and a server of its own, beside others: ${how}`, async () => {
      await Promise.all(Array.from({ length: 4 }, async () => {
        const worker = new Worker(program, { eval: true, workerData: how });
        const ended = once(worker, 'exit');
        assert.deepEqual(await once(worker, 'message'), ['done']);
        if (how === 'terminate') await worker.terminate();
        const [code] = await ended;
        assert.equal(code, how === 'terminate' ? 1 : 0);
      }));
    });
  }

  it('can be ended while it looks a name up', async () => {
    for (let i = 0; i < 3; ++i) {
      const worker = new Worker(`
        import(${index}).then(({ WebSocket }) => {
          new WebSocket('ws://name-${i}.invalid/');
          require('node:worker_threads').parentPort.postMessage('made');
        });`, { eval: true });
      await once(worker, 'message');
      await worker.terminate();
    }
  });
});

describe('collection', () => {
  it('takes a socket that nobody listens to, which then closes', async () => {
    let code;
    await withPeer((peer) => peer.on('close', (given) => { code = given; }), async (url) => {
      await (async () => { await opened(new WebSocket(url)); })();
      assert.ok(await collected(() => code !== undefined), 'the socket was not collected');
      assert.equal(code, 1005);
    });
  });

  it('leaves a socket with listeners for what may come', () => withPeer((peer) => {
    setTimeout(() => peer.send('late'), 200);
  }, async (url) => {
    const message = new Promise((resolve) => { new WebSocket(url).onmessage = ({ data }) => resolve(data); });
    const end = Date.now() + 150;
    await collected(() => Date.now() > end);
    assert.equal(await message, 'late');
  }));

  it('leaves a socket with a close listener only, and one of on()', () => withPeer((peer) => {
    setTimeout(() => peer.close(), 200);
  }, async (url) => {
    const closed = [
      new Promise((resolve) => { new WebSocket(url).addEventListener('close', resolve); }),
      new Promise((resolve) => { new WebSocket(url).on('close', resolve); }),
    ];
    const end = Date.now() + 150;
    await collected(() => Date.now() > end);
    await Promise.all(closed);
  }));

  it('takes one once its listener is removed', async () => {
    let isClosed = false;
    await withPeer((peer) => peer.on('close', () => { isClosed = true; }), async (url) => {
      await (async () => {
        const socket = new WebSocket(url);
        socket.onmessage = () => {};
        await opened(socket);
        socket.onmessage = null;
      })();
      assert.ok(await collected(() => isClosed));
    });
  });

  it('sends what was queued first', async () => {
    const got = [];
    await withPeer((peer) => peer.on('message', (data) => got.push(data.length)), async (url) => {
      await (async () => {
        const socket = await opened(new WebSocket(url, { compression: false }));
        for (let i = 0; i < 8; ++i) socket.send(Buffer.alloc(1 << 20));
      })();
      assert.ok(await collected(() => got.length === 8));
    });
  });
});

describe('memory', () => {
  it('is as before after 10,000 sockets', { timeout: 240_000 }, async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    server.on('connection', (socket) => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })));
    await once(server, 'listening');
    const url = `ws://127.0.0.1:${server.address().port}`;
    const one = async (i) => {
      const socket = new WebSocket(url, [], { connectingLimit: 'none' });
      await opened(socket);
      const answer = event(socket, 'message');
      socket.send(i % 2 ? `text ${i}` : new Uint8Array(1000));
      await answer;
      socket.close();
      await event(socket, 'close');
    };
    const many = async (count) => {
      for (let i = 0; i < count; i += 100) await Promise.all(Array.from({ length: 100 }, (_, k) => one(i + k)));
      assert.ok(await collected(() => native.socketCount() === 0), `${native.socketCount()} sockets are left`);
    };
    const measure = async () => {
      for (let i = 0; i < 5; ++i) {
        gc();
        await new Promise(setImmediate);
      }
      const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage();
      return { heap: heapUsed + external + arrayBuffers, rss };
    };
    await many(2000); // pools, caches and compiled code
    try {
      // V8 keeps pages that it may need again, so that a round may end above the one before it; a leak makes every round do so.
      let grown;
      for (let round = 0; round < 4; ++round) {
        const before = await measure();
        await many(10_000);
        const after = await measure();
        grown = { heap: after.heap - before.heap, rss: after.rss - before.rss };
        // The sanitizer keeps freed memory for a while.
        if (process.env.PARLEY_SANITIZED) grown.rss = 0;
        if (grown.heap < 2 << 20 && grown.rss < 8 << 20) break;
      }
      assert.ok(grown.heap < 2 << 20, `heap: ${grown.heap / 10_000} bytes per socket`);
      assert.ok(grown.rss < 8 << 20, `all: ${grown.rss / 10_000} bytes per socket`);
    } finally {
      await new Promise((done) => server.close(done));
    }
  });

  it('goes with streams, too', async () => {
    await withPeer(echo, async (url) => {
      const one = async () => {
        const stream = new WebSocketStream(url);
        const { readable, writable } = await stream.opened;
        await writable.getWriter().write('x');
        await readable.getReader().read();
        stream.close();
        await stream.closed;
      };
      for (let i = 0; i < 200; ++i) await one();
      assert.ok(await collected(() => native.socketCount() === 0), `${native.socketCount()} are left`);
    });
  });

  it('goes with sockets that fail', async () => {
    await withRaw((socket) => socket.end('HTTP/1.1 404 Not Found\r\n\r\n'), async (url) => {
      for (let i = 0; i < 100; ++i) await event(new WebSocket(url), 'close');
    });
    for (let i = 0; i < 100; ++i) {
      assert.throws(() => new WebSocket('ws://x/', ['a', 'a']));
      await event(new WebSocket('ws://127.0.0.1:3/'), 'close');
    }
    assert.ok(await collected(() => native.socketCount() === 0));
  });
});
