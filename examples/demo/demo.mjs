// Starts the chat server with its page, joins a Parley client and a headless Chromium, lets them talk, prints the conversation as
// it happens and saves a screenshot. With --stay it only keeps the server up and says where.

import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const binaries = 'build/release/bin';
const patience = 60_000;  // milliseconds that any one step may take

function say(who, text) {
  console.log(`${who.padEnd(8)} ${text}`);
}

/** Starts a program; `next(test)` resolves to the next line of its output that passes the test. */
function start(program, args) {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = [];
  const waiting = [];
  const check = () => {
    for (const entry of [...waiting]) {
      const index = lines.findIndex(entry.test);
      if (index < 0) continue;
      waiting.splice(waiting.indexOf(entry), 1);
      clearTimeout(entry.timer);
      entry.resolve(lines.splice(index, 1)[0]);
    }
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    child.onLine?.(line);
    lines.push(line);
    check();
  });
  const exited = new Promise((resolve) => child.on('exit', (code, signal) => resolve(code ?? signal)));
  child.on('error', (error) => fail(`${program}: ${error.message}`));
  const next = (test) => new Promise((resolve) => {
    const timer = setTimeout(() => fail(`${program} did not say what was awaited`), patience);
    waiting.push({ test, resolve, timer });
    check();
  });
  return { child, next, exited };
}

const children = [];
function fail(reason) {
  console.error(`demo: ${reason}`);
  for (const child of children) child.kill();
  process.exit(1);
}

async function openBrowser(url) {
  const require = createRequire(new URL('../../tests/e2e/package.json', import.meta.url));
  const { default: puppeteer } = await import(require.resolve('puppeteer-core'));
  const browser = await puppeteer.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
  });
  const page = await browser.newPage();
  page.setDefaultTimeout(patience);
  await page.setViewport({ width: 720, height: 480 });
  await page.goto(url);
  return { browser, page };
}

const sees = (page, text) => page.waitForFunction(
  (wanted) => document.getElementById('messages').textContent.includes(wanted), {}, text);

async function main(stay) {
  const server = start(`${binaries}/example_chat_server`, [stay ? '9000' : '0', 'examples/demo/page']);
  children.push(server.child);
  void server.exited.then((code) => { if (!finished) fail(`the server ended with ${code}`); });
  const address = /http:\S+/.exec(await server.next((line) => line.includes('http://')))[0];
  say('server', `listens at ${address}`);
  if (stay) {
    say('', `open ${address} in a browser; Ctrl+C ends it`);
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => { finished = true; server.child.kill(); process.exit(0); });
    return;
  }

  const chat = `${address.replace('http:', 'ws:')}chat`;
  const client = start(`${binaries}/parley`, ['connect', chat, '--protocol', 'chat.v1', '--linger', '60000']);
  children.push(client.child);
  client.child.onLine = (line) => say('C++', `<- ${line}`);
  await client.next((line) => line.includes('1 in the room'));

  const { browser, page } = await openBrowser(`${address}?name=browser`);
  say('browser', `${await browser.version()}, ${await page.$eval('#state', (state) => state.textContent)}`);
  await client.next((line) => line.includes('2 in the room'));

  const greeting = 'C++: Hello, browser. This is Parley.';
  say('C++', `-> ${greeting}`);
  client.child.stdin.write(`${greeting}\n`);
  await sees(page, greeting);
  say('browser', `<- ${greeting}`);

  const answer = 'Hello, C++. Same WebSocket here.';
  say('browser', `-> browser: ${answer}`);
  await page.type('#text', answer);
  await page.keyboard.press('Enter');
  await client.next((line) => line.includes(answer));
  await sees(page, answer);

  mkdirSync('build/demo', { recursive: true });
  await page.screenshot({ path: 'build/demo/screenshot.png' });
  const state = await page.$eval('#state', (element) => element.textContent);
  if (!state.includes('chat.v1')) fail(`the browser speaks no sub-protocol: ${state}`);
  say('', 'screenshot: build/demo/screenshot.png');

  await browser.close();
  await client.next((line) => line.includes('1 in the room'));
  finished = true;
  client.child.kill('SIGTERM');  // it closes with 1001 and ends
  await client.exited;
  server.child.kill('SIGTERM');
  await server.exited;
  say('', 'both saw what the other said');
}

let finished = false;
const args = process.argv.slice(2);
if (args.some((arg) => arg !== '--stay')) {
  console.error('usage: ./dev demo [--stay]');
  process.exit(2);
}
await main(args.includes('--stay')).catch((error) => fail(error.message));
