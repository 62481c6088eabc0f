import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { WebSocket } from '../index.mjs';
import { event, opened, withPeer } from './peers.mjs';

const idle = () => new WebSocket('ws://127.0.0.1:1/');

describe('event handler attributes', () => {
  it('take functions and other objects, and null for the rest', () => {
    const socket = idle();
    for (const name of ['onopen', 'onmessage', 'onerror', 'onclose']) {
      assert.equal(socket[name], null);
      for (const value of [() => {}, {}, { handleEvent() {} }, class {}]) {
        socket[name] = value;
        assert.equal(socket[name], value);
      }
      for (const value of [1, 'x', undefined, Symbol(), true]) {
        socket[name] = value;
        assert.equal(socket[name], null);
      }
    }
  });

  it('are called with the socket as this; objects are not called', () => {
    const socket = idle();
    const seen = [];
    socket.onmessage = function (message) { seen.push(this === socket, message.type); };
    socket.dispatchEvent(new Event('message'));
    socket.onmessage = { handleEvent() { seen.push('never'); } };
    socket.dispatchEvent(new Event('message'));
    assert.deepEqual(seen, [true, 'message']);
  });

  it('keep the place of their first value among the listeners', () => {
    const socket = idle();
    const seen = [];
    const add = (name) => socket.addEventListener('open', () => seen.push(name));
    add('first');
    socket.onopen = () => seen.push('handler');
    add('last');
    socket.onopen = () => seen.push('other handler');
    socket.dispatchEvent(new Event('open'));
    assert.deepEqual(seen.splice(0), ['first', 'other handler', 'last']);
    socket.onopen = null;
    socket.dispatchEvent(new Event('open'));
    assert.deepEqual(seen.splice(0), ['first', 'last']);
    socket.onopen = () => seen.push('again');
    socket.dispatchEvent(new Event('open'));
    assert.deepEqual(seen, ['first', 'last', 'again']);
  });

  it('prevent the default by returning false', () => {
    const socket = idle();
    socket.onclose = () => false;
    assert.equal(socket.dispatchEvent(new Event('close', { cancelable: true })), false);
    socket.onclose = () => 0;
    assert.equal(socket.dispatchEvent(new Event('close', { cancelable: true })), true);
  });
});

describe('listeners', () => {
  it('are those of the runtime: once, signal, removal during dispatch', () => withPeer((peer) => {
    for (let i = 0; i < 3; ++i) peer.send(`${i}`);
    peer.close();
  }, async (url) => {
    const socket = new WebSocket(url);
    const seen = [];
    const controller = new AbortController();
    const second = () => seen.push('second');
    socket.addEventListener('message', () => seen.push('once'), { once: true });
    socket.addEventListener('message', ({ data }) => {
      seen.push(data);
      if (data === '1') controller.abort();
      if (data === '2') socket.removeEventListener('message', second);
    });
    socket.addEventListener('message', () => seen.push('signal'), { signal: controller.signal });
    socket.addEventListener('message', second);
    socket.addEventListener('message', second);
    socket.addEventListener('message', { handleEvent: () => seen.push('object') });
    socket.addEventListener('message', null);
    await event(socket, 'close');
    assert.deepEqual(seen, ['once', '0', 'signal', 'second', 'object', '1', 'second', 'object', '2', 'object']);
  }));

  it('that throw are reported, and stop neither the others nor the next event', () => withPeer((peer) => {
    peer.send('a');
    peer.send('b');
  }, async (url) => {
    const socket = new WebSocket(url);
    const seen = [];
    const uncaught = [];
    const previous = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => uncaught.push(error.message));
    try {
      socket.onmessage = ({ data }) => { throw new Error(`thrown ${data}`); };
      socket.addEventListener('message', ({ data }) => seen.push(data));
      await opened(socket);
      while (seen.length < 2) await event(socket, 'message');
      await new Promise(setImmediate);
      assert.deepEqual(seen, ['a', 'b']);
      assert.deepEqual(uncaught, ['thrown a', 'thrown b']);
    } finally {
      process.removeAllListeners('uncaughtException');
      previous.forEach((listener) => process.on('uncaughtException', listener));
    }
  }));

  it('added in the task of the constructor never miss open', () => withPeer(() => {}, async (url) => {
    const socket = new WebSocket(url);
    await Promise.resolve();
    await new Promise((resolve) => queueMicrotask(resolve));
    await opened(socket);
    assert.equal(socket.readyState, WebSocket.OPEN);
  }));

  it('get trusted events, and untrusted ones that are made here', () => withPeer(() => {}, async (url) => {
    const socket = new WebSocket(url);
    const trusted = await event(socket, 'open');
    assert.deepEqual([trusted.isTrusted, trusted.target === socket, trusted.constructor], [true, true, Event]);
    const made = new Event('open');
    socket.dispatchEvent(made);
    assert.equal(made.isTrusted, false);
    assert.throws(() => socket.dispatchEvent({}), TypeError);
  }));
});
