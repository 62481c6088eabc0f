// Every example runs and prints what it promises.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WebSocket } from 'ws';

import { bin, parleyServer, run, serve } from './peers.mjs';

const output = {
  sub_protocols: ['selected prices.v2', 'you get prices.v2'],
  send_from_thread: ['number 1', 'number 2', 'number 3', 'closed with 1000'],
  foreign_loop: ['driven by epoll'],
  memory_pair: ['answer 42, then 1006'],
};
for (const [example, expected] of Object.entries(output)) {
  test(`${example} prints what it promises`, async () => {
    const { status, stdout, stderr } = await run(bin(`example_${example}`));
    assert.deepEqual(stdout.trim().split('\n'), expected, stderr);
    assert.equal(status, 0);
  });
}

test('client says hello to an echo server', async () => {
  const server = await parleyServer();
  const { status, lines } = await run(bin('example_client'), [`ws://127.0.0.1:${server.port}/echo`]);
  await server.stop();
  assert.deepEqual(lines, ['hello', 'closed with 1000']);
  assert.equal(status, 0);
});

test('chat_server tells everyone what one says', async () => {
  const server = await serve(bin('example_chat_server'), ['0']);
  const join = async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/chat`, 'chat.v1');
    const heard = [];
    socket.waitFor = (text) => new Promise((resolve) => {
      const check = () => { if (heard.includes(text)) resolve(); };
      socket.on('message', (data) => { heard.push(data.toString()); check(); });
      check();
    });
    return socket;
  };
  const first = await join();
  await first.waitFor('* 1 in the room');
  const second = await join();
  await second.waitFor('* 2 in the room');
  const heard = first.waitFor('hello all');
  second.send('hello all');
  await heard;
  first.close();
  second.close();
  await server.stop();
});
