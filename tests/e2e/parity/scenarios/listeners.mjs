// Listeners and handler attributes: the DOM's and HTML's rules, seen at a socket.

/** A socket whose listeners `prepare` sets; the server sends a message, and the client closes. */
const listening = (rule, name, prepare, { path = '/text/1' } = {}) => ({
  name, rule,
  run: async (t) => {
    const socket = t.unwatched(`ws://${t.server}${path}`);
    const over = new Promise((resolve) => {
      // Not for events that the script has made.
      socket.addEventListener('message', ({ data }) => { if (data === 't') setTimeout(() => socket.close(1000)); });
      socket.addEventListener('close', () => { if (socket.readyState === 3) setTimeout(resolve); });
    });
    await prepare(t, socket);
    await over;
  },
});

const says = (t, text) => () => { t.note(text); };

const order = [
  listening('D4', 'a handler keeps the place of its first assignment', (t, socket) => {
    socket.addEventListener('message', says(t, 'first listener'));
    socket.onmessage = says(t, 'first handler');
    socket.addEventListener('message', says(t, 'second listener'));
    socket.onmessage = says(t, 'second handler');
  }),
  listening('D4', 'a handler that was removed and set again', (t, socket) => {
    socket.onmessage = says(t, 'first handler');
    socket.addEventListener('message', says(t, 'listener'));
    socket.onmessage = null;
    socket.onmessage = says(t, 'second handler');
  }),
  listening('D4', 'a handler set to an object is not called, and keeps its place', (t, socket) => {
    socket.onmessage = { handleEvent: says(t, 'the object') };
    socket.addEventListener('message', says(t, 'listener'));
    socket.onopen = () => { socket.onmessage = says(t, 'the handler'); };
  }),
  listening('D4', 'a handler set to null is not called', (t, socket) => {
    socket.onmessage = says(t, 'never');
    socket.onmessage = null;
  }),
  listening('D4', 'a handler of each type', (t, socket) => {
    for (const type of ['open', 'message', 'close', 'error']) socket[`on${type}`] = says(t, type);
  }),
  listening('D4', 'a handler of each type when the handshake fails', (t, socket) => {
    for (const type of ['open', 'message', 'close', 'error']) socket[`on${type}`] = says(t, type);
  }, { path: '/reject/403' }),
  listening('D4', 'what a handler is called with', (t, socket) => {
    socket.onmessage = function handler(...args) {
      t.value('this is the socket', this === socket);
      t.value('arguments', args.length);
    };
    socket.onclose = function handler(...args) { t.value('arguments of close', args.length); };
    socket.onopen = function handler(...args) { t.value('arguments of open', args.length); };
  }),
  listening('D4', 'what the error handler is called with', (t, socket) => {
    socket.onerror = function handler(...args) {
      t.value('this is the socket', this === socket);
      t.value('arguments', args.length);
      t.value('type', args[0].type);
    };
  }, { path: '/reject/403' }),
  listening('D4', 'a handler that returns false', (t, socket) => {
    socket.onmessage = () => false;
    socket.addEventListener('message', (event) => t.value('defaultPrevented', event.defaultPrevented));
  }),
];

