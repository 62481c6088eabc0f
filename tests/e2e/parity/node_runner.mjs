// In a Node process of its own: runs the scenarios of one group with the classes of a module.
//
// usage: node_runner.mjs GROUP MODULE ADDRESSES      ADDRESSES as JSON; prints the traces as JSON

import { runAll } from './recorder.mjs';

const [group, module, json] = process.argv.slice(2);
const addresses = JSON.parse(json);

// The page's address, which relative URLs are resolved against.
globalThis.location = new URL(`http://${addresses.server}/page.html`);
const { WebSocket, CloseEvent, MessageEvent, setGlobalOrigin } = await import(module);
setGlobalOrigin?.(globalThis.location);

let tell = () => {};
let current = '';
process.on('uncaughtException', (error) => tell(error));
process.on('unhandledRejection', (error) => process.stderr.write(`unhandled in "${current}": ${error?.stack}\n`));

function onReported(listener) {
  tell = listener;
  return () => { tell = () => {}; };
}

const { scenarios } = await import(`./scenarios/${group}.mjs`);
const traces = await runAll(scenarios, { ...addresses, WebSocket, CloseEvent, MessageEvent, onReported }, (name) => { current = name; });
process.stdout.write(JSON.stringify(traces), () => process.exit());
