// What the raw peer does with a connection that is open: frames that break a rule or keep a seldom one, ways to close and to end.

import { deflateRawSync } from 'node:zlib';

import { BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, closeBody, frame } from './frames.mjs';

const part = { fin: false };
const invalid = Buffer.from([0xce, 0xba, 0xe1, 0xbd, 0xb9, 0xff]);
const smile = Buffer.from('\u{1f600}');

/** Waits for the client's "go", which says that it is open, unless the query has `at-once`. */
async function go(peer) {
  peer.answer();
  if (!peer.head.query.has('at-once')) await peer.nextOf(TEXT);
}

/** Frames by name, each sent in one write. */
const sequences = {
  masked: [frame(TEXT, 'masked', { mask: [1, 2, 3, 4] })],
  rsv1: [frame(TEXT, 'x', { rsv: 4 })],
  rsv2: [frame(TEXT, 'x', { rsv: 2 })],
  rsv3: [frame(TEXT, 'x', { rsv: 1 })],
  'rsv-on-close': [frame(CLOSE, closeBody(1000), { rsv: 1 })],
  'opcode-3': [frame(3, 'x')],
  'opcode-7': [frame(7, 'x')],
  'opcode-11': [frame(11, 'x')],
  'opcode-15': [frame(15, 'x')],
  'ping-in-parts': [frame(PING, 'x', part)],
  'ping-of-126': [frame(PING, 'x'.repeat(126))],
  'close-in-parts': [frame(CLOSE, closeBody(1000), part)],
  'continuation-first': [frame(CONTINUATION, 'x')],
  'continuation-after-end': [frame(TEXT, 'whole'), frame(CONTINUATION, 'x')],
  'text-inside-text': [frame(TEXT, 'a', part), frame(TEXT, 'b')],
  'binary-inside-text': [frame(TEXT, 'a', part), frame(BINARY, 'b')],
  'length-16-too-long': [frame(TEXT, 'x', { bits: 16 })],
  'length-64-too-long': [frame(TEXT, 'x', { bits: 64 })],
  'length-top-bit': [frame(BINARY, '', { bits: 64, length: 2n ** 63n })],
  'utf8-invalid': [frame(TEXT, invalid)],
  'utf8-surrogate': [frame(TEXT, Buffer.from([0xed, 0xa0, 0x80]))],
  'utf8-overlong': [frame(TEXT, Buffer.from([0xc0, 0xaf]))],
  'utf8-too-high': [frame(TEXT, Buffer.from([0xf4, 0x90, 0x80, 0x80]))],
  'utf8-cut-at-end': [frame(TEXT, smile.subarray(0, 3))],
  'utf8-invalid-in-second-part': [frame(TEXT, 'good', part), frame(CONTINUATION, invalid)],
  'utf8-cut-between-parts': [frame(TEXT, smile.subarray(0, 2), part), frame(CONTINUATION, smile.subarray(2))],
  'good-then-invalid': [frame(TEXT, 'good'), frame(TEXT, invalid)],
  'utf8-invalid-but-binary': [frame(BINARY, invalid)],
  parts: [frame(TEXT, 'one ', part), frame(CONTINUATION, 'two ', part), frame(CONTINUATION, 'three')],
  'parts-with-ping': [frame(BINARY, [1], part), frame(PING, 'between'), frame(CONTINUATION, [2])],
  'parts-all-empty': [frame(TEXT, '', part), frame(CONTINUATION, '', part), frame(CONTINUATION)],
  'parts-many': [frame(TEXT, '.', part), ...Array.from({ length: 998 }, () => frame(CONTINUATION, '.', part)), frame(CONTINUATION, '.')],
  'byte-order-mark': [frame(TEXT, '\ufeffmarked')],
  nul: [frame(TEXT, 'a\0b')],
  ping: [frame(PING, 'are you there?')],
  'ping-empty': [frame(PING)],
  'ping-125': [frame(PING, 'x'.repeat(125))],
  'pong-unasked': [frame(PONG, 'nobody asked'), frame(TEXT, 'still here')],
  'lengths': [125, 126, 65535, 65536].map((size) => frame(BINARY, Buffer.alloc(size, 7))),
};

async function sendSequence(peer) {
  const { query } = peer.head;
  await go(peer);
  peer.write(Buffer.concat(sequences[query.get('name')]));
  await peer.serve();
}

/**
 * Closes with that code and reason, or with a body given in hex, and reads the answer. `then=message` sends one behind the Close
 * frame; TCP ends `delay` milliseconds after the answer.
 */
