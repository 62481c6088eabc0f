// Bun under test, both ends; its server is uWebSockets.
import { runClient } from './whatwg_client.mjs';

const [role, mode, identity] = process.argv.slice(2);

function serve() {
  const pem = identity && Bun.file(identity);
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    tls: pem && { cert: pem, key: pem },
    fetch(request, self) {
      return self.upgrade(request) ? undefined : new Response('', { status: 426 });
    },
    websocket: {
      perMessageDeflate:
        mode === 'deflate' ? { compress: 'dedicated', decompress: 'dedicated' } : false,
      maxPayloadLength: 1 << 26,
      backpressureLimit: 1 << 26,
      idleTimeout: 600,
      open(socket) {
        if (mode === 'broadcast') socket.subscribe('all');
      },
      message(socket, data) {
        if (mode === 'broadcast') server.publish('all', data);
        else socket.send(data, mode === 'deflate');
      },
    },
  });
  console.log(server.port);
}

if (role === 'serve') serve();
else runClient((url) => new WebSocket(url, { perMessageDeflate: false }), process.argv.slice(2));
