// One TCP connection of the raw server: it answers a handshake, and speaks frames, as wrongly as it is told to, and writes down
// what the client sent.

import { createHash } from 'node:crypto';

import { CLOSE, PING, PONG, TEXT, closeBody, describeFrame, frame, parseFrame } from './frames.mjs';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

export const acceptFor = (key) => createHash('sha1').update(key + GUID).digest('base64');

export class RawPeer {
  #bytes;
  #ended = false;
  #wake = () => {};

  /** `head` is the request: { target, query, fields }, where fields are [name, value] in their order. */
  constructor(socket, head, rest, seen) {
    this.socket = socket;
    this.head = head;
    this.seen = seen;
    this.#bytes = rest;
    const ended = () => { this.#ended = true; this.#wake(); };
    socket.on('data', (bytes) => { this.#bytes = Buffer.concat([this.#bytes, bytes]); this.#wake(); });
    socket.on('end', ended).on('close', ended).on('error', ended);
  }

  /** The values of all fields of that name. */
  field(name) {
    return this.head.fields.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
  }

  write(bytes) {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  /**
   * Sends a head: the right answer, with fields changed. A field is a value, a list of values, or null to leave it out; `then` is
   * what follows the head in the same write.
   */
  answer({ status = '101 Switching Protocols', version = 'HTTP/1.1', fields = {}, then = Buffer.alloc(0) } = {}) {
    const [offered] = this.field('sec-websocket-protocol');
    const all = {
      Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Accept': acceptFor(this.field('sec-websocket-key')[0]),
      ...(offered ? { 'Sec-WebSocket-Protocol': offered.split(/, */)[0] } : {}), ...fields,
    };
    const lines = Object.entries(all).filter(([, value]) => value !== null)
      .flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}\r\n`));
    this.write(Buffer.concat([Buffer.from(`${version} ${status}\r\n${lines.join('')}\r\n`, 'latin1'), then]));
  }

  send(...frameArguments) {
    this.write(frame(...frameArguments));
  }

  close(code, reason) {
    this.send(CLOSE, code === undefined ? '' : closeBody(code, reason));
  }

  /** The client's next frame, written down; nothing when its end of the connection has ended. */
  async next() {
    for (;;) {
      const found = parseFrame(this.#bytes);
      if (found) {
        this.#bytes = found[1];
        this.seen.push(describeFrame(found[0]));
        return found[0];
      }
      if (this.#ended) return undefined;
      await new Promise((resolve) => { this.#wake = resolve; });
    }
  }

  /** The next frame of that opcode. */
  async nextOf(opcode) {
    for (;;) {
      const got = await this.next();
      if (!got || got.opcode === opcode) return got;
    }
  }

  /** What a good server does from here on: echoes text, answers pings and the Close, ends TCP. */
  async serve() {
    for (;;) {
      const got = await this.next();
      if (!got) return this.end();
      if (got.opcode === PING) this.send(PONG, got.payload);
      if (got.opcode === TEXT) this.send(TEXT, got.payload);
      if (got.opcode === CLOSE) {
        this.send(CLOSE, got.payload);
        return this.end();
      }
    }
  }

  /** Reads to the end of the client's side, or to its Close frame, and ends. */
  async finish() {
    await this.nextOf(CLOSE);
    this.end();
  }

  end() {
    this.socket.end();
  }

  reset() {
    this.socket.resetAndDestroy();
  }
}
