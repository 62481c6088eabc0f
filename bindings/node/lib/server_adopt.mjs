// Taking a connection over from Node's own http.Server. Its head has been read there, so it is written again for
// Parley's server, which then answers it; the descriptor is duplicated and Node's own socket closed.
import { randomBytes } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { TLSSocket } from 'node:tls';

import { native } from './native.mjs';

/** A field of the rewritten head by which its request is found again. Secret, as clients send fields, too. */
const kField = `Parley-Upgrade-${randomBytes(8).toString('hex')}`;
/** For as long a handshake may take to be decided on. */
const kForgetAfter = 60_000;

let lastToken = 0;

function rewrite(request, token) {
  let head = `${request.method} ${request.url} HTTP/1.1\r\n`;
  for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
    head += `${request.rawHeaders[i]}: ${request.rawHeaders[i + 1]}\r\n`;
  }
  return Buffer.from(`${head}${kField}: ${token}\r\n\r\n`, 'latin1');
}

function checkSocket(socket) {
  if (socket instanceof TLSSocket || socket.encrypted) {
    throw new TypeError('handleUpgrade() cannot take over a TLS connection: let WebSocketServer listen itself, ' +
      'with the option tls');
  }
  const fd = socket._handle?.fd;
  if (!Number.isInteger(fd) || fd < 0) throw new TypeError('handleUpgrade() needs a connected net.Socket');
  return fd;
}

function take(core, request, socket, head, callback) {
  const fd = checkSocket(socket);
  const token = String(++lastToken);
  const unread = socket.read();
  // What a handler may ask for later is only known while the socket is open.
  void [socket.remoteAddress, socket.localAddress];
  const received = Buffer.concat([rewrite(request, token), head ?? Buffer.alloc(0), unread ?? Buffer.alloc(0)]);
  core.handed.set(token, { request, callback });
  setTimeout(() => core.handed.delete(token), kForgetAfter).unref();
  const failure = native.adopt(core.id, fd, received);
  socket.on('error', () => {});
  socket.destroy();
  if (failure) core.handed.delete(token);
}

/** Finds what was handed on by the field, and takes the field out. */
function find(request, handed, how) {
  if (handed.size === 0) return undefined;
  const at = request.rawHeaders.findIndex((name, i) => i % 2 === 0 && name === kField);
  if (at < 0) return undefined;
  const token = request.rawHeaders[at + 1];
  const found = handed.get(token);
  if (how === 'take') handed.delete(token);
  return found;
}

function refuse(socket, status) {
  socket.on('error', () => {});
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function checkServer(server) {
  if (typeof server.setSecureContext === 'function') {
    throw new TypeError('the option server cannot be an https.Server: let WebSocketServer listen itself, with the ' +
      'option tls');
  }
}

export const adopt = { checkServer, find, refuse, take };
