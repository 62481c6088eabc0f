import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { WebSocket } from '../index.mjs';
import { accepted, event, frame, nothing, opened, thrownBy, until, withPeer, withRaw } from './peers.mjs';

/** Everything that a socket tells, in order. */
function traceOf(socket) {
  const trace = [];
  socket.onopen = () => trace.push(`open ${socket.readyState}`);
  socket.onerror = () => trace.push(`error ${socket.readyState}`);
  socket.onclose = ({ code, reason, wasClean }) => trace.push(`close ${socket.readyState} ${code} ${reason} ${wasClean}`);
  return trace;
}
async function ended(socket) {
  const trace = traceOf(socket);
  await event(socket, 'close');
  return trace;
}

describe('close()', () => {
  it('clamps the code and judges it', () => withPeer(nothing, async (url) => {
    const socket = await opened(new WebSocket(url));
    for (const code of [0, 500, 999, 1001, 1005, 1006, 1015, 2999, 5000, -1, NaN, 'x', null, {}, Infinity, 65536 + 1000, 2999.4, 1000.6, 4999.6]) {
      assert.equal(thrownBy(() => socket.close(code)), 'InvalidAccessError', String(code));
    }
    assert.throws(() => socket.close(1000n), TypeError);
    assert.throws(() => socket.close(Symbol()), TypeError);
    assert.equal(socket.readyState, WebSocket.OPEN);
    socket.close(1000.4);
    assert.equal(socket.readyState, WebSocket.CLOSING);
  }));

  it('judges the reason in bytes, and in any state', () => withPeer(nothing, async (url) => {
    const socket = new WebSocket(url);
    assert.equal(thrownBy(() => socket.close(1000, 'x'.repeat(124))), 'SyntaxError');
    await opened(socket);
    assert.equal(thrownBy(() => socket.close(1000, '\u20ac'.repeat(42))), 'SyntaxError');
    assert.equal(thrownBy(() => socket.close(1000, '\ud800'.repeat(42))), 'SyntaxError');
    assert.equal(thrownBy(() => socket.close(1001, 'x'.repeat(124))), 'InvalidAccessError');
    socket.close(1000, 'x'.repeat(123));
    const { reason } = await event(socket, 'close');
    assert.equal(reason.length, 123);
    assert.equal(thrownBy(() => socket.close(1001)), 'InvalidAccessError');
    assert.equal(thrownBy(() => socket.close(1000, 'x'.repeat(124))), 'SyntaxError');
    assert.equal(thrownBy(() => socket.close(1000)), undefined);
  }));

  for (const [given, sent] of [[[], [1005, '']], [[1000], [1000, '']], [[undefined], [1005, '']], [[3000, 'bye'], [3000, 'bye']],
    [[4999, 'a\ud800'], [4999, 'a\ufffd']], [[undefined, 'why'], [1000, 'why']], [[3000, undefined], [3000, '']]]) {
    it(`sends ${JSON.stringify(sent)} for ${JSON.stringify(given)}`, async () => {
      let got;
      await withPeer((peer) => peer.on('close', (code, reason) => { got = [code, reason.toString()]; }), async (url) => {
        const socket = await opened(new WebSocket(url));
        socket.close(...given);
        assert.deepEqual(await ended(socket), [`close 3 ${sent[0]} ${sent[1]} true`]);
        await until(() => got);
        assert.deepEqual(got, sent);
      });
    });
  }

  it('while CONNECTING fails the connection, later', () => withPeer(nothing, async (url) => {
    const socket = new WebSocket(url);
    const trace = traceOf(socket);
    socket.close();
    assert.equal(socket.readyState, WebSocket.CLOSING);
    assert.deepEqual(trace, []);
    await event(socket, 'close');
    assert.deepEqual(trace, ['error 3', 'close 3 1006  false']);
  }));
});

describe('the end of a connection', () => {
  for (const [code, reason] of [[1000, 'bye'], [1001, ''], [1011, 'oops'], [3333, '\u20ac'], [4999, '']]) {
    it(`by the peer with ${code} is clean`, () => withPeer((peer) => peer.close(code, reason), async (url) => {
      assert.deepEqual(await ended(new WebSocket(url)), ['open 1', `close 3 ${code} ${reason} true`]);
    }));
  }

  it('by the peer without a code is 1005', () => withPeer((peer) => peer.close(), async (url) => {
    assert.deepEqual(await ended(new WebSocket(url)), ['open 1', 'close 3 1005  true']);
  }));

  it('by a cut is 1006, with an error', () => withPeer((peer) => peer.terminate(), async (url) => {
    const socket = new WebSocket(url);
    assert.deepEqual(await ended(socket), ['open 1', 'error 3', 'close 3 1006  false']);
    assert.equal(socket.failure.stage, 'open');
    assert.equal(socket.failure.closedFirst, 'remote');
  }));

  for (const [what, bytes] of [
    ['a reserved opcode', frame(3)], ['text that is not UTF-8', frame(1, Buffer.from([0xff]))],
    ['a Close frame of one byte', frame(8, 'x')], ['Close 1005', frame(8, Buffer.from([0x03, 0xed]))],
  ]) {
    it(`by ${what} is 1006, with an error`, () => withRaw((socket, { accept }) => {
      socket.write(Buffer.concat([Buffer.from(accepted(accept)), bytes]));
    }, async (url) => {
      assert.deepEqual(await ended(new WebSocket(url)), ['open 1', 'error 3', 'close 3 1006  false']);
    }));
  }

  for (const [what, answer] of [
    ['status 200', () => 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'],
    ['a redirect', () => 'HTTP/1.1 301 Moved\r\nLocation: /\r\nContent-Length: 0\r\n\r\n'],
    ['a wrong key', () => accepted('AAAAAAAAAAAAAAAAAAAAAAAAAAA=')],
    ['a protocol that was not asked for', (accept) => accepted(accept, 'Sec-WebSocket-Protocol: x\r\n')],
    ['nothing that is HTTP', () => 'SSH-2.0\r\n\r\n'],
  ]) {
    it(`before it began, by ${what}, is all the same`, () => withRaw((socket, { accept }) => socket.end(answer(accept)), async (url) => {
      const socket = new WebSocket(url);
      assert.deepEqual(await ended(socket), ['error 3', 'close 3 1006  false']);
      assert.equal(socket.failure.stage, 'handshake');
      if (what === 'status 200') assert.deepEqual([socket.failure.httpStatus, socket.failure.httpBody], [200, 'hi']);
    }));
  }

  it('before it began, by a port where nobody listens', async () => {
    const socket = new WebSocket('ws://127.0.0.1:3');
    assert.deepEqual(await ended(socket), ['error 3', 'close 3 1006  false']);
    assert.equal(socket.failure.attempts[0].address, '127.0.0.1:3');
  });
});
