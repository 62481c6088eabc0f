// Starting and stopping the programs that the tests talk to.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

// What this machine says of proxies is not for what is tested here.
for (const name of ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy']) {
  delete process.env[name];
  delete process.env[name.toUpperCase()];
}

export const bin = (name) => `${process.env.PARLEY_BIN ?? 'build/dev/bin'}/${name}`;
export const python = process.env.PARLEY_PYTHON ?? '/usr/bin/python3';

/** Runs a program to its end. */
export function run(program, args = [], { input = '', env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => { stdout += text; });
    child.stderr.setEncoding('utf8').on('data', (text) => { stderr += text; });
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr, lines: stdout.split('\n').filter((line) => line !== '') }));
    child.stdin.on('error', () => {});  // it may end without reading
    child.stdin.end(input);
  });
}

/** Starts a server that prints its address first; `stop()` ends it by its process id. */
export async function serve(program, args = []) {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const firstLine = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}`)));
  });
  const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
  return { firstLine, port: Number(/(\d+)\D*$/.exec(firstLine)?.[1]), stop: () => { child.kill(); return exited; } };
}

/** Our server with its test routes. */
export const parleyServer = (...args) => serve(bin('e2e_server'), args);
