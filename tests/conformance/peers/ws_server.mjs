// npm `ws` as an echo server. Prints its address and serves until it is killed.

import { createRequire } from 'node:module';

// The package is where the other end-to-end tests have it.
const { WebSocketServer } = createRequire(new URL('../../e2e/package.json', import.meta.url))('ws');

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: true });
server.on('connection', (socket) => {
  socket.on('error', () => {});  // the faults of the other end are what the suite makes
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
});
server.on('listening', () => console.log(`listening on ws://127.0.0.1:${server.address().port}/`));
