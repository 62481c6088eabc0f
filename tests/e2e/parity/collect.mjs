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

async function runInTurn(entries, addresses) {
  const results = [];
  for (const [name, runIt] of entries) {
    const start = Date.now();
    results.push([name, await runIt(addresses)]);
    if (process.env.PARLEY_PARITY_TIMES) process.stderr.write(`${name}: ${Date.now() - start} ms\n`);
  }
  return results;
}

/** A Map from the implementation's name to { version, traces }. `only` names those that are wanted; by default all. */
export async function collect(only) {
  const parley = await serve(bin('parity_server'), [HERE]);
  const raw = await rawServer();
  const addresses = {
    server: `127.0.0.1:${parley.port}`, raw: `127.0.0.1:${raw.port}`, refused: `127.0.0.1:${await refusedPort()}`,
  };
  const wanted = Object.entries(implementations()).filter(([name]) => !only || only.includes(name));
  // undici spends its time waiting for deadlines: beside the others it costs none.
  const lanes = [wanted.filter(([name]) => name !== 'undici'), wanted.filter(([name]) => name === 'undici')];
  try {
    const results = await Promise.all(lanes.map((lane) => runInTurn(lane, addresses)));
    return new Map(results.flat());
  } finally {
    await raw.stop();
    await parley.stop();
  }
}
