// Frames as literal bytes, for the other end of what is measured: it counts bytes and parses nothing, so that it is
// never what is waited for.
import { createHash } from 'node:crypto';

function header(length, mask) {
  const bit = mask ? 0x80 : 0;
  if (length < 126) return Buffer.from([0x81, bit | length]);
  if (length < 65536) return Buffer.from([0x81, bit | 126, length >> 8, length & 0xff]);
  const long = Buffer.alloc(10);
  long[0] = 0x81;
  long[1] = bit | 127;
  long.writeBigUInt64BE(BigInt(length), 2);
  return long;
}

/** A server's text frame. */
export const serverFrame = (size) => Buffer.concat([header(size, false), Buffer.alloc(size, 'x')]);
/** A client's, with a mask of zeros. */
export const clientFrame = (size) => Buffer.concat([header(size, true), Buffer.alloc(4), Buffer.alloc(size, 'x')]);

export function acceptOf(head) {
  const [, key] = /^Sec-WebSocket-Key: *(\S+)/im.exec(head);
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}
