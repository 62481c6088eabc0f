// The server that clients are measured against: answers each frame with one of the same size, or sends without end.
// usage: peer_server.mjs echo|flood SIZE
import net from 'node:net';

import { acceptOf, clientFrame, serverFrame } from './wire.mjs';

const [mode, size] = [process.argv[2], Number(process.argv[3])];
const asked = clientFrame(size).length;
const answer = serverFrame(size);
const kMany = Math.max(1, Math.floor(65536 / answer.length));
const many = Buffer.concat(Array.from({ length: kMany }, () => answer));

function echo(socket) {
  let received = 0;
  let answered = 0;
  socket.on('data', (data) => {
    received += data.length;
    const due = Math.floor(received / asked) - answered;
    answered += due;
    for (let left = due; left > 0; left -= kMany) socket.write(left >= kMany ? many : many.subarray(0, left * answer.length));
  });
}

function flood(socket) {
  const fill = () => {
    while (socket.write(many));
  };
  socket.on('drain', fill);
  socket.resume();
  fill();
}

const server = net.createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => {});
  socket.once('data', (head) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${acceptOf(head.toString('latin1'))}\r\n\r\n`);
    (mode === 'echo' ? echo : flood)(socket);
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit()).resume();
