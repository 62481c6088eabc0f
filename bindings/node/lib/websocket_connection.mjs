// What a WebSocket consists of, out of its user's sight.
import { EventEmitter } from 'node:events';

import { CloseEvent, MessageEvent, kTrusted, trustedInit } from './events.mjs';
import { EventHandlers, hearsOfListeners } from './handlers.mjs';
import { Connection, native } from './native.mjs';
import { Outbox, closeNow, sendNow } from './outbox.mjs';

export const CONNECTING = 0;
export const OPEN = 1;
export const CLOSING = 2;
export const CLOSED = 3;

const { dispatchEvent } = EventTarget.prototype;

/** WebSockets section 3.1, garbage collection: by state, the events that keep a socket alive if one listens for them. */
const kKeepAlive = [['open', 'message', 'error', 'close'], ['message', 'error', 'close'], ['error', 'close'], []];

function bufferOf(data) {
  return typeof data === 'string' ? Buffer.from(data) : Buffer.from(data);
}

export class WebSocketConnection extends Connection {
  /** @type {WebSocket} */
  target;
  binaryType = 'blob';
  url = '';
  /** Bytes that count as sent though the addon was not told of them. */
  extraAmount = 0;
  handlers;
  /** A server's end: it may send any code that can stand in a Close frame, as pages may not. */
  isAccepted = false;
  /** Called before the `close` event. @type {() => void} */
  whenClosed = null;
  #isClosed = false;
  #outbox = null;
  #origin;
  #listening = { __proto__: null, open: 0, message: 0, error: 0, close: 0 };
  #emitter = null;
  #isHeld = false;
  #takesBytes = false;

  constructor(target) {
    super();
    this.target = target;
    this.handlers = new EventHandlers(target);
  }

  /** A client's connection. @param {object} options as the addon takes them */
  connect(url, protocols, options) {
    this.id = native.connect(this, url, protocols, options);
    this.url = native.url(this.id);
    this.#hold();
  }

  /** A server's, which is there already. */
  adopt(id) {
    this.id = id;
    this.isAccepted = true;
    this.binaryType = 'arraybuffer';
    native.attach(id, this);
    this.url = native.url(id);
    this.#origin = '';
    this.#hold();
  }

  // ---- Members of WebSocket ----

  get readyState() {
    const state = native.readyState(this.id) ?? CLOSED; // there is none once the process ends
    return state < CLOSING && this.#outbox?.isClosing ? CLOSING : state;
  }

  get bufferedAmount() {
    return native.bufferedAmount(this.id) + this.extraAmount + (this.#outbox?.bytes ?? 0);
  }

  /** @param {string | BufferSource | Blob} data converted already */
  send(data) {
    if (this.#outbox === null && !(data instanceof Blob)) {
      sendNow(this.id, data); // which throws while CONNECTING
      return;
    }
    const state = this.readyState;
    if (state === CONNECTING) throw new DOMException('send() while CONNECTING: wait for the open event', 'InvalidStateError');
    this.#outbox ??= new Outbox(this.id);
    if (state === OPEN) this.#outbox.push(data);
    else this.#count(data);
  }

  #count(data) {
    if (data instanceof Blob) this.extraAmount += data.size;
    else this.extraAmount += typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength;
  }

  /** The arguments are checked already. */
  close(code, reason) {
    if (this.#outbox && !this.#outbox.isEmpty && this.readyState === OPEN) this.#outbox.close(code, reason);
    else closeNow(this.id, code, reason);
    this.#hold();
  }

  // ---- Who listens ----

  listenersChanged(type, count) {
    if (!(type in this.#listening)) return;
    this.#listening[type] = count;
    this.#hold();
    if (type === 'message') this.#chooseDelivery();
  }

  /** For the shape of `ws`: made at the first use. */
  get emitter() {
    if (this.#emitter === null) {
      this.#emitter = new EventEmitter();
      const changed = (type) => queueMicrotask(() => this.#emitterChanged(type));
      this.#emitter.on('removeListener', changed);
      this.#emitter.on('newListener', (type) => {
        this.#emitterChanged(type, 1);
      });
    }
    return this.#emitter;
  }

  #emitterChanged(type, more = 0) {
    this.#emitting[type] = this.#emitter.listenerCount(type) + more;
    this.#hold();
    if (type === 'message') this.#chooseDelivery();
    if ((type === 'ping' || type === 'pong') && !this.#watchesControl) {
      this.#watchesControl = true;
      native.watchControl(this.id);
    }
  }
  #watchesControl = false;
  #emitting = { __proto__: null };

  #listens(type) {
    return !hearsOfListeners || this.#listening[type] > 0 || this.#emitting[type] > 0;
  }

  #hold() {
    if (this.id < 0) return;
    const isHeld = !this.#isClosed && kKeepAlive[this.readyState].some((type) => this.#listens(type));
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    native.hold(this.id, isHeld);
  }

  /** Who only listens in the way of `ws` gets Buffers without a detour. */
  #chooseDelivery() {
    const takesBytes = hearsOfListeners && this.#listening.message === 0 && this.#emitting.message > 0;
    if (takesBytes === this.#takesBytes || this.id < 0) return;
    this.#takesBytes = takesBytes;
    native.setDelivery(this.id, takesBytes);
  }

  // ---- What the addon calls ----

  onOpen() {
    this.#hold();
    this.#dispatch(new Event('open', trustedInit));
    this.#emitter?.emit('open');
  }

  onMessage(data) {
    if (this.#outbox?.isClosing) return; // readyState is not OPEN
    if (this.#listening.message > 0 || !hearsOfListeners) {
      const value = typeof data !== 'string' && this.binaryType === 'blob' ? new Blob([data]) : data;
      this.#origin ??= new URL(this.url).origin;
      this.#dispatch(new MessageEvent(kTrusted, value, this.#origin));
    }
    if (this.#emitting.message > 0) this.#emitter.emit('message', bufferOf(data), typeof data !== 'string');
  }

  onBytes(buffer, isBinary) {
    if (this.#outbox?.isClosing) return;
    this.#emitter.emit('message', buffer, isBinary);
  }

  onError() {
    this.#dispatch(new Event('error', trustedInit));
    if (this.#emitting.error > 0) {
      const failure = native.failure(this.id);
      this.#emitter.emit('error', Object.assign(new Error(failure?.message ?? 'the connection failed'), { failure }));
    }
  }

  onClose(code, reason, wasClean) {
    this.#isClosed = true;
    this.whenClosed?.();
    this.#dispatch(new CloseEvent(kTrusted, { code, reason, wasClean }));
    this.#emitter?.emit('close', code, Buffer.from(reason));
    this.#hold();
  }

  onDrain() {
    this.#emitter?.emit('drain');
  }

  onControl(type, data) {
    this.#emitter?.emit(type, Buffer.from(data));
  }

  #dispatch(event) {
    Reflect.apply(dispatchEvent, this.target, [event]);
  }
}
