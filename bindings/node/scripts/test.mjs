// Runs test/*.test.mjs, or those named, each in a process of its own.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A test that hangs must not hang whoever waits for it. */
const kLongest = 300_000;
const folder = fileURLToPath(new URL('../test/', import.meta.url));
const named = process.argv.slice(2);
const files = readdirSync(folder).filter((name) => name.endsWith('.test.mjs') &&
  (named.length === 0 || named.some((part) => name.includes(part))));
// An addon that was built with AddressSanitizer needs its runtime in front of everything. Node does not give back all
// memory at its end, so only misuse of memory is looked for, not what is left.
const runtime = process.env.PARLEY_SANITIZER_RUNTIME;
const env = runtime ? { ...process.env, LD_PRELOAD: runtime, ASAN_OPTIONS: 'detect_leaks=0', PARLEY_SANITIZED: '1' } : process.env;
const { status } = spawnSync(process.execPath, ['--test', '--test-reporter=spec', ...files.map((name) => join(folder, name))],
  { stdio: 'inherit', timeout: kLongest, env });
process.exit(status ?? 1);
