// The addon, and what it calls: each event of a connection is a call of a method of the Connection
// that is attached to it.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const path = process.env.PARLEY_NODE_ADDON ?? fileURLToPath(new URL('../build/parley.node', import.meta.url));

function load() {
  try {
    return createRequire(import.meta.url)(path);
  } catch (cause) {
    throw new Error('@parley/websocket: the addon is not built, or for another Node; run "./dev build" in the ' +
      'root of Parley, then "npm install" in bindings/node', { cause });
  }
}

export const native = load();

/** What the addon copies small messages into for those who want Buffers; a new one when it is used up. */
const kPoolSize = 64 * 1024;
let pool = null;

/** A native socket's counterpart. It owns the native one: that goes when this is collected. */
export class Connection {
  id = -1;

  onOpen() {}
  /** @param {string | ArrayBuffer} data */
  onMessage(data) {}
  /** The same if bytes were asked for by native.setDelivery(). */
  onBytes(buffer, isBinary) {}
  onError() {}
  onClose(code, reason, wasClean) {}
  onDrain() {}
  /** @param {'ping' | 'pong'} type */
  onControl(type, data) {}
}

/** What the addon calls of a server. */
export class ServerConnection {
  id = -1;

  onUpgrade(route, upgrade, request, protocols) {}
  onConnection(route, socket, request) {}
  onShutDown() {}
}

// WebSockets section 3.1, "make disappear": 1001. Node runs the cleanup hooks of addons in workers only.
process.once('exit', () => native.end());

// In the order of the addon's enum Callback.
native.start([
  DOMException,
  (connection) => connection.onOpen(),
  (connection, data) => connection.onMessage(data),
  (connection, offset, length, isBinary) => connection.onBytes(Buffer.from(pool, offset, length), isBinary),
  (connection, data, isBinary) => connection.onBytes(Buffer.from(data), isBinary),
  () => (pool = new ArrayBuffer(kPoolSize)),
  (connection) => connection.onError(),
  (connection, code, reason, wasClean) => connection.onClose(code, reason, wasClean),
  (connection) => connection.onDrain(),
  (connection, type, data) => connection.onControl(type, data),
  (server, route, upgrade, request, protocols) => server.onUpgrade(route, upgrade, request, protocols),
  (server, route, socket, request) => server.onConnection(route, socket, request),
  (server) => server.onShutDown(),
]);
