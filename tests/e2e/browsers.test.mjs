// Headless Chromium and Firefox as clients of our server: the events that a real page sees.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import puppeteer from 'puppeteer-core';

import { parleyServer } from './peers.mjs';

const browsers = {
  chrome: {
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
  },
  firefox: { executablePath: '/usr/bin/firefox-esr', args: [] },
};

let server;
let directory;
before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'parley-'));
  writeFileSync(join(directory, 'page.html'), '<!doctype html><title>test</title>');
  server = await parleyServer(directory);
});
after(async () => {
  await server.stop();
  rmSync(directory, { recursive: true });
});

/** In the page: opens `path`, sends each message when open, lists every event; closes after as many messages as it sent. */
function traceInPage(path, protocols, sends, closeArguments) {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://${location.host}${path}`, protocols);
    socket.binaryType = 'arraybuffer';
    const trace = [];
    let received = 0;
    socket.onopen = () => {
      trace.push(['open', socket.protocol, socket.extensions, socket.readyState]);
      for (const text of sends) socket.send(typeof text === 'number' ? new Uint8Array(text).fill(7) : text);
      if (sends.length === 0 && closeArguments) socket.close(...closeArguments);
    };
    socket.onmessage = ({ data, origin }) => {
      const summary = typeof data === 'string' ? data : `${data.byteLength} bytes of ${new Set(new Uint8Array(data)).size} values`;
      trace.push(['message', summary, origin === `ws://${location.host}`]);
      if (++received === sends.length && closeArguments) socket.close(...closeArguments);
    };
    socket.onerror = () => trace.push(['error', socket.readyState]);
    socket.onclose = ({ code, reason, wasClean }) => {
      trace.push(['close', code, reason, wasClean, socket.readyState]);
      resolve(trace);
    };
  });
}

for (const [name, options] of Object.entries(browsers)) {
  describe(name, () => {
    let browser;
    let page;
    before(async () => {
      browser = await puppeteer.launch({ browser: name, headless: true, ...options });
      page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${server.port}/page.html`);
    });
    after(() => browser?.close());
    const trace = (path, { protocols = [], sends = [], close } = {}) => page.evaluate(traceInPage, path, protocols, sends, close);

    test('text and binary of every length class come back; the page closes with a code', async () => {
      const sends = ['hello', '', 'gr\u00fc\u00df \u{1f600}', 0, 125, 126, 65535, 65536, 2_000_000];
      assert.deepEqual(await trace('/echo', { sends, close: [3002, 'page'] }), [
        ['open', '', '', 1], ['message', 'hello', true], ['message', '', true], ['message', 'gr\u00fc\u00df \u{1f600}', true],
        ['message', '0 bytes of 0 values', true],
        ...[125, 126, 65535, 65536, 2_000_000].map((size) => ['message', `${size} bytes of 1 values`, true]),
        ['close', 3002, 'page', true, 3]]);
    });

    test('messages are compressed where the server accepts it', async () => {
      const long = 'gr\u00fc\u00df \u{1f600} '.repeat(20_000);
      for (const path of ['/deflate', '/deflate/alone', '/deflate/small']) {
        const sends = ['hello', '', 'hello hello hello '.repeat(20), long, 126, 65536, 2_000_000, 'hello hello hello '.repeat(20)];
        const [open, ...events] = await trace(path, { sends, close: [3002, 'page'] });
        assert.match(open[2], /^permessage-deflate/);
        assert.deepEqual(events, [
          ...sends.map((text) => ['message', typeof text === 'number' ? `${text} bytes of 1 values` : text, true]),
          ['close', 3002, 'page', true, 3]]);
      }
    });

    test('the sub-protocol is the server\'s choice', async () => {
      const [open] = await trace('/echo', { protocols: ['chat.v1', 'chat.v2'], close: [] });
      assert.equal(open[1], 'chat.v2');
    });

    test('a sub-protocol that the server does not speak', async () => {
      // The standard says to fail (WebSockets section 2, establish a connection); Firefox goes on without one.
      const expected = name === 'firefox' ? [['open', '', '', 1], ['close', 1005, '', true, 3]]
        : [['error', 3], ['close', 1006, '', false, 3]];
      assert.deepEqual(await trace('/echo', { protocols: ['other'], close: [] }), expected);
    });

    test('the server closes with a code, with none, and cuts', async () => {
      assert.deepEqual((await trace('/close/4000/bye')).at(-1), ['close', 4000, 'bye', true, 3]);
      assert.deepEqual((await trace('/close')).at(-1), ['close', 1005, '', true, 3]);
      assert.deepEqual((await trace('/cut')).at(-1), ['close', 1006, '', false, 3]);
    });

    test('a thousand messages arrive in order before the close', async () => {
      const events = await trace('/burst');
      assert.deepEqual(events.slice(1, -1).map(([, text]) => Number(text)), Array.from({ length: 1000 }, (_, i) => i));
      assert.deepEqual(events.at(-1), ['close', 1000, 'all sent', true, 3]);
    });

    test('refused and late handshakes', async () => {
      assert.deepEqual(await trace('/refused'), [['error', 3], ['close', 1006, '', false, 3]]);
      const late = await page.evaluate((path) => new Promise((resolve) => {
        const socket = new WebSocket(`ws://${location.host}${path}`);
        socket.onmessage = ({ data }) => { socket.close(); resolve(data); };
      }), '/later');
      assert.equal(late, 'accepted later');
    });

    test('a page of another origin is kept out', async () => {
      const stranger = await browser.newPage();
      await stranger.goto('about:blank');
      const events = await stranger.evaluate((port) => new Promise((resolve) => {
        const seen = [];
        const socket = new WebSocket(`ws://127.0.0.1:${port}/echo`);
        socket.onopen = () => seen.push('open');
        socket.onerror = () => seen.push('error');
        socket.onclose = () => resolve(seen);
      }), server.port);
      assert.deepEqual(events, ['error']);
      await stranger.close();
    });

    test('the server sees the page\'s close', async () => {
      await trace('/watched', { close: [3003, 'seen'] });
      const seen = await page.evaluate(() => fetch('/last-close').then((answer) => answer.text()));
      assert.equal(seen, '3003 seen clean');
    });

    test('a page that is closed sends 1001', async () => {
      const leaving = await browser.newPage();
      await leaving.goto(`http://127.0.0.1:${server.port}/page.html`);
      await leaving.evaluate(() => new Promise((resolve) => {
        window.socket = new WebSocket(`ws://${location.host}/watched`);
        window.socket.onopen = resolve;
      }));
      await leaving.close();  // leaving for another page would keep it, socket and all, in the back-forward cache
      // Polled by time, not by frames: a page in the background draws none.
      await page.waitForFunction(() => fetch('/last-close').then((answer) => answer.text()).then((text) => text.startsWith('1001')),
        { polling: 50, timeout: 20_000 });
    });
  });
}
