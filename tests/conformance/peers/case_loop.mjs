// The loop of a client that runs the cases of `parley check --serve`, for any class with the browser's members.

const PATIENCE = 15_000;  // longer than the suite's

/** Opens `url`, hands every message to `onMessage`, ends when the connection is closed. */
function visit(Socket, url, onMessage) {
  return new Promise((resolve) => {
    const socket = new Socket(url);
    const timer = setTimeout(resolve, PATIENCE);
    const end = () => { clearTimeout(timer); resolve(); };
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }) => onMessage(socket, data);
    // undici fires no close event after a handshake that failed.
    socket.onerror = () => { if (socket.readyState === Socket.CONNECTING || socket.readyState === Socket.CLOSED) setTimeout(end, 20); };
    socket.onclose = end;
  });
}

export async function runCases(Socket, base, agent) {
  let count = 0;
  await visit(Socket, `${base}/getCaseCount`, (_, data) => { count = Number(data); });
  for (let number = 1; number <= count; number += 1) {
    await visit(Socket, `${base}/runCase?case=${number}&agent=${agent}`, (socket, data) => socket.send(data));
  }
  await visit(Socket, `${base}/updateReports?agent=${agent}`, () => {});
}
