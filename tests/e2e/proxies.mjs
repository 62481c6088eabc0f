// Starting and stopping real proxies. None of them can be asked for "any free port", so one is looked for first.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort, isListening } from './daemons.mjs';

export const user = 'parley user';  // a blank, and a password that a URL has to encode
export const password = 'p@ss:w%rd';
export const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}@`;

/**
 * Runs a proxy until it accepts connections. `said(pattern)` waits until what it writes, also into files of its
 * directory, matches; `stop()` ends it by its process id.
 */
async function start(program, args, port, directory, logs = []) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => { output += text; });
  let hasEnded = false;
  const ended = new Promise((resolve) => {
    child.once('error', (error) => { output += error; hasEnded = true; resolve(); });
    child.once('exit', () => { hasEnded = true; resolve(); });
  });
  const written = async () => {
    const files = await Promise.all(logs.map((name) => readFile(join(directory, name), 'utf8').catch(() => '')));
    return output + files.join('');
  };
  const said = async (pattern) => {
    for (let tries = 0; !pattern.test(await written()); ++tries) {
      if (tries === 250) throw new Error(`${program} did not say ${pattern}: ${await written()}`);
      await sleep(20);
    }
  };
  const stop = async () => {
    child.kill();
    await ended;
    if (directory) await rm(directory, { recursive: true, force: true });
  };
  for (let tries = 0; !(await isListening(port)); ++tries) {
    if (hasEnded || tries === 500) {
      const error = new Error(`${program} did not start: ${await written()}`);
      await stop();
      throw error;
    }
    await sleep(20);
  }
  return { port, said, stop };
}

/** A directory that squid may write to also when it gives up being root. */
async function makeDirectory() {
  const directory = await mkdtemp(join(tmpdir(), 'parley-proxy-'));
  await chmod(directory, 0o777);
  return directory;
}

const md5 = (text) => createHash('md5').update(text).digest('hex');

const passwordFiles = {
  basic: () => `${user}:${md5(password)}\n`,  // one of the forms that squid's helper reads
  digest: () => `${user}:realm:${md5(`${user}:realm:${password}`)}\n`,
};

const helpers = {
  basic: (file) => `auth_param basic program /usr/lib/squid/basic_ncsa_auth ${file}\nauth_param basic realm realm\n`,
  digest: (file) => `auth_param digest program /usr/lib/squid/digest_file_auth -c ${file}\nauth_param digest realm realm\n`,
};

/**
 * squid. `authentication` is a list of 'basic' and 'digest' in the order of offering; none lets everybody in.
 * It knows the name parley.test as 127.0.0.1, and says a line about each request.
 */
export async function squid(...authentication) {
  const directory = await makeDirectory();
  const port = await freePort();
  await writeFile(join(directory, 'hosts'), '127.0.0.1 parley.test\n');
  let configuration = [
    `http_port 127.0.0.1:${port}`,
    `hosts_file ${join(directory, 'hosts')}`,
    `coredump_dir ${directory}`,
    `cache_log ${join(directory, 'cache.log')}`,
    'logformat brief %rm %ru %>Hs %un',
    `access_log stdio:${join(directory, 'access.log')} brief`,
    'pid_filename none', 'cache deny all', 'visible_hostname parley.test', 'shutdown_lifetime 0 seconds',
    'pinger_enable off', 'buffered_logs off', '',
  ].join('\n');
  for (const scheme of authentication) {
    const file = join(directory, scheme);
    await writeFile(file, passwordFiles[scheme]());
    configuration += helpers[scheme](file);
  }
  configuration += authentication.length > 0
    ? 'acl known proxy_auth REQUIRED\nhttp_access allow known\nhttp_access deny all\n' : 'http_access allow all\n';
  await writeFile(join(directory, 'squid.conf'), configuration);
  return start('/usr/sbin/squid', ['-N', '-f', join(directory, 'squid.conf')], port, directory,
    ['access.log', 'cache.log']);
}

/** tinyproxy, which closes the connection after a 407. */
export async function tinyproxy() {
  const directory = await makeDirectory();
  const port = await freePort();
  // Its file has no way to write a blank in a name.
  const configuration = `Port ${port}\nListen 127.0.0.1\nTimeout 60\nLogLevel Info\nBasicAuth tiny sesame\n`;
  await writeFile(join(directory, 'tinyproxy.conf'), configuration);
  return start('tinyproxy', ['-d', '-c', join(directory, 'tinyproxy.conf')], port, directory);
}

/** microsocks, with a user and password or for everybody. */
export async function microsocks(...login) {
  const port = await freePort();
  const [name, secret] = login;
  const args = login.length > 0 ? ['-u', name, '-P', secret] : [];
  return start('microsocks', ['-i', '127.0.0.1', '-p', String(port), ...args], port);
}
