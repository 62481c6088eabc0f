// What waits in front of the addon: a Blob is read asynchronously, and what is sent after it must not overtake it.
import { native } from './native.mjs';

function byteLengthOf(data) {
  return typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength;
}

function capture(data) {
  if (typeof data === 'string') return data;
  const bytes = ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
  return bytes.slice();
}

/** Sends one message that is no Blob. @param {string | BufferSource} data */
export function sendNow(id, data) {
  if (typeof data === 'string') native.sendText(id, data);
  else native.sendBytes(id, data);
}

/** @param {number | undefined} code any that may stand in a frame, if it was let through */
export function closeNow(id, code, reason) {
  if (code === undefined || code === 1000 || code >= 3000) native.close(id, code, reason);
  else native.closeWith(id, code, reason);
}

export class Outbox {
  #id;
  #queue = [];
  #close = null;
  /** Bytes that wait here: the addon does not know of them yet. */
  bytes = 0;

  constructor(id) {
    this.#id = id;
  }

  get isEmpty() {
    return this.#queue.length === 0;
  }

  /** Has close() been called, and waits? */
  get isClosing() {
    return this.#close !== null;
  }

  /** Bytes are captured. @param {string | BufferSource | Blob} data */
  push(data) {
    const entry = data instanceof Blob ? { size: data.size, read: () => data.arrayBuffer() }
      : { size: byteLengthOf(data), data: capture(data) };
    this.bytes += entry.size;
    this.#queue.push(entry);
    if (this.#queue.length === 1) this.#drain();
  }

  close(code, reason) {
    this.#close ??= [code, reason];
  }

  async #drain() {
    while (this.#queue.length > 0) {
      const [entry] = this.#queue;
      let { data } = entry;
      if (entry.read) {
        try {
          data = await entry.read();
        } catch {
          // WebSockets section 3.1, send(): what can't be sent fails the connection, not the call.
          native.terminate(this.#id);
          return;
        }
      }
      this.#queue.shift();
      this.bytes -= entry.size;
      sendNow(this.#id, data); // counts also if the socket is CLOSED meanwhile
    }
    if (this.#close) closeNow(this.#id, ...this.#close);
  }
}
