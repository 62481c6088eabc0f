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

/** How messages are handed over: the addon's enum Delivery. */
export const kEach = 0;
export const kValues = 1;
export const kBytes = 2;

/** What the addon copies small messages into for those who want Buffers; a new one when it is used up. */
const kPoolSize = 64 * 1024;
let pool = null;
/** The same memory. */
let poolBytes = null;
/** The addon's enum MessageBatch::Kind. */
export const kAscii = 0;
export const kBinary = 1;
/** Of the messages that came together: offset, size, kind. */
const table = new Int32Array(3 * 1024);

/** Node's own, which it calls between the timers of one turn: what was queued for after a task runs now. */
const runTicks = process._tickCallback;
export const canGather = typeof runTicks === 'function';

/** Ends a task that another one follows in the same call of the addon. */
function endTask() {
  try {
    runTicks();
  } catch (exception) {
    native.report(exception);
  }
}

function messages(connection, count) {
  const bytes = poolBytes; // there may be a new one before this is done
  for (let i = 0; ;) {
    const offset = table[3 * i];
    const end = offset + table[3 * i + 1];
    try {
      connection.onPooled(bytes, offset, end, table[3 * i + 2]);
    } catch (exception) {
      native.report(exception);
    }
    if (++i === count) return; // what was queued then runs when the addon's call is over
    endTask();
  }
}

/** A native socket's counterpart. It owns the native one: that goes when this is collected. */
export class Connection {
  id = -1;

  onOpen() {}
  /** @param {string | ArrayBuffer} data */
  onMessage(data) {}
  /** The same for one of several that came together; the bytes are only valid now, unless kBytes was asked for. */
  onPooled(pool, start, end, kind) {}
  /** The same if bytes were asked for by kBytes. */
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

// WebSockets section 3.1, "make disappear": 1001, but for a process that is ended from within a handler. Node runs the cleanup hooks of addons in workers only.
process.once('exit', () => native.end());

// In the order of the addon's enum Callback.
native.start([
  DOMException,
  (connection) => connection.onOpen(),
  (connection, data) => connection.onMessage(data),
  messages,
  (connection, offset, length, isBinary) => connection.onBytes(Buffer.from(pool, offset, length), isBinary),
  (connection, data, isBinary) => connection.onBytes(Buffer.from(data), isBinary),
  () => {
    pool = new ArrayBuffer(kPoolSize);
    poolBytes = Buffer.from(pool);
    return pool;
  },
  (connection) => connection.onError(),
  (connection, code, reason, wasClean) => connection.onClose(code, reason, wasClean),
  (connection) => connection.onDrain(),
  (connection, type, data) => connection.onControl(type, data),
  (server, route, upgrade, request, protocols) => server.onUpgrade(route, upgrade, request, protocols),
  (server, route, socket, request) => server.onConnection(route, socket, request),
  (server) => server.onShutDown(),
], table.buffer);