const adding = [
  listening('D1', 'a listener added twice is called once', (t, socket) => {
    const listener = says(t, 'listener');
    socket.addEventListener('message', listener);
    socket.addEventListener('message', listener);
    socket.addEventListener('message', listener, false);
    socket.addEventListener('message', listener, { once: true });
  }),
  listening('D1', 'capture makes it another listener, and comes first', (t, socket) => {
    const listener = says(t, 'listener');
    socket.addEventListener('message', says(t, 'bubbling'));
    socket.addEventListener('message', listener);
    socket.addEventListener('message', listener, true);
    socket.addEventListener('message', says(t, 'capturing'), { capture: true });
  }),
  listening('D1', 'null for a listener', (t, socket) => {
    t.call('addEventListener("message", null)', () => socket.addEventListener('message', null));
    t.call('removeEventListener("message", null)', () => socket.removeEventListener('message', null));
  }),
  listening('D1', 'what is no listener', (t, socket) => {
    t.call('a string', () => socket.addEventListener('message', 'x'));
    t.call('a number', () => socket.addEventListener('message', 7));
    t.call('one argument', () => socket.addEventListener('message'));
    t.call('undefined', () => socket.addEventListener('message', undefined));
  }),
  listening('D1', 'an object with handleEvent', (t, socket) => {
    const object = { handleEvent(event) { t.value('this is the object', this === object); t.value('type', event.type); } };
    socket.addEventListener('message', object);
  }),
  listening('D1', 'handleEvent is looked up at the call', (t, socket) => {
    const object = {};
    socket.addEventListener('message', object);
    object.handleEvent = says(t, 'set later');
  }),
  listening('D1', 'the type is compared exactly', (t, socket) => {
    socket.addEventListener('MESSAGE', says(t, 'never'));
    socket.addEventListener('message ', says(t, 'never'));
    socket.addEventListener('message', says(t, 'message'));
  }),
  listening('D2', 'once', (t, socket) => {
    socket.addEventListener('message', () => { t.note('once'); socket.dispatchEvent(new t.MessageEvent('message')); }, { once: true });
    socket.addEventListener('message', (event) => t.value('always', event.data));
  }),
  listening('D2', 'a signal that was aborted before', (t, socket) => {
    socket.addEventListener('message', says(t, 'never'), { signal: AbortSignal.abort() });
  }),
  listening('D2', 'a signal that is aborted later', (t, socket) => {
    const controller = new AbortController();
    socket.addEventListener('message', says(t, 'never'), { signal: controller.signal });
    socket.addEventListener('message', says(t, 'stays'));
    socket.onopen = () => controller.abort();
  }),
  listening('D2', 'a signal that is aborted by the listener before', (t, socket) => {
    const controller = new AbortController();
    socket.addEventListener('message', () => { t.note('aborts'); controller.abort(); });
    socket.addEventListener('message', says(t, 'never'), { signal: controller.signal });
  }),
  listening('D3', 'removing during dispatch', (t, socket) => {
    const second = says(t, 'never');
    socket.addEventListener('message', () => { t.note('removes'); socket.removeEventListener('message', second); });
    socket.addEventListener('message', second);
    socket.addEventListener('message', says(t, 'third'));
  }),
  listening('D3', 'adding during dispatch', (t, socket) => {
    socket.addEventListener('message', () => { t.note('adds'); socket.addEventListener('message', says(t, 'never')); });
  }),
  listening('D3', 'removing a handler during dispatch', (t, socket) => {
    socket.addEventListener('message', () => { t.note('removes'); socket.onmessage = null; });
    socket.onmessage = says(t, 'never');
  }),
  listening('D3', 'replacing a handler during dispatch', (t, socket) => {
    socket.addEventListener('message', () => { socket.onmessage = says(t, 'the new handler'); });
    socket.onmessage = says(t, 'the old handler');
  }),
  listening('D3', 'removing needs the same capture', (t, socket) => {
    const listener = says(t, 'stays');
    socket.addEventListener('message', listener);
    socket.removeEventListener('message', listener, true);
    const other = says(t, 'never');
    socket.addEventListener('message', other, { once: true });
    socket.removeEventListener('message', other);
  }),
];

