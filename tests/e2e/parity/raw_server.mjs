// A server of TCP that misbehaves on request: the path names a behaviour (handshake_faults.mjs, wire_faults.mjs), the query its
// parameters and a `key`, under which a plain GET of /seen?key=... later gets what the client of that connection has sent.

import { once } from 'node:events';
import { createServer } from 'node:net';

import { handshakeFaults } from './handshake_faults.mjs';
import { RawPeer } from './raw_peer.mjs';
import { wireFaults } from './wire_faults.mjs';

const behaviours = { ...handshakeFaults, ...wireFaults };

/** How long /seen waits for a connection to come to its end, milliseconds. */
const PATIENCE = 1500;

function parseHead(text) {
  const [requestLine, ...lines] = text.split('\r\n');
  const target = requestLine.split(' ')[1];
  const fields = lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]);
  const url = new URL(target, 'http://raw');
  return { target, path: url.pathname.slice(1), query: url.searchParams, fields };
}

/** The head of the request and what came behind it; nothing if the client goes before. */
async function readHead(socket) {
  let bytes = Buffer.alloc(0);
  while (!bytes.includes('\r\n\r\n')) {
    const [more] = await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => [])]);
    if (!more) return undefined;
    bytes = Buffer.concat([bytes, more]);
  }
  const end = bytes.indexOf('\r\n\r\n');
  return [parseHead(bytes.toString('latin1', 0, end)), bytes.subarray(end + 4)];
}

async function answerSeen(socket, connections, key) {
  const found = connections.get(key);
  const patience = new Promise((resolve) => { setTimeout(resolve, PATIENCE, 'still at it').unref(); });
  const late = found && await Promise.race([found.done, patience]);
  const body = JSON.stringify(found ? [...found.seen, ...(late ? [late] : [])] : ['no connection']);
  socket.end(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nAccess-Control-Allow-Origin: *\r\n`
    + `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
}

async function serveConnection(socket, connections) {
  socket.on('error', () => {});
  const read = await readHead(socket);
  if (!read) return;
  const [head, rest] = read;
  const key = head.query.get('key');
  if (head.path === 'seen') {
    await answerSeen(socket, connections, key);
    return;
  }
  const seen = [];
  const peer = new RawPeer(socket, head, rest, seen);
  const done = Promise.resolve(behaviours[head.path]?.(peer) ?? peer.answer({ status: '404 Not Found' }))
    .catch((error) => { seen.push(`the raw server failed: ${error.message}`); })
    .then(() => undefined);
  connections.set(key, { seen, done });
  await done;
}

export async function rawServer() {
  const connections = new Map();
  const open = new Set();
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    serveConnection(socket, connections);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: server.address().port,
    async stop() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
