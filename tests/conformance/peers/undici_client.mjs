// undici as a client of `parley check --serve`. usage: undici_client.mjs URL

import { createRequire } from 'node:module';

import { runCases } from './case_loop.mjs';

const { WebSocket } = createRequire(new URL('../../e2e/package.json', import.meta.url))('undici');

await runCases(WebSocket, process.argv[2].replace(/\/$/, ''), 'undici');
