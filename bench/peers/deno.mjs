// Deno under test, both ends. Its server does not compress.
import { runClient } from './whatwg_client.mjs';

const [role, mode] = Deno.args;

function serve() {
  const sockets = new Set();
  Deno.serve({
    port: 0,
    hostname: '127.0.0.1',
    onListen: ({ port }) => console.log(port),
  }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
    socket.binaryType = 'arraybuffer';
    sockets.add(socket);
    socket.onclose = () => sockets.delete(socket);
    socket.onmessage = (event) => {
      if (mode !== 'broadcast') return socket.send(event.data);
      for (const each of sockets) each.send(event.data);
    };
    return response;
  });
}

if (role === 'serve') serve();
else runClient((url) => new WebSocket(url), Deno.args);
