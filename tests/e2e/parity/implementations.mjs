// The implementations that run the scenarios: two browsers, and two modules of Node.

import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';

import { run } from '../peers.mjs';
import { groups } from './groups.mjs';

const RUNNER = fileURLToPath(new URL('node_runner.mjs', import.meta.url));
const BINDING = new URL('../../../bindings/node/index.mjs', import.meta.url).href;

const BROWSERS = {
  Chromium: {
    browser: 'chrome', executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
  },
  Firefox: {
    browser: 'firefox', executablePath: '/usr/bin/firefox-esr', args: [],
    // It delays the next connection to a server that has refused one; here hundreds do, on purpose.
    extraPrefsFirefox: { 'network.websocket.delay-failed-reconnects': false },
  },
};

// How long a scenario may take, milliseconds. undici leaves out the close event where a handshake fails, and is cut short often.
const PATIENT = { deadline: 4000, again: true };
const IMPATIENT = { deadline: 500 };

/** Runs every group in a page of the browser: { version, traces } with a Map from group to [name, trace] of each scenario. */
async function inBrowser(options, addresses) {
  const browser = await puppeteer.launch({ headless: true, protocolTimeout: 170_000, ...options });
  try {
    const page = await browser.newPage();
    await page.goto(`http://${addresses.server}/page.html`);
    await page.waitForFunction(() => window.runGroup !== undefined, { polling: 50 });
    const traces = new Map();
    for (const [group] of groups) {
      traces.set(group, await page.evaluate((name, where) => window.runGroup(name, where), group, addresses));
    }
    return { version: await browser.version(), traces };
  } finally {
    await browser.close();
  }
}

/** The same in Node, in a process for each group: one that crashes takes only its group with it. */
async function inNode(module, version, addresses) {
  const traces = new Map();
  for (const [group] of groups) {
    const { status, stdout, stderr } = await run(process.execPath, [RUNNER, group, module, JSON.stringify(addresses)]);
    traces.set(group, status === 0 ? JSON.parse(stdout) : []);
    if (status !== 0) process.stderr.write(`${module}: the process for ${group} ended with ${status}\n${stderr}`);
  }
  return { version, traces };
}

const undiciVersion = createRequire(import.meta.url)('undici/package.json').version;

/**
 * By name, in the order of docs/parity.md; each runs all groups. PARLEY_PARITY_BINDING in the environment is the path of another build
 * of our module, or "off" to leave it out.
 */
export function implementations() {
  const binding = process.env.PARLEY_PARITY_BINDING ?? BINDING;
  return {
    ...(binding === 'off' ? {} : { Parley: (addresses) => inNode(binding, '', { ...addresses, ...PATIENT }) }),
    ...Object.fromEntries(Object.entries(BROWSERS).map(
      ([name, options]) => [name, (addresses) => inBrowser(options, { ...addresses, ...PATIENT })])),
    undici: (addresses) => inNode('undici', `undici/${undiciVersion}`, { ...addresses, ...IMPATIENT }),
  };
}
