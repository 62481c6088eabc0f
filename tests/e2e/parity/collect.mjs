// Runs every scenario in every implementation against one pair of servers.

import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

import { bin, serve } from '../peers.mjs';
import { implementations } from './implementations.mjs';
import { rawServer } from './raw_server.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** A port that is free, and at which nobody listens. */
async function refusedPort() {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address();
  await new Promise((resolve) => { server.close(resolve); });
  return port;
}

/** A Map from the implementation's name to { version, traces }. `only` names those that are wanted; by default all. */
export async function collect(only) {
  const parley = await serve(bin('parity_server'), [HERE]);
  const raw = await rawServer();
  const addresses = {
    server: `127.0.0.1:${parley.port}`, raw: `127.0.0.1:${raw.port}`, refused: `127.0.0.1:${await refusedPort()}`,
  };
  try {
    const results = new Map();
    for (const [name, runIt] of Object.entries(implementations())) {
      if (only && !only.includes(name)) continue;
      const start = Date.now();
      results.set(name, await runIt(addresses));
      if (process.env.PARLEY_PARITY_TIMES) process.stderr.write(`${name}: ${Date.now() - start} ms\n`);
    }
    return results;
  } finally {
    await raw.stop();
    await parley.stop();
  }
}
