// npm undici under test: the WebSocket of Node.js.
import { WebSocket } from 'undici';
import { runClient } from './whatwg_client.mjs';

runClient((url) => new WebSocket(url), process.argv.slice(2));
