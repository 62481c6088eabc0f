// The browser's WebSocket, on Parley.
export { CloseEvent, MessageEvent } from './lib/events.mjs';
export { WebSocket, WebSocket as default } from './lib/websocket.mjs';