async function closeFirst(peer) {
  const { query } = peer.head;
  await go(peer);
  if (query.has('body')) peer.send(CLOSE, Buffer.from(query.get('body'), 'hex'));
  else if (query.has('code')) peer.close(Number(query.get('code')), query.get('reason') ?? '');
  else peer.close();
  if (query.get('then') === 'message') peer.send(TEXT, 'behind the Close frame');
  await peer.nextOf(CLOSE);
  await new Promise((resolve) => { setTimeout(resolve, Number(query.get('delay') ?? 0)); });
  peer.end();
}

/** Waits for the client's Close frame and answers it oddly. */
async function closeSecond(peer) {
  const { query } = peer.head;
  peer.answer();
  await peer.nextOf(CLOSE);
  const answers = {
    code: () => peer.close(Number(query.get('code')), query.get('reason') ?? ''),
    empty: () => peer.close(),
    'messages-first': () => { peer.send(TEXT, 'late'); peer.send(BINARY, 'later'); peer.close(1000); },
    'ping-first': () => { peer.send(PING, 'late'); peer.close(1000); },
    invalid: () => peer.send(CLOSE, closeBody(1005)),
    nothing: () => {},
    twice: () => { peer.close(4001, 'first'); peer.close(4002, 'second'); },
  };
  answers[query.get('answer')]();
  if (query.get('end') === 'reset') peer.reset();
  else peer.end();
}

/** Both ends close before either has seen the other's Close frame. */
async function closeTogether(peer) {
  await go(peer);
  peer.close(4000, 'the server says');
  await peer.finish();
}

/** Answers the Close frame, but ends TCP only after `delay` milliseconds. */
async function closeSlowly(peer) {
  peer.answer();
  const got = await peer.nextOf(CLOSE);
  peer.send(CLOSE, got?.payload ?? '');
  await new Promise((resolve) => { setTimeout(resolve, Number(peer.head.query.get('delay'))); });
  peer.end();
}

/** Ends TCP without a Close frame: after nothing, in a frame, in a message, after a message; by FIN or by RST. */
async function endFirst(peer) {
  const { query } = peer.head;
  const before = {
    nothing: [], 'half-frame': [frame(TEXT, 'half', { length: 100 })], 'half-message': [frame(TEXT, 'half', part)],
    message: [frame(TEXT, 'whole')], 'half-header': [Buffer.from([0x81])],
  };
  await go(peer);
  peer.write(Buffer.concat(before[query.get('after')]));
  if (query.get('by') === 'reset') peer.reset();
  else peer.end();
}

/** Compressed messages after the answer that `extensions` gives. */
async function sendCompressed(peer) {
  const { query } = peer.head;
  const extension = query.get('extensions') ?? 'permessage-deflate';
  // Without the four bytes that every flush ends with (RFC 7692 section 7.2.1).
  const squeeze = (text) => deflateRawSync(text, { finishFlush: 2 }).subarray(0, -4);
  const hello = squeeze('hello hello hello');
  const named = {
    whole: [frame(TEXT, hello, { rsv: 4 })],
    plain: [frame(TEXT, 'not compressed')],
    parts: [frame(TEXT, hello.subarray(0, 3), { fin: false, rsv: 4 }), frame(CONTINUATION, hello.subarray(3))],
    empty: [frame(TEXT, [0], { rsv: 4 })],
    'final-block': [frame(TEXT, Buffer.concat([deflateRawSync('final block'), Buffer.from([0])]), { rsv: 4 })],
    stored: [frame(TEXT, Buffer.from([0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00]), { rsv: 4 })],
    invalid: [frame(TEXT, [0xff, 0xff, 0xff, 0xff], { rsv: 4 })],
    'utf8-invalid': [frame(TEXT, squeeze(invalid), { rsv: 4 })],
    'rsv1-on-continuation': [frame(TEXT, hello.subarray(0, 3), { fin: false, rsv: 4 }), frame(CONTINUATION, hello.subarray(3), { rsv: 4 })],
    'rsv1-on-ping': [frame(PING, 'x', { rsv: 4 })],
  };
  peer.answer({ fields: { 'Sec-WebSocket-Extensions': extension } });
  await peer.nextOf(TEXT);
  peer.write(Buffer.concat(named[query.get('name')]));
  await peer.serve();
}

export const wireFaults = {
  serve: async (peer) => { peer.answer(); await peer.serve(); },
  frames: sendSequence,
  'close-first': closeFirst,
  'close-second': closeSecond,
  'close-together': closeTogether,
  'close-slowly': closeSlowly,
  'end-first': endFirst,
  compressed: sendCompressed,
};
