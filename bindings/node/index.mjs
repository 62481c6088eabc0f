// The browser's WebSocket, on Parley.
export { CloseEvent, MessageEvent } from './lib/events.mjs';
export { WebSocket, WebSocket as default } from './lib/websocket.mjs';
export { WebSocketError } from './lib/websocket_error.mjs';
export { WebSocketStream } from './lib/websocket_stream.mjs';
export { WebSocketServer } from './lib/websocket_server.mjs';
