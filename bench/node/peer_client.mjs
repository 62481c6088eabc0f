// The client that servers are measured with: keeps so many frames under way on each of its connections.
// usage: peer_client.mjs PORT SIZE WINDOW CONNECTIONS
import net from 'node:net';

import { clientFrame, serverFrame } from './wire.mjs';

const [port, size, window, connections] = process.argv.slice(2).map(Number);
const frame = clientFrame(size);
const frames = Buffer.concat(Array.from({ length: window }, () => frame));
const back = serverFrame(size).length;

function connect() {
  const socket = net.connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
    'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n');
  socket.once('data', () => {
    let received = 0;
    let answered = 0;
    socket.on('data', (data) => {
      received += data.length;
      const due = Math.floor(received / back) - answered;
      answered += due;
      if (due > 0) socket.write(frames.subarray(0, due * frame.length));
    });
    socket.write(frames);
  });
}
for (let i = 0; i < connections; ++i) connect();
process.stdin.on('end', () => process.exit()).resume();
