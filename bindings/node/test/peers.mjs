// What the tests talk to: npm's ws as the other end, and servers that say literal bytes.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';

import { WebSocketServer as PeerServer } from 'ws';

/** Runs `body` with the URL of a `ws` server that calls `connected` for each client. */
export async function withPeer(connected, body, options = {}) {
  const server = new PeerServer({ port: 0, host: '127.0.0.1', ...options });
  await once(server, 'listening');
  server.on('connection', (socket, request) => {
    socket.on('error', () => {});
    connected(socket, request);
  });
  try {
    return await body(`ws://127.0.0.1:${server.address().port}/`, server);
  } finally {
    for (const client of server.clients) client.terminate();
    await new Promise((done) => server.close(done));
  }
}

export const echo = (socket) => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
export const nothing = () => {};

/** Runs `body` with the URL of a server that answers each handshake with what `respond` says. */
export async function withRaw(respond, body) {
  const sockets = new Set();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    let head = '';
    const onData = (data) => {
      head += data.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      socket.off('data', onData);
      socket.resume();
      const key = /^Sec-WebSocket-Key: *(.*)$/im.exec(head)[1].trim();
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      respond(socket, { head, accept });
    };
    socket.on('data', onData);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await body(`ws://127.0.0.1:${server.address().port}/`);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => server.close(done));
  }
}

export const accepted = (accept, extra = '') => 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n' +
  `Connection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${extra}\r\n`;

/** A server's frame of less than 126 bytes. */
export function frame(opcode, payload = '') {
  const bytes = Buffer.from(payload);
  return Buffer.concat([Buffer.from([0x80 | opcode, bytes.length]), bytes]);
}

/** The next event of that type. */
export function event(target, type) {
  return new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));
}

export async function opened(socket) {
  await event(socket, 'open');
  return socket;
}

/** Waits until it holds. */
export async function until(condition, what = condition) {
  const end = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The name of what it throws; undefined: nothing. */
export function thrownBy(call) {
  try {
    call();
  } catch (error) {
    return error.name;
  }
  return undefined;
}
