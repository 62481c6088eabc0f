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
const { status } = spawnSync(process.execPath, ['--test', ...files.map((name) => join(folder, name))], { stdio: 'inherit', timeout: kLongest });
process.exit(status ?? 1);
