// WebSocketStream (the draft whatwg/websockets, pull request 48): messages as streams, with backpressure both ways.
import { ReadableStream, WritableStream } from 'node:stream/web';

import { Connection, native } from './native.mjs';
import { socketOptions } from './options.mjs';
import { sendNow } from './outbox.mjs';
import {
  DOMString, USVString, checkBufferSource, defineInterface, dictionary, enforcedUnsignedShort, isBufferSource, isObject,
  requireArguments, sequence,
} from './webidl.mjs';
import { checkClose } from './websocket.mjs';
import { WebSocketError, kReceived } from './websocket_error.mjs';

/** Bytes that may wait for the network before a write has to. */
const kHighWaterMark = 64 * 1024;

function settlable() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  made.promise.catch(() => {}); // marked as handled
  return made;
}

/** A failure that says no code: none was received. */
function failed(id) {
  const message = native.failure(id)?.message ?? 'the connection failed';
  return new WebSocketError(message);
}

class StreamConnection extends Connection {
  opened = settlable();
  closed = settlable();
  url = '';
  #state = 'connecting';
  #readable;
  #readableOpen = true;
  #writable;
  #writableOpen = true;
  #abortReason;
  /** Of a write that waits for the network. */
  #drained = null;
  #finished = settlable();

  connect(url, protocols, options, signal) {
    this.id = native.connect(this, url, protocols, options);
    native.hold(this.id, true);
    this.url = native.url(this.id);
    if (!signal) return;
    this.#forgetSignal = () => signal.removeEventListener('abort', onAbort);
    const onAbort = () => this.#abort(signal.reason);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
  }
  #forgetSignal = () => {};

  /** The signal was aborted before the connection was open. */
  #abort(reason) {
    if (this.#state !== 'connecting') return;
    this.#state = 'aborted';
    this.#abortReason = reason;
    this.opened.reject(reason);
    this.closed.reject(reason);
    native.terminate(this.id);
  }

  close(code, reason) {
    native.close(this.id, code, reason);
    this.#startClosing();
  }

