// What is measured, in a process of its own; prints one line of JSON.
// usage: subject.mjs client parley|ws|undici echo|receive PORT SIZE WINDOW
//        subject.mjs server parley|ws
import { createRequire } from 'node:module';

const [role, name, ...rest] = process.argv.slice(2);
const kWarmUp = 1000;
const kMeasure = Number(process.env.PARLEY_BENCH_MS ?? 3000);
const require = createRequire(new URL('../../bindings/node/index.mjs', import.meta.url));
const parley = () => import('../../bindings/node/index.mjs');
let count = 0;

function measure() {
  setTimeout(() => {
    const [before, start, cpu] = [count, process.hrtime.bigint(), process.cpuUsage()];
    setTimeout(() => {
      const seconds = Number(process.hrtime.bigint() - start) / 1e9;
      const { user, system } = process.cpuUsage(cpu);
      const messages = count - before;
      console.log(JSON.stringify({ perSecond: messages / seconds, nanoseconds: ((user + system) * 1000) / messages }));
      process.exit();
    }, kMeasure);
  }, kWarmUp);
}

async function client(mode, port, size, window) {
  const url = `ws://127.0.0.1:${port}/`;
  const message = 'x'.repeat(size);
  const isEcho = mode === 'echo';
  if (name === 'ws') {
    const { WebSocket } = require('ws');
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.on('open', () => { for (let i = 0; isEcho && i < window; ++i) socket.send(message); });
    socket.on('message', (data) => {
      count += data.length === size;
      if (isEcho) socket.send(message);
    });
  } else {
    const { WebSocket } = name === 'parley' ? await parley() : require('undici');
    const socket = name === 'parley' ? new WebSocket(url, [], { compression: false }) : new WebSocket(url);
    socket.onopen = () => { for (let i = 0; isEcho && i < window; ++i) socket.send(message); };
    socket.onmessage = ({ data }) => {
      count += data.length === size;
      if (isEcho) socket.send(message);
    };
  }
  measure();
}

async function server() {
  const { WebSocketServer } = name === 'parley' ? await parley() : require('ws');
  const made = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  made.on('connection', (socket) => socket.on('message', (data, isBinary) => {
    ++count;
    socket.send(data, { binary: isBinary });
  }));
  made.on('listening', () => console.log(made.address().port));
  measure();
}

if (role === 'client') await client(rest[0], Number(rest[1]), Number(rest[2]), Number(rest[3]));
else await server();
