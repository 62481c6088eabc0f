// The WebSocket interface (WebSockets section 3.1). What stands under "Ours" a browser does not have; it is not
// enumerable, so that a look at the object shows the standard's members.
import { watchListeners } from './handlers.mjs';
import { native } from './native.mjs';
import { isOptions, socketOptions } from './options.mjs';
import {
  DOMString, USVString, checkBufferSource, clampedUnsignedShort, defineInterface, dictionary, isBufferSource, isObject,
  requireArguments, sequence,
} from './webidl.mjs';
import { CLOSED, CLOSING, CONNECTING, OPEN, WebSocketConnection } from './websocket_connection.mjs';

/** The first argument of the constructor for a socket that a server has accepted. */
export const kAccepted = Symbol('accepted');

/** The connection of a socket. @type {(socket: WebSocket) => WebSocketConnection} */
export let connectionOf;

/** (DOMString or sequence<DOMString>) */
function protocolList(value) {
  if (value === undefined) return [];
  const method = isObject(value) ? value[Symbol.iterator] : undefined;
  if (method === undefined || method === null) return [DOMString(value)];
  return sequence(value, DOMString, 'protocols', method);
}

/** WebSockets section 3.1, close(), steps 1 and 2. */
export function checkClose(code, reason) {
  if (code !== undefined && code !== 1000 && (code < 3000 || code > 4999)) {
    throw new DOMException(`close code ${code} is neither 1000 nor in 3000..4999`, 'InvalidAccessError');
  }
  const length = Buffer.byteLength(reason);
  if (length > 123) throw new DOMException(`a close reason of ${length} bytes; at most 123 fit`, 'SyntaxError');
}

/** RFC 6455 section 7.4: may it stand in a Close frame? */
function isCodeOfFrame(code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

/** `ws` calls back when a message has been handed on. */
function callBack(callback, error) {
  if (typeof callback === 'function') process.nextTick(callback, error);
}

export class WebSocket extends EventTarget {
  #connection;

  static {
    connectionOf = (socket) => (#connection in socket ? socket.#connection : undefined);
  }

  constructor(url, protocols = undefined, options = undefined) {
    super();
    if (url === kAccepted) {
      this.#connection = new WebSocketConnection(this);
      this.#connection.adopt(protocols);
      return;
    }
    requireArguments(1, arguments.length, 'WebSocket');
    url = USVString(url);
    if (options === undefined && isOptions(protocols)) [protocols, options] = [protocols.protocols, protocols];
    protocols = protocolList(protocols);
    options = options === undefined ? undefined : dictionary(options, 'WebSocket: options');
    this.#connection = new WebSocketConnection(this);
    this.#connection.connect(url, protocols, socketOptions(options, url));
  }

  get url() { return this.#connection.url; }
  get readyState() { return this.#connection.readyState; }
  get bufferedAmount() { return this.#connection.bufferedAmount; }
  get extensions() { return native.extensions(this.#connection.id); }
  get protocol() { return native.protocol(this.#connection.id); }

  get binaryType() { return this.#connection.binaryType; }
  set binaryType(value) {
    const connection = this.#connection;
    const type = DOMString(value);
    if (type === 'blob' || type === 'arraybuffer') connection.binaryType = type;
  }

  get onopen() { return this.#connection.handlers.get('open'); }
  set onopen(value) { this.#connection.handlers.set('open', value); }
  get onerror() { return this.#connection.handlers.get('error'); }
  set onerror(value) { this.#connection.handlers.set('error', value); }
  get onclose() { return this.#connection.handlers.get('close'); }
  set onclose(value) { this.#connection.handlers.set('close', value); }
  get onmessage() { return this.#connection.handlers.get('message'); }
  set onmessage(value) { this.#connection.handlers.set('message', value); }

  close(code = undefined, reason = undefined) {
    const connection = this.#connection;
    code = code === undefined ? undefined : clampedUnsignedShort(code);
    reason = reason === undefined ? '' : USVString(reason);
    if (connection.isAccepted && isCodeOfFrame(code)) checkClose(undefined, reason);
    else checkClose(code, reason);
    connection.close(code, reason);
  }

  send(data, options = undefined, callback = options) {
    const connection = this.#connection;
    requireArguments(1, arguments.length, 'send');
    if (typeof data === 'string') connection.send(data);
    else if (isBufferSource(data)) connection.sendBytes(checkBufferSource(data), options?.binary === false);
    else connection.send(data instanceof Blob ? data : DOMString(data));
    if (callback !== undefined) callBack(callback);
  }

  // ---- Ours ----

  /** Why the connection failed; null unless it did. */
  get failure() { return native.failure(this.#connection.id); }
  /** The round trip of the last answered Ping in milliseconds; null if there was none. */
  get latency() { return native.latency(this.#connection.id); }
  /** "127.0.0.1:54321"; "" before the connection is made. */
  get remoteAddress() { return native.remoteAddress(this.#connection.id); }
  ping(data = new Uint8Array(), mask = undefined, callback = mask) {
    native.ping(this.#connection.id, typeof data === 'string' ? Buffer.from(data) : data);
    callBack(callback);
  }
  terminate() { this.#connection.terminate(); }
  pause() { this.#connection.pause(); }
  resume() { this.#connection.resume(); }

  // The listeners of `ws`: message (Buffer, isBinary), close (code, Buffer) and so on.
  on(type, listener) { this.#connection.emitter.on(type, listener); return this; }
  addListener(type, listener) { return this.on(type, listener); }
  once(type, listener) { this.#connection.emitter.once(type, listener); return this; }
  off(type, listener) { this.#connection.emitter.off(type, listener); return this; }
  removeListener(type, listener) { return this.off(type, listener); }
  removeAllListeners(...type) { this.#connection.emitter.removeAllListeners(...type); return this; }
  emit(type, ...values) { return this.#connection.emitter.emit(type, ...values); }
  listenerCount(type) { return this.#connection.emitter.listenerCount(type); }
}
defineInterface(WebSocket, {
  members: ['url', 'readyState', 'bufferedAmount', 'onopen', 'onerror', 'onclose', 'extensions', 'protocol', 'close',
    'onmessage', 'binaryType', 'send'],
  constants: { CONNECTING, OPEN, CLOSING, CLOSED },
});
for (const name of ['failure', 'latency', 'remoteAddress', 'ping', 'terminate', 'pause', 'resume', 'on', 'addListener',
  'once', 'off', 'removeListener', 'removeAllListeners', 'emit', 'listenerCount']) {
  Object.defineProperty(WebSocket.prototype, name, { enumerable: false });
}
watchListeners(WebSocket, (socket, type, count) => connectionOf(socket)?.listenersChanged(type, count));
