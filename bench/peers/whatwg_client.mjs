// The client roles for what has the browser's WebSocket: undici, Bun, Deno and, nearly, ws.
// What it can't wait for, it polls: there is no event for "nothing is waiting any more".

const SEND_AHEAD = 1 << 20;
const CHURNED_AT_A_TIME = 16;

export function pattern(size) {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[i] = 97 + ((i * 7) % 26);
  return bytes;
}

function payloadOf(size, kind) {
  const bytes = pattern(size);
  return kind === 'text' ? new TextDecoder().decode(bytes) : bytes;
}

const roles = {
  receive(open) {
    const socket = open();
    let count = 0;
    socket.onmessage = (event) => {
      if (event.data.length === 1) socket.send(String(count));
      else count++;
    };
  },
  send(open, size, kind) {
    const socket = open();
    const payload = payloadOf(size, kind);
    const sendAhead = () => {
      if (socket.readyState !== 1) return;
      while (socket.bufferedAmount < SEND_AHEAD) {
        // Where bufferedAmount stays 0 while the network takes all, others must have their turn.
        for (let i = 0; i < (size < 1024 ? 1024 : 1); i++) socket.send(payload);
        if (socket.bufferedAmount === 0) break;
      }
      later(sendAhead);
    };
    socket.onopen = sendAhead;
  },
  echo(open) {
    const socket = open();
    socket.onmessage = (event) => socket.send(event.data);
  },
  churn(open, size) {
    const payload = payloadOf(size, 'text');
    const again = () => {
      const socket = open();
      socket.onopen = () => socket.send(payload);
      socket.onmessage = () => socket.close(1000);
      socket.onclose = again;
      socket.onerror = () => {};
    };
    for (let i = 0; i < CHURNED_AT_A_TIME; i++) again();
  },
};

function later(task) {
  if (typeof setImmediate === 'function') setImmediate(task);
  else setTimeout(task, 0);
}

/** @param connect makes a socket for a URL */
export function runClient(connect, [role, port, size = '64', kind = 'text']) {
  const open = () => {
    const socket = connect(`ws://127.0.0.1:${port}/`);
    socket.binaryType = 'arraybuffer';
    return socket;
  };
  roles[role](open, Number(size), kind);
}
