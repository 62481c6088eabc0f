// A chat: `node example/chat.mjs`, then open http://localhost:9000/ in some windows.
import { createServer } from 'node:http';

import { WebSocketServer } from '../index.mjs';

const page = `<!doctype html><title>Chat</title><ul id=list></ul><form><input autofocus></form><script>
const socket = new WebSocket('/chat');
socket.onmessage = ({ data }) => list.append(Object.assign(document.createElement('li'), { textContent: data }));
document.forms[0].onsubmit = ({ target: [input] }) => { socket.send(input.value); input.value = ''; return false; };
</script>`;

const server = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end(page));
const chat = new WebSocketServer({ server, path: '/chat', compression: true });
let guests = 0;

chat.on('connection', (socket) => {
  const name = `Guest ${++guests}`;
  const tell = (text) => chat.clients.forEach((other) => other.send(text));
  tell(`${name} has come`);
  socket.onmessage = ({ data }) => tell(`${name}: ${data}`);
  socket.onclose = () => tell(`${name} has left`);
});

server.listen(process.env.PORT ?? 9000, 'localhost', () => console.log(`http://localhost:${server.address().port}/`));
