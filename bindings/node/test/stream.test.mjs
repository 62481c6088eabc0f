import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { WebSocketError, WebSocketStream } from '../index.mjs';
import { accepted, echo, nothing, until, withPeer, withRaw } from './peers.mjs';

async function withStream(connected, body, options = {}) {
  await withPeer(connected, async (url, server) => {
    const stream = new WebSocketStream(url);
    const { readable, writable, ...rest } = await stream.opened;
    await body({ stream, readable, writable, reader: readable.getReader(), writer: writable.getWriter(), server, ...rest });
  }, options);
}
const closing = { name: 'InvalidStateError' };

describe('the constructor', () => {
  it('judges the URL and the options', () => {
    const make = (...values) => () => new WebSocketStream(...values);
    assert.throws(make('ftp://x'), { name: 'SyntaxError' });
    assert.throws(make('ws://127.0.0.1:1/#'), { name: 'SyntaxError' });
    assert.throws(make('ws://127.0.0.1:1/', { protocols: 'a' }), TypeError);
    assert.throws(make('ws://127.0.0.1:1/', { protocols: ['a', 'a'] }), { name: 'SyntaxError' });
    assert.throws(make('ws://127.0.0.1:1/', { signal: {} }), TypeError);
    assert.throws(make('ws://127.0.0.1:1/', 1), TypeError);
    assert.equal(make('http://127.0.0.1:1')().url, 'ws://127.0.0.1:1/');
  });

  it('does not connect with a signal that is aborted', async () => {
    await withPeer(() => assert.fail('connected'), async (url) => {
      const reason = new Error('mine');
      const stream = new WebSocketStream(url, { signal: AbortSignal.abort(reason) });
      assert.equal(stream.url, url);
      await assert.rejects(stream.opened, reason);
      await assert.rejects(stream.closed, reason);
      assert.throws(() => new WebSocketStream('x', { signal: AbortSignal.abort() }), { name: 'SyntaxError' });
    });
  });

  it('gives up when the signal is aborted, until it is open', async () => {
    await withPeer(nothing, async (url) => {
      const controller = new AbortController();
      const stream = new WebSocketStream(url, { signal: controller.signal });
      controller.abort('why');
      await assert.rejects(stream.opened, (reason) => reason === 'why');
      await assert.rejects(stream.closed, (reason) => reason === 'why');
      const late = new AbortController();
      const open = new WebSocketStream(url, { signal: late.signal });
      await open.opened;
      late.abort();
      open.close();
      assert.deepEqual(await open.closed, { closeCode: 1005, reason: '' });
    });
  });

  it('tells of a failure without a code, and leaves nothing unhandled', async () => {
    const stream = new WebSocketStream('ws://127.0.0.1:3/');
    await assert.rejects(stream.opened, (error) => error instanceof WebSocketError && error.closeCode === null && error.reason === '');
    await assert.rejects(stream.closed, WebSocketError);
    void new WebSocketStream('ws://127.0.0.1:3/'); // an unhandled rejection would end this process
    await new Promise((resolve) => setTimeout(resolve, 50));
  });

  it('says what was agreed on', async () => {
    await withPeer(nothing, async (url) => {
      const stream = new WebSocketStream(url, { protocols: ['one', 'two'] });
      const opened = await stream.opened;
      assert.deepEqual(Object.keys(opened), ['readable', 'writable', 'extensions', 'protocol']);
      assert.equal(opened.protocol, 'one');
      assert.match(opened.extensions, /^permessage-deflate/);
    }, { perMessageDeflate: true });
  });
});

describe('reading and writing', () => {
  it('carries text as strings and bytes as Uint8Arrays', () => withStream(echo, async ({ reader, writer }) => {
    for (const [chunk, back] of [['a\ud800', 'a\ufffd'], ['', ''], [12, '12'], [null, 'null'], [new Uint8Array([1, 2]), new Uint8Array([1, 2])],
      [new Uint16Array([0x0201]).buffer, new Uint8Array([1, 2])], [new DataView(new ArrayBuffer(3), 1), new Uint8Array(2)]]) {
      await writer.write(chunk);
      assert.deepEqual(await reader.read(), { value: back, done: false });
    }
  }));

  it('rejects what is no chunk', () => withStream(echo, async ({ writer }) => {
    await assert.rejects(writer.write(new Uint8Array(new SharedArrayBuffer(1))), TypeError);
  }));

  it('reads no faster than it is asked to', async () => {
    let peer;
    await withStream((socket) => {
      peer = socket;
      const chunk = Buffer.alloc(1 << 20);
      for (let i = 0; i < 48; ++i) socket.send(chunk);
    }, async ({ reader }) => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      const waiting = peer.bufferedAmount;
      assert.ok(waiting > 32 << 20, `${waiting} bytes wait at the peer`);
      let size = 0;
      for (let i = 0; i < 48; ++i) size += (await reader.read()).value.byteLength;
      assert.equal(size, 48 << 20);
    });
  });

  it('writes no faster than the peer takes it', async () => {
    let peer;
    await withStream((socket) => {
      peer = socket;
      socket.pause();
    }, async ({ writer }) => {
      let written = 0;
      const writing = (async () => {
        for (; written < 64; ++written) await writer.write(Buffer.alloc(1 << 20, 'x').toString());
      })();
      await new Promise((resolve) => setTimeout(resolve, 200));
      const before = written;
      assert.ok(before < 32, `${before}`);
      peer.resume();
      await writing;
      assert.equal(written, 64);
    });
  });

  it('keeps what was received before the Close frame readable', () => withStream((peer) => {
    for (const text of ['a', 'b', 'c']) peer.send(text);
    peer.close(3000, 'done');
  }, async ({ stream, readable, reader }) => {
    reader.releaseLock();
    const seen = [];
    for await (const chunk of readable) seen.push(chunk);
    assert.deepEqual(seen, ['a', 'b', 'c']);
    assert.deepEqual(await stream.closed, { closeCode: 3000, reason: 'done' });
  }));
});

