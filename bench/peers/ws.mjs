// npm ws under test, both ends.
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { WebSocket, WebSocketServer } from 'ws';
import { runClient } from './whatwg_client.mjs';

const [role, mode, identity] = process.argv.slice(2);

function serve() {
  const pem = identity && readFileSync(identity);
  const http = pem ? createHttpsServer({ cert: pem, key: pem }) : createHttpServer();
  const server = new WebSocketServer({
    server: http,
    perMessageDeflate: mode === 'deflate' ? { threshold: 0 } : false,
  });
  server.on('connection', (socket) => {
    socket.on('message', (data, isBinary) => {
      if (mode !== 'broadcast') return socket.send(data, { binary: isBinary });
      for (const each of server.clients) each.send(data, { binary: isBinary });
    });
    socket.on('error', () => {});
  });
  http.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => console.log(http.address().port));
}

if (role === 'serve') serve();
else runClient((url) => new WebSocket(url, { perMessageDeflate: false }), process.argv.slice(2));
