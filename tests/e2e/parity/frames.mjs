// Frames as bytes (RFC 6455 section 5.2), right and wrong: the raw peer's half of the wire.

export const CONTINUATION = 0;
export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

const NAMES = { 0: 'continuation', 1: 'text', 2: 'binary', 8: 'close', 9: 'ping', 10: 'pong' };

/** The bytes of `length` in the form of so many bits: 7, 16 or 64; by default the shortest. */
function lengthBytes(length, bits) {
  if (bits === 7 || (bits === undefined && length < 126)) return [length];
  if (bits === 16 || (bits === undefined && length < 65536)) return [126, length >> 8, length & 255];
  const bytes = Buffer.alloc(9, 127);
  bytes.writeBigUInt64BE(BigInt(length), 1);
  return [...bytes];
}

/** One frame. `length` may lie about the payload; a `mask` is four bytes, which a server must not send. */
export function frame(opcode, payload = '', { fin = true, rsv = 0, mask, length, bits } = {}) {
  let body = Buffer.from(payload);
  const size = lengthBytes(length ?? body.length, bits);
  if (mask) {
    size[0] |= 0x80;
    body = Buffer.concat([Buffer.from(mask), body.map((byte, i) => byte ^ mask[i % 4])]);
  }
  return Buffer.concat([Buffer.from([(fin ? 0x80 : 0) | (rsv << 4) | opcode, ...size]), body]);
}

/** The body of a Close frame. */
export function closeBody(code, reason = '') {
  const bytes = Buffer.from(reason);
  const body = Buffer.alloc(2 + bytes.length);
  body.writeUInt16BE(code);
  bytes.copy(body, 2);
  return body;
}

/** Takes the first whole frame off `bytes`: [frame, rest], or nothing if more is needed. */
export function parseFrame(bytes) {
  if (bytes.length < 2) return undefined;
  const short = bytes[1] & 0x7f;
  const masked = (bytes[1] & 0x80) !== 0;
  const start = 2 + (short === 126 ? 2 : short === 127 ? 8 : 0);
  if (bytes.length < start) return undefined;
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  const end = start + (masked ? 4 : 0) + length;
  if (bytes.length < end) return undefined;
  const key = masked ? bytes.subarray(start, start + 4) : undefined;
  const payload = Buffer.from(bytes.subarray(end - length, end));
  if (key) payload.forEach((byte, i) => { payload[i] = byte ^ key[i % 4]; });
  const parsed = { opcode: bytes[0] & 15, fin: (bytes[0] & 0x80) !== 0, rsv: (bytes[0] >> 4) & 7, key: key && Buffer.from(key), payload };
  return [parsed, bytes.subarray(end)];
}

function describePayload({ opcode, payload }) {
  if (opcode === CLOSE) {
    return payload.length < 2 ? `of ${payload.length} bytes` : `${payload.readUInt16BE()} ${JSON.stringify(payload.toString('utf8', 2))}`;
  }
  if (payload.length > 64) return `of ${payload.length} bytes`;
  return opcode === BINARY ? `[${[...payload]}]` : JSON.stringify(payload.toString());
}

/** A frame in words: `text "hello"`, `close 1000 "bye"`. Said only where it is not so: final, no reserved bits, masked. */
export function describeFrame(parsed) {
  const { opcode, fin, rsv, key } = parsed;
  return [NAMES[opcode] ?? `opcode ${opcode}`, describePayload(parsed),
    ...(fin ? [] : ['not final']), ...(rsv ? [`rsv ${rsv}`] : []), ...(key ? [] : ['unmasked'])].join(' ');
}