describe('the end', () => {
  it('by close() is clean', () => withStream(nothing, async ({ stream, reader, writer }) => {
    stream.close({ closeCode: 3001, reason: 'why' });
    await assert.rejects(writer.write('late'), closing);
    assert.deepEqual(await stream.closed, { closeCode: 3001, reason: 'why' });
    assert.deepEqual(await reader.read(), { value: undefined, done: true });
    await assert.rejects(writer.closed, closing);
    stream.close(); // and again does nothing
  }));

  it('checks what close() is given', () => withStream(nothing, async ({ stream }) => {
    for (const closeCode of [-1, 65536, NaN, Infinity, 'x']) assert.throws(() => stream.close({ closeCode }), TypeError, String(closeCode));
    for (const closeCode of [0, 999, 1001, 2999, 5000]) assert.throws(() => stream.close({ closeCode }), { name: 'InvalidAccessError' });
    assert.throws(() => stream.close({ reason: 'x'.repeat(124) }), { name: 'SyntaxError' });
    assert.throws(() => stream.close(1), TypeError);
    stream.close({ reason: 'alone' });
    assert.deepEqual(await stream.closed, { closeCode: 1000, reason: 'alone' });
  }));

  it('by the writer is a closing handshake, and waits for its end', () => withStream(nothing, async ({ stream, writer }) => {
    await writer.close();
    assert.deepEqual(await stream.closed, { closeCode: 1005, reason: '' });
  }));

  it('by abort() and cancel() uses the code of a WebSocketError', async () => {
    for (const [reason, closed] of [[new WebSocketError('', { closeCode: 3002, reason: 'x' }), { closeCode: 3002, reason: 'x' }],
      [new Error('other'), { closeCode: 1005, reason: '' }], [undefined, { closeCode: 1005, reason: '' }]]) {
      await withStream(nothing, async ({ stream, writer }) => {
        await writer.abort(reason);
        assert.deepEqual(await stream.closed, closed);
      });
      await withStream(nothing, async ({ stream, reader }) => {
        await reader.cancel(reason);
        assert.deepEqual(await stream.closed, closed);
      });
    }
  });

  it('by a cut errors everything', () => withStream(nothing, async ({ stream, reader, writer, server }) => {
    const reading = reader.read();
    for (const client of server.clients) client.terminate();
    const isCut = (error) => error instanceof WebSocketError && error.closeCode === 1006 && error.reason === '';
    await assert.rejects(stream.closed, isCut);
    await assert.rejects(reading, isCut);
    await assert.rejects(writer.closed, isCut);
  }));

  it('rejects a write that it cuts short', () => withStream((peer) => peer.pause(), async ({ stream, writer, server }) => {
    const writing = writer.write('x'.repeat(16 << 20));
    writing.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 50));
    stream.close();
    await assert.rejects(writing, closing);
    for (const client of server.clients) client.terminate();
    await assert.rejects(stream.closed, WebSocketError);
  }));

  it('before it is open fails the connection', async () => {
    await withRaw((socket, { accept }) => setTimeout(() => socket.write(accepted(accept)), 20).unref(), async (url) => {
      const stream = new WebSocketStream(url);
      stream.close();
      await assert.rejects(stream.opened, WebSocketError);
      await assert.rejects(stream.closed, WebSocketError);
    });
  });

  it('by the peer is noticed while nothing is read', () => withStream((peer) => until(() => peer.readyState === 1).then(() => peer.close(1000)),
    async ({ stream }) => {
      assert.deepEqual(await stream.closed, { closeCode: 1000, reason: '' });
    }));
});
