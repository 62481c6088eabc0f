// What a WebSocket consists of, out of its user's sight.
import { EventEmitter } from 'node:events';

import { dispatch, dispatchToHandler } from './dispatch.mjs';
import { CloseEvent, MessageEvent, kTrusted, trustedInit } from './events.mjs';
import { EventHandlers, hearsOfListeners } from './handlers.mjs';
import { Connection, canGather, kAscii, kBinary, kBytes, kEach, kValues, native } from './native.mjs';
import { Outbox, closeNow, sendNow } from './outbox.mjs';

export const CONNECTING = 0;
export const OPEN = 1;
export const CLOSING = 2;
export const CLOSED = 3;

/** WebSockets section 3.1, garbage collection: by state, the events that keep a socket alive if one listens for them. */
const kKeepAlive = [['open', 'message', 'error', 'close'], ['message', 'error', 'close'], ['error', 'close'], []];

function valueOf(pool, start, end, kind) {
  if (kind === kAscii) return pool.latin1Slice(start, end);
  if (kind === kBinary) return pool.buffer.slice(start, end);
  return pool.utf8Slice(start, end);
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
  #delivery = kEach;
  /** close() or terminate() was called. */
  #hasEnded = false;
  #isPaused = false;
  /** Messages that had come together with one whose handler paused, until they are delivered. */
  #held = null;
  #isGoingOn = false;

  constructor(target) {
    super();
    this.target = target;
    this.handlers = new EventHandlers(target);
  }

  /** A client's connection. @param {object} options as the addon takes them */
  connect(url, protocols, options) {
    this.id = native.connect(this, url, protocols, options);
    this.url = native.url(this.id);
    this.#chooseDelivery();
    this.#hold();
  }

  /** A server's, which is there already. */
  adopt(id) {
    this.id = id;
    this.isAccepted = true;
    this.binaryType = 'arraybuffer';
    native.attach(id, this);
    this.url = native.url(id);
    this.#chooseDelivery();
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

  /** `ws` sends the bytes of a text as text, if it is told to. */
  sendBytes(data, isText) {
    if (!isText) this.send(data);
    else if (this.#outbox === null) native.sendTextBytes(this.id, data);
    else this.send(Buffer.from(data.buffer ?? data, data.byteOffset, data.byteLength).toString());
  }

  #count(data) {
    if (data instanceof Blob) this.extraAmount += data.size;
    else this.extraAmount += typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength;
  }

  /** The arguments are checked already. */
  close(code, reason) {
    this.#hasEnded = true;
    if (this.#outbox && !this.#outbox.isEmpty && this.readyState === OPEN) this.#outbox.close(code, reason);
    else closeNow(this.id, code, reason);
    this.#hold();
  }

  terminate() {
    this.#hasEnded = true;
    native.terminate(this.id);
  }

  pause() {
    if (this.readyState === CLOSED) return;
    native.pause(this.id);
    this.#isPaused = true;
    this.#held ??= [];
  }

  resume() {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#goOn();
  }

  /** What had come together with the message whose handler paused is delivered first, in tasks of its own. */
  #goOn() {
    if (this.#isPaused || this.#held === null) return;
    if (this.#held.length === 0) {
      this.#held = null;
      native.resume(this.id);
    } else if (!this.#isGoingOn) {
      this.#isGoingOn = true;
      setImmediate(() => this.#deliverHeld());
    }
  }

  #deliverHeld() {
    this.#isGoingOn = false;
    if (this.#isPaused || this.#hasEnded || this.#held === null) return;
    try {
      this.onMessage(this.#held.shift());
    } finally {
      this.#goOn();
    }
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
    const delivery = takesBytes ? kBytes : canGather ? kValues : kEach;
    if (delivery === this.#delivery || this.id < 0) return;
    this.#delivery = delivery;
    native.setDelivery(this.id, delivery);
  }

  // ---- What the addon calls ----

  onOpen() {
    this.#hold();
    dispatch(this.target, new Event('open', trustedInit));
    this.#emitter?.emit('open');
  }

  onMessage(data) {
    if (this.#outbox?.isClosing) return; // readyState is not OPEN
    const listeners = this.#listening.message;
    const emits = this.#emitting.message > 0;
    if (listeners > 0 || !hearsOfListeners) {
      const value = typeof data !== 'string' && this.binaryType === 'blob' ? new Blob([data]) : data;
      this.#origin ??= new URL(this.url).origin;
      const event = new MessageEvent(kTrusted, value, this.#origin);
      const handler = this.handlers.message?.callback;
      if (listeners === 1 && typeof handler === 'function') dispatchToHandler(this.target, event, handler);
      else dispatch(this.target, event);
    }
    if (emits) this.#emitter.emit('message', Buffer.from(data), typeof data !== 'string');
  }

  onPooled(pool, start, end, kind) {
    if (this.#hasEnded) return; // by a handler of a message before
    if (this.#held !== null) {
      this.#held.push(valueOf(pool, start, end, kind));
    } else if (this.#delivery === kBytes) {
      this.#emitter.emit('message', pool.subarray(start, end), kind === kBinary);
    } else {
      this.onMessage(valueOf(pool, start, end, kind));
    }
  }

  onBytes(buffer, isBinary) {
    if (this.#outbox?.isClosing) return;
    this.#emitter.emit('message', buffer, isBinary);
  }

  onError() {
    dispatch(this.target, new Event('error', trustedInit));
    if (this.#emitting.error > 0) {
      const failure = native.failure(this.id);
      this.#emitter.emit('error', Object.assign(new Error(failure?.message ?? 'the connection failed'), { failure }));
    }
  }

  onClose(code, reason, wasClean) {
    this.#isClosed = true;
    this.whenClosed?.();
    dispatch(this.target, new CloseEvent(kTrusted, { code, reason, wasClean }));
    this.#emitter?.emit('close', code, Buffer.from(reason));
    this.#hold();
  }

  onDrain() {
    this.#emitter?.emit('drain');
  }

  onControl(type, data) {
    this.#emitter?.emit(type, Buffer.from(data));
  }

}
