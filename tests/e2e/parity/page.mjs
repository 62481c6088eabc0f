// In a browser: runs the scenarios of one group with the page's own classes. The harness calls window.runGroup().

import { runAll } from './recorder.mjs';

function onReported(tell) {
  const listener = (event) => {
    event.preventDefault();
    tell(event.error);
  };
  window.addEventListener('error', listener);
  return () => window.removeEventListener('error', listener);
}

/**
 * Chromium slows a page down whose connections fail more often than they succeed, and the scenarios' do. Some good ones before
 * each group make up for it.
 */
async function makeUp(server) {
  for (let i = 0; i < 8; ++i) {
    await Promise.all(Array.from({ length: 5 }, () => new Promise((resolve) => {
      new WebSocket(`ws://${server}/close`).onclose = resolve;
    })));
  }
}

window.runGroup = async (group, addresses) => {
  const { scenarios } = await import(`./scenarios/${group}.mjs`);
  await makeUp(addresses.server);
  const environment = { ...addresses, WebSocket, CloseEvent, MessageEvent, onReported };
  return runAll(scenarios, environment);
};