  /** By what cancel() and abort() are given (section "close using reason"). */
  #closeUsing(reason) {
    if (reason instanceof WebSocketError) this.close(reason.closeCode ?? undefined, reason.reason);
    else this.close(undefined, '');
  }

  /** Writes that wait won't be taken any more. */
  #startClosing() {
    this.#drained?.reject(new DOMException('the connection is closing', 'InvalidStateError'));
    this.#drained = null;
  }

  // ---- What the streams call ----

  async #write(chunk) {
    let data;
    if (isBufferSource(chunk)) data = checkBufferSource(chunk);
    else data = USVString(chunk);
    if (native.readyState(this.id) !== 1) throw new DOMException('the connection is closing', 'InvalidStateError');
    sendNow(this.id, data);
    if (native.bufferedAmount(this.id) <= kHighWaterMark) return;
    // What only waits for the end of the turn is gone after it; what is left then waits for the network.
    await new Promise(setImmediate);
    if (native.bufferedAmount(this.id) <= kHighWaterMark) return;
    if (native.readyState(this.id) !== 1) throw new DOMException('the connection is closing', 'InvalidStateError');
    this.#drained = settlable();
    await this.#drained.promise;
  }

  #finishWriting() {
    this.#writableOpen = false;
    this.close(undefined, '');
    return this.#finished.promise;
  }

  // ---- What the addon calls ----

  onOpen() {
    this.#state = 'open';
    this.#forgetSignal();
    const readable = new ReadableStream({
      start: (controller) => { this.#readable = controller; },
      pull: () => native.resume(this.id),
      cancel: (reason) => {
        this.#readableOpen = false;
        this.#closeUsing(reason);
      },
    });
    const writable = new WritableStream({
      start: (controller) => { this.#writable = controller; },
      write: (chunk) => this.#write(chunk),
      close: () => this.#finishWriting(),
      abort: (reason) => {
        this.#writableOpen = false;
        this.#closeUsing(reason);
      },
    });
    this.opened.resolve({
      readable, writable, extensions: native.extensions(this.id), protocol: native.protocol(this.id),
    });
  }

  onMessage(data) {
    if (!this.#readableOpen) return;
    this.#readable.enqueue(typeof data === 'string' ? data : new Uint8Array(data));
    // Until it is pulled again: the peer then waits, by TCP.
    if (this.#readable.desiredSize <= 0) native.pause(this.id);
  }

  onDrain() {
    this.#drained?.resolve();
    this.#drained = null;
  }

  onClose(closeCode, reason, wasClean) {
    const state = this.#state;
    this.#state = 'closed';
    this.#forgetSignal();
    native.hold(this.id, false);
    if (state === 'aborted') return;
    if (state === 'connecting') {
      const error = failed(this.id);
      this.opened.reject(error);
      this.closed.reject(error);
      return;
    }
    this.#startClosing();
    if (wasClean) this.#endCleanly(closeCode, reason);
    else this.#endWith(new WebSocketError(failed(this.id).message, kReceived, { closeCode, reason }));
  }

  #endCleanly(closeCode, reason) {
    if (this.#readableOpen) this.#readable.close();
    if (this.#writableOpen) this.#writable.error(new DOMException('the connection is closed', 'InvalidStateError'));
    this.#finished.resolve();
    this.closed.resolve({ closeCode, reason });
  }

  #endWith(error) {
    if (this.#readableOpen) this.#readable.error(error);
    this.#writable.error(error);
    this.#finished.reject(error);
    this.closed.reject(error);
  }
}

/** Throws as the connection would; for a stream that is aborted before it begins. */
function checkOnly(url, protocols, options) {
  const probe = new Connection();
  probe.id = native.connect(probe, url, protocols, { ...options, blockedPorts: 'fail', unixPath: '/' });
  const href = native.url(probe.id);
  native.terminate(probe.id);
  return href;
}

const rejected = () => Promise.reject(new TypeError('this is no WebSocketStream'));
let isStream;

export class WebSocketStream {
  #connection = new StreamConnection();

  static {
    isStream = (value) => isObject(value) && #connection in value;
  }

  constructor(url, options = undefined) {
    requireArguments(1, arguments.length, 'WebSocketStream');
    url = USVString(url);
    const init = dictionary(options, 'WebSocketStream: options');
    const { protocols = [], signal } = init;
    const names = sequence(protocols, DOMString, 'protocols',
      typeof protocols === 'string' ? null : undefined);
    if (signal !== undefined && !(signal instanceof AbortSignal)) throw new TypeError('signal is not an AbortSignal');
    const given = Object.keys(init).some((name) => name !== 'protocols' && name !== 'signal') ? init : undefined;
    const connection = this.#connection;
    if (signal?.aborted) {
      connection.url = checkOnly(url, names, socketOptions(given, url));
      connection.opened.reject(signal.reason);
      connection.closed.reject(signal.reason);
      return;
    }
    connection.connect(url, names, socketOptions(given, url), signal);
  }

  get url() { return this.#connection.url; }
  // An attribute that is a promise never throws (Web IDL section 3.7.6).
  get opened() { return isStream(this) ? this.#connection.opened.promise : rejected(); }
  get closed() { return isStream(this) ? this.#connection.closed.promise : rejected(); }

  close(closeInfo = undefined) {
    const connection = this.#connection;
    const { closeCode, reason } = dictionary(closeInfo, 'close: closeInfo');
    let code = closeCode === undefined ? undefined : enforcedUnsignedShort(closeCode, 'closeCode');
    const text = reason === undefined ? '' : USVString(reason);
    if (code === undefined && text !== '') code = 1000;
    checkClose(code, text);
    if (connection.id >= 0) connection.close(code, text);
  }
}
defineInterface(WebSocketStream, { members: ['url', 'opened', 'closed', 'close'] });
