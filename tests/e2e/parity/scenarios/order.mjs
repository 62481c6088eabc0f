// Tasks and microtasks: what happens when, and what never happens within a call.

const logged = (rule, name, run) => ({ name, rule, run });

export const scenarios = [
  logged('T7', 'listeners of the constructor\'s task see open', async (t) => {
    const socket = t.unwatched(`ws://${t.server}/echo`);
    const open = new Promise((resolve) => { socket.onopen = resolve; });
    await open;
    t.note('open');
    socket.close();
  }),
  logged('T7', 'listeners of a microtask after it do, too', async (t) => {
    const socket = t.unwatched(`ws://${t.server}/echo`);
    await Promise.resolve();
    await Promise.resolve();
    await new Promise((resolve) => { socket.onopen = resolve; });
    t.note('open');
    socket.close();
  }),
  logged('T1', 'close() fires nothing within the call', async (t) => {
    const socket = t.open('/echo');
    await t.opened(socket);
    let inside = true;
    socket.addEventListener('close', () => t.value('inside', inside));
    t.call('close()', () => socket.close());
    const end = Date.now() + 40;
    while (Date.now() < end);
    t.note('40 ms later in the task');
    inside = false;
    await t.closed(socket);
  }),
  logged('T1', 'close() while connecting fires nothing in its microtasks', async (t) => {
    const socket = t.open('/never');
    t.call('close()', () => socket.close());
    for (let i = 0; i < 10; ++i) await Promise.resolve();
    t.note('ten microtasks later');
    await t.closed(socket);
  }),
  logged('T1', 'send() fires nothing within the call', async (t) => {
    const socket = t.open('/echo');
    await t.opened(socket);
    const got = t.next(socket, 'message');
    t.call('send("x")', () => socket.send('x'));
    const end = Date.now() + 40;
    while (Date.now() < end);
    t.note('40 ms later in the task');
    await got;
    socket.close();
    await t.closed(socket);
  }),
  logged('T1', 'each event is a task: microtasks run between messages', async (t) => {
    const socket = t.open('/burst/3');
    socket.onmessage = ({ data }) => {
      queueMicrotask(() => t.note(`microtask of ${data}`));
      Promise.resolve().then(() => t.note(`promise of ${data}`));
    };
    await t.closed(socket);
  }),
  logged('T1', 'microtasks run between open and the first message', async (t) => {
    const socket = t.openRaw('handshake?fault=data-behind');
    socket.onopen = () => queueMicrotask(() => t.note('microtask of open'));
    socket.onmessage = ({ data }) => { if (data === 'second') socket.close(); };
    await t.closed(socket);
  }),
  logged('T1', 'microtasks run between two listeners', async (t) => {
    const socket = t.open('/text/1');
    socket.addEventListener('message', () => { t.note('first listener'); queueMicrotask(() => t.note('microtask')); });
    socket.addEventListener('message', () => { t.note('second listener'); socket.close(); });
    await t.closed(socket);
  }),
  logged('T5', 'error and close are one task, with microtasks between', async (t) => {
    const socket = t.open('/reject/403');
    socket.onerror = () => { queueMicrotask(() => t.note('microtask of error')); setTimeout(() => t.note('timer of error')); };
    socket.onclose = () => t.note('the close handler');
    await t.closed(socket);
    await t.after(10);
  }),
  logged('R4', 'CLOSED in the error and close handlers', async (t) => {
    const socket = t.open('/reject/403');
    socket.onerror = () => t.value('in error', socket.readyState);
    socket.onclose = () => t.value('in close', socket.readyState);
    await t.closed(socket);
  }),
  logged('R2', 'OPEN in the open handler', async (t) => {
    const socket = t.open('/echo', ['chat.v1']);
    socket.onopen = () => t.value('in open', [socket.readyState, socket.protocol, socket.bufferedAmount]);
    await t.opened(socket);
    socket.close();
    await t.closed(socket);
  }),
  logged('R3', 'CLOSING at once inside close()', async (t) => {
    const socket = t.open('/echo');
    await t.opened(socket);
    socket.close();
    t.value('readyState', socket.readyState);
    await Promise.resolve();
    t.value('after a microtask', socket.readyState);
    await t.closed(socket);
    t.value('in the end', socket.readyState);
  }),
  logged('R1', 'CONNECTING until open', async (t) => {
    const socket = t.unwatched(`ws://${t.server}/later`);
    t.value('at first', socket.readyState);
    await Promise.resolve();
    t.value('after a microtask', socket.readyState);
    await new Promise((resolve) => { socket.onopen = () => { t.value('in open', socket.readyState); resolve(); }; });
    socket.close();
  }),
  logged('R5', 'readyState never goes back', async (t) => {
    const socket = t.open('/burst/3');
    const states = [socket.readyState];
    const look = setInterval(() => states.push(socket.readyState), 1);
    for (const type of ['open', 'message', 'close']) socket.addEventListener(type, () => states.push(socket.readyState));
    await t.closed(socket);
    await t.after(20);
    clearInterval(look);
    t.value('rising', states.every((state, i) => i === 0 || state >= states[i - 1]));
  }),
  logged('T5', 'close fires exactly once', async (t) => {
    const socket = t.open('/close/4000');
    await t.closed(socket);
    socket.close();
    socket.close(3000);
    await t.after(60);
    t.note('60 ms later');
  }),
  logged('T3', 'messages that came before close() but were not yet dispatched are dropped', async (t) => {
    const socket = t.open('/burst/50');
    socket.onmessage = ({ data }) => { if (data === '2') socket.close(1000); };
    await t.closed(socket);
  }),
  logged('T3', 'messages of the server that came while the task was busy', async (t) => {
    const socket = t.open('/burst/3');
    socket.onopen = () => { const end = Date.now() + 60; while (Date.now() < end); t.note('busy for 60 ms'); };
    await t.closed(socket);
  }),
  logged('T1', 'a new socket in the close handler', async (t) => {
    const first = t.open('/close/4001');
    const second = await new Promise((resolve) => { first.onclose = () => resolve(t.open('/close/4002')); });
    await t.closed(second);
  }),
  logged('T1', 'a microtask of the message handler may send', async (t) => {
    const socket = t.open('/echo');
    t.ignore(socket, 'bufferedAmount');
    socket.onopen = () => socket.send('one');
    socket.onmessage = ({ data }) => {
      if (data === 'one') { queueMicrotask(() => { t.note('microtask'); socket.send('two'); }); } else socket.close();
    };
    await t.closed(socket);
  }),
  logged('M4', 'timeStamp does not go back', async (t) => {
    const socket = t.open('/burst/3');
    const stamps = [];
    for (const type of ['open', 'message', 'close']) socket.addEventListener(type, (event) => stamps.push(event.timeStamp));
    await t.closed(socket);
    t.value('rising', stamps.every((stamp, i) => i === 0 || stamp >= stamps[i - 1]));
  }),
  logged('G2', 'a socket that nobody holds sends what was queued', async (t) => {
    let seen;
    (() => {
      const socket = new t.WebSocket(`ws://${t.server}/echo`);
      seen = new Promise((resolve) => {
        socket.onopen = () => socket.send('still here');
        socket.onmessage = ({ data }) => { resolve(data); socket.close(); };
      });
    })();
    t.value('the echo', await seen);
  }),
];
