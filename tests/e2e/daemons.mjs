// Daemons that can't choose a port by themselves: started on a port that was free a moment ago.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export async function freePort(host = '127.0.0.1') {
  const server = createServer();
  await once(server.listen(0, host), 'listening');
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function isListening(port, host = '127.0.0.1') {
  const socket = connect({ port, host });
  const result = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'error').then(() => false)]).catch(() => false);
  socket.destroy();
  return result;
}

/**
 * Starts `program` in a folder of its own and waits until it listens on the port.
 * @param files name to content, both may use the folder: `(folder, port) => ({ 'x.conf': '...' })`
 */
export async function daemon(program, { args, files = () => ({}), host = '127.0.0.1' }) {
  const folder = mkdtempSync(join(tmpdir(), 'parley-daemon-'));
  const port = await freePort(host);
  for (const [name, content] of Object.entries(files(folder, port))) writeFileSync(join(folder, name), content);
  const child = spawn(program, args(folder, port), { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => { output += text; });
  let exited = false;
  const exit = new Promise((resolve) => {
    child.once('exit', () => { exited = true; resolve(); });
    child.once('error', (error) => { exited = true; output += error; resolve(); });
  });
  const stop = async () => {
    if (!exited) child.kill('SIGTERM');
    const gone = await Promise.race([exit.then(() => true), new Promise((resolve) => setTimeout(resolve, 3000, false))]);
    if (!gone) { child.kill('SIGKILL'); await exit; }
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 400; ++tries) {
    if (exited) break;
    if (await isListening(port, host)) return { port, folder, stop, output: () => output };
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  await stop();
  throw new Error(`${program} does not listen: ${output}`);
}

/** nginx that ends TLS and passes upgrades on to `upstream`, a port of this machine. */
export const nginx = (certificate, upstream) => daemon('/usr/sbin/nginx', {
  args: (folder) => ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr', '-g', 'daemon off;'],
  files: (folder, port) => ({
    'nginx.conf': `
pid ${folder}/nginx.pid;
user root;
worker_processes 1;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  map $http_upgrade $connection_upgrade { default upgrade; '' close; }
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${certificate.chain};
    ssl_certificate_key ${certificate.key};
    ssl_protocols TLSv1.2 TLSv1.3;
    location / {
      proxy_pass http://127.0.0.1:${upstream};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_set_header Host $http_host;
    }
  }
}
` }),
});

/** HAProxy that does the same; with `clientCa` it asks for a certificate of the client. */
export const haproxy = (certificate, upstream, { clientCa } = {}) => daemon('/usr/sbin/haproxy', {
  args: (folder) => ['-db', '-f', join(folder, 'haproxy.cfg')],
  files: (folder, port) => ({
    'both.pem': readFileSync(certificate.chain, 'utf8') + readFileSync(certificate.key, 'utf8'),
    'haproxy.cfg': `
global
  ssl-default-bind-options ssl-min-ver TLSv1.2
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend secure
  bind 127.0.0.1:${port} ssl crt ${folder}/both.pem${clientCa ? ` ca-file ${clientCa} verify required` : ''}
  default_backend parley
backend parley
  server one 127.0.0.1:${upstream}
` }),
});

/** HAProxy that ends TLS and passes the bytes on, whatever they are. */
export const tlsInFrontOf = (certificate, upstream) => daemon('/usr/sbin/haproxy', {
  args: (folder) => ['-db', '-f', join(folder, 'haproxy.cfg')],
  files: (folder, port) => ({
    'both.pem': readFileSync(certificate.chain, 'utf8') + readFileSync(certificate.key, 'utf8'),
    'haproxy.cfg': `
defaults
  mode tcp
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen all
  bind 127.0.0.1:${port} ssl crt ${folder}/both.pem
  server one 127.0.0.1:${upstream}
` }),
});
