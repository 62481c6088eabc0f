// The page's side of the room: the browser's own WebSocket, in the sub-protocol that the C++ clients speak.
'use strict';

const name = new URLSearchParams(location.search).get('name') ?? 'browser';
const socket = new WebSocket(new URL('/chat', location.href), 'chat.v1');
const state = document.getElementById('state');
const messages = document.getElementById('messages');

function show(text) {
  const item = document.createElement('li');
  item.textContent = text;
  if (text.startsWith('* ')) item.className = 'notice';
  if (text.startsWith(name + ': ')) item.className = 'mine';
  messages.append(item);
  item.scrollIntoView();
}

socket.onopen = () => { state.textContent = `connected, ${socket.protocol}`; };
socket.onmessage = (event) => show(event.data);
socket.onclose = (event) => { state.textContent = `closed (${event.code})`; };

document.getElementById('form').addEventListener('submit', (event) => {
  event.preventDefault();
  const input = document.getElementById('text');
  if (input.value !== '' && socket.readyState === WebSocket.OPEN) socket.send(`${name}: ${input.value}`);
  input.value = '';
});
