// Parley's Node binding beside npm's ws and undici: messages per second, and CPU nanoseconds per message of the
// process that is measured (the other end is another process, and only counts bytes). See the README beside it.
// usage: bench.mjs [ROUNDS]
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const rounds = Number(process.argv[2] ?? 3);
const path = (name) => fileURLToPath(new URL(name, import.meta.url));

const rows = [
  { name: 'client echo 64 B, 1 under way', role: 'client', mode: 'echo', size: 64, window: 1, subjects: ['parley', 'ws', 'undici'] },
  { name: 'client echo 64 B, 32 under way', role: 'client', mode: 'echo', size: 64, window: 32, subjects: ['parley', 'ws', 'undici'] },
  { name: 'client echo 64 KiB, 1 under way', role: 'client', mode: 'echo', size: 65536, window: 1, subjects: ['parley', 'ws', 'undici'] },
  { name: 'client echo 64 KiB, 8 under way', role: 'client', mode: 'echo', size: 65536, window: 8, subjects: ['parley', 'ws', 'undici'] },
  { name: 'receive only, 64 B', role: 'client', mode: 'receive', size: 64, window: 0, subjects: ['parley', 'ws', 'undici'] },
  { name: 'receive only, 64 KiB', role: 'client', mode: 'receive', size: 65536, window: 0, subjects: ['parley', 'ws', 'undici'] },
  { name: 'server echo 64 B, 16 clients', role: 'server', size: 64, window: 4, subjects: ['parley', 'ws'] },
  { name: 'server echo 64 KiB, 16 clients', role: 'server', size: 65536, window: 1, subjects: ['parley', 'ws'] },
];

function start(script, ...args) {
  const child = spawn(process.execPath, [path(script), ...args.map(String)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { line: async () => (await lines.next()).value, stop: () => child.stdin.end() };
}

async function measure({ role, mode, size, window }, subject) {
  if (role === 'client') {
    const peer = start('peer_server.mjs', mode === 'echo' ? 'echo' : 'flood', size);
    const measured = start('subject.mjs', 'client', subject, mode, await peer.line(), size, window);
    const result = JSON.parse(await measured.line());
    peer.stop();
    return result;
  }
  const measured = start('subject.mjs', 'server', subject);
  const peer = start('peer_client.mjs', await measured.line(), size, window, 16);
  const result = JSON.parse(await measured.line());
  peer.stop();
  return result;
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

console.log(`Node ${process.version}, ${rounds} rounds, medians`);
console.log('| what | who | messages/s | CPU ns/message |');
console.log('| - | - | -: | -: |');
for (const row of rows) {
  const results = new Map(row.subjects.map((subject) => [subject, []]));
  for (let round = 0; round < rounds; ++round) {
    for (const subject of row.subjects) results.get(subject).push(await measure(row, subject));
  }
  for (const [subject, all] of results) {
    const perSecond = Math.round(median(all.map((one) => one.perSecond)));
    const nanoseconds = Math.round(median(all.map((one) => one.nanoseconds)));
    console.log(`| ${row.name} | ${subject} | ${perSecond.toLocaleString('en')} | ${nanoseconds.toLocaleString('en')} |`);
  }
}