const misbehaving = [
  listening('T6', 'a listener that throws stops nobody', (t, socket) => {
    socket.addEventListener('message', () => { t.note('throws'); throw new RangeError('of the listener'); });
    socket.addEventListener('message', says(t, 'the next listener'));
    socket.addEventListener('close', says(t, 'close'));
  }),
  listening('T6', 'a handler that throws in open', (t, socket) => {
    socket.onopen = () => { throw new RangeError('of open'); };
    socket.onmessage = says(t, 'message');
  }),
  listening('T6', 'a handler that throws in close', (t, socket) => {
    socket.onclose = () => { throw new RangeError('of close'); };
    socket.addEventListener('close', says(t, 'the next listener'));
  }),
  listening('T6', 'a handler that throws in error', (t, socket) => {
    socket.onerror = () => { throw new RangeError('of error'); };
    socket.onclose = says(t, 'close');
  }, { path: '/reject/403' }),
  listening('D1', 'stopImmediatePropagation()', (t, socket) => {
    socket.addEventListener('message', (event) => { t.note('stops'); event.stopImmediatePropagation(); });
    socket.addEventListener('message', says(t, 'never'));
  }),
  listening('D5', 'preventDefault() has no effect', (t, socket) => {
    for (const type of ['open', 'message', 'close']) {
      socket.addEventListener(type, (event) => { event.preventDefault(); t.value(type, event.defaultPrevented); });
    }
  }),
  listening('M4', 'composedPath() and the phase', (t, socket) => {
    socket.addEventListener('message', (event) => {
      t.value('path', [event.composedPath().length, event.composedPath()[0] === socket]);
      t.value('phase', event.eventPhase);
    });
  }),
  listening('M4', 'an event cannot be changed', (t, socket) => {
    socket.addEventListener('close', (event) => {
      t.call('code = 7', () => { event.code = 7; });
      t.value('code', event.code);
      t.call('isTrusted = false', () => { event.isTrusted = false; });
    });
    socket.addEventListener('message', (event) => {
      t.call('data = 7', () => { event.data = 7; });
      t.value('data', event.data);
    });
  }),
];

const dispatching = [
  listening('D5', 'a user-made event', (t, socket) => {
    socket.addEventListener('mine', (event) => t.value('trusted', event.isTrusted));
    t.value('dispatchEvent()', socket.dispatchEvent(new Event('mine')));
  }),
  listening('D5', 'user-made events reach handlers, and change nothing', (t, socket) => {
    socket.onclose = (event) => t.value('close', [event.isTrusted, event.code, socket.readyState]);
    socket.dispatchEvent(new t.CloseEvent('close', { code: 4000, wasClean: true }));
    socket.onopen = (event) => t.value('open', [event.isTrusted, socket.readyState]);
    socket.dispatchEvent(new Event('open'));
  }),
  listening('D5', 'a cancelable event', (t, socket) => {
    socket.addEventListener('mine', (event) => event.preventDefault());
    t.value('cancelable', socket.dispatchEvent(new Event('mine', { cancelable: true })));
    t.value('not cancelable', socket.dispatchEvent(new Event('mine')));
    socket.onmessage = () => false;
    t.value('a handler that returns false', socket.dispatchEvent(new t.MessageEvent('message', { cancelable: true })));
  }),
  listening('D5', 'a passive listener cannot cancel', (t, socket) => {
    socket.addEventListener('mine', (event) => event.preventDefault(), { passive: true });
    t.value('dispatchEvent()', socket.dispatchEvent(new Event('mine', { cancelable: true })));
  }),
  listening('D5', 'an event that is being dispatched', (t, socket) => {
    for (const type of ['mine', 'message']) {
      let depth = 0;
      socket.addEventListener(type, (event) => {
        if (++depth === 1) t.call(`dispatchEvent(${type})`, () => socket.dispatchEvent(event));
      });
    }
    socket.dispatchEvent(new Event('mine'));
  }),
  listening('D5', 'a trusted event dispatched again is trusted no more', (t, socket) => {
    let count = 0;
    socket.addEventListener('message', (event) => {
      t.value('trusted', event.isTrusted);
      if (++count === 1) setTimeout(() => socket.dispatchEvent(event));
    });
  }),
  listening('D5', 'what is no event', (t, socket) => {
    t.call('dispatchEvent({})', () => socket.dispatchEvent({ type: 'message' }));
    t.call('dispatchEvent(null)', () => socket.dispatchEvent(null));
    t.call('dispatchEvent()', () => socket.dispatchEvent());
  }),
  listening('D5', 'a user-made message event in the open handler', (t, socket) => {
    socket.onmessage = ({ data, isTrusted }) => t.value('message', [data, isTrusted]);
    socket.onopen = () => { t.note('open'); socket.dispatchEvent(new t.MessageEvent('message', { data: 'mine' })); t.note('open ends'); };
  }),
];

export const scenarios = [...order, ...adding, ...misbehaving, ...dispatching];
