// Answers to the opening handshake, one fault (or allowed oddity) each; after a good one the peer serves as it should.

import { TEXT, frame } from './frames.mjs';
import { acceptFor } from './raw_peer.mjs';

/** The right answer with some fields changed, as RawPeer.answer() takes them. */
const oddFields = {
  'accept-wrong': { 'Sec-WebSocket-Accept': 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' },
  'accept-missing': { 'Sec-WebSocket-Accept': null },
  'accept-empty': { 'Sec-WebSocket-Accept': '' },
  'upgrade-missing': { Upgrade: null },
  'upgrade-other': { Upgrade: 'h2c' },
  'upgrade-list': { Upgrade: 'websocket, h2c' },
  'upgrade-case': { Upgrade: 'WebSocket' },
  'connection-missing': { Connection: null },
  'connection-other': { Connection: 'close' },
  'connection-case': { Connection: 'UPGRADE' },
  'connection-list': { Connection: 'keep-alive, Upgrade' },
  'protocol-unasked': { 'Sec-WebSocket-Protocol': 'chat' },
  'protocol-unknown': { 'Sec-WebSocket-Protocol': 'other' },
  'protocol-case': { 'Sec-WebSocket-Protocol': 'CHAT.V1' },
  'protocol-missing': { 'Sec-WebSocket-Protocol': null },
  'protocol-empty': { 'Sec-WebSocket-Protocol': '' },
  'protocol-two-fields': { 'Sec-WebSocket-Protocol': ['chat.v1', 'chat.v2'] },
  'protocol-two-same': { 'Sec-WebSocket-Protocol': ['chat.v1', 'chat.v1'] },
  'protocol-list': { 'Sec-WebSocket-Protocol': 'chat.v1, chat.v2' },
  'extension-unasked': { 'Sec-WebSocket-Extensions': 'x-unknown' },
  'extension-twice': { 'Sec-WebSocket-Extensions': 'permessage-deflate, permessage-deflate' },
  'extension-parameter': { 'Sec-WebSocket-Extensions': 'permessage-deflate; no_such_parameter' },
  'extension-repeated': { 'Sec-WebSocket-Extensions': 'permessage-deflate; server_no_context_takeover; server_no_context_takeover' },
  'extension-window-7': { 'Sec-WebSocket-Extensions': 'permessage-deflate; server_max_window_bits=7' },
  'extension-window-16': { 'Sec-WebSocket-Extensions': 'permessage-deflate; server_max_window_bits=16' },
  'extension-window-none': { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' },
  'extension-empty': { 'Sec-WebSocket-Extensions': '' },
  'extension-malformed': { 'Sec-WebSocket-Extensions': 'permessage-deflate;;' },
  'unknown-fields': { 'X-Anything': 'goes', Date: 'Thu, 01 Jan 1970 00:00:00 GMT' },
};

const accept = (peer) => acceptFor(peer.field('sec-websocket-key')[0]);

/** Whatever else can be said in the place of an answer. */
const oddAnswers = {
  'accept-twice': (peer) => peer.answer({ fields: { 'Sec-WebSocket-Accept': [accept(peer), accept(peer)] } }),
  'accept-spaces': (peer) => peer.answer({ fields: { 'Sec-WebSocket-Accept': `   ${accept(peer)}   ` } }),
  'http-1.0': (peer) => peer.answer({ version: 'HTTP/1.0' }),
  'informational-first': (peer) => {
    peer.write('HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n');
    peer.answer();
  },
  'data-behind': (peer) => peer.answer({ then: Buffer.concat([frame(TEXT, 'first'), frame(TEXT, 'second')]) }),
  'byte-by-byte': async (peer) => {
    const write = peer.write.bind(peer);
    const pieces = [];
    peer.write = (bytes) => pieces.push(bytes);
    peer.answer({ then: frame(TEXT, 'slow') });
    peer.write = write;
    for (const byte of Buffer.concat(pieces)) {
      peer.write(Buffer.from([byte]));
      await new Promise(setImmediate);
    }
  },
};

async function answerWithFault(peer) {
  const fault = peer.head.query.get('fault');
  if (oddFields[fault]) peer.answer({ fields: oddFields[fault] });
  else await oddAnswers[fault](peer);
  await peer.serve();
}

async function answerWithStatus(peer) {
  const status = peer.head.query.get('status');
  const fields = { Upgrade: null, 'Sec-WebSocket-Accept': null, 'Sec-WebSocket-Protocol': null, Connection: 'close', 'Content-Length': '0' };
  peer.answer({ status: `${status} Whatever`, fields: status === '204' ? { ...fields, 'Content-Length': null } : fields });
  peer.end();
}

/** No answer, or the beginning of one, and then the end. */
async function answerWithEnd(peer) {
  const said = { nothing: '', half: 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n', garbage: '\x00\x01garbage\r\n\r\n' };
  peer.write(Buffer.from(said[peer.head.query.get('after')], 'latin1'));
  peer.end();
}

/** What the client sent as its head, without values that are of the machine or of chance. */
async function tellRequest(peer) {
  for (const name of peer.head.query.get('fields').split(',')) {
    peer.seen.push(`${name}: ${peer.field(name).map((value) => JSON.stringify(value)).join(' and ') || 'none'}`);
  }
  peer.answer();
  await peer.serve();
}

async function tellKey(peer) {
  const [key] = peer.field('sec-websocket-key');
  peer.seen.push(`key of ${key.length} characters, ${Buffer.from(key, 'base64').length} bytes, `
    + `${Buffer.from(key, 'base64').toString('base64') === key ? 'canonical' : 'not canonical'}`);
  peer.answer();
  await peer.serve();
}

/** Asks for credentials, and lets in who has them; 401 without a question for who is wrong. */
async function askCredentials(peer) {
  const given = peer.field('authorization')[0];
  peer.seen.push(given ? `authorization: ${given}` : 'no authorization');
  if (given === `Basic ${Buffer.from('user:secret').toString('base64')}`) {
    peer.answer();
    await peer.serve();
    return;
  }
  peer.answer({ status: '401 Unauthorized', fields: { Upgrade: null, 'Sec-WebSocket-Accept': null, Connection: 'close',
    'WWW-Authenticate': `Basic realm="${peer.head.query.get('realm')}"`, 'Content-Length': '0' } });
  peer.end();
}

export const handshakeFaults = {
  handshake: answerWithFault,
  status: answerWithStatus,
  end: answerWithEnd,
  reset: async (peer) => peer.reset(),
  request: tellRequest,
  key: tellKey,
  credentials: askCredentials,
};
