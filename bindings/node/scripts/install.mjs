// Builds the addon against a build of the library: PARLEY_BUILD, else build/release, else build/dev
// of this tree. Downloads nothing.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const root = resolve(here, '../..');

function fail(message) {
  console.error(`@parley/websocket: ${message}`);
  process.exit(1);
}

function libraryFolder() {
  const folders = process.env.PARLEY_BUILD
    ? [resolve(process.env.PARLEY_BUILD)]
    : [join(root, 'build/release'), join(root, 'build/dev')];
  const found = folders.find((folder) => existsSync(join(folder, 'libparley.a')));
  return found ?? fail(`there is no libparley.a in ${folders.join(' or ')}: run "./dev build" in ${root} first`);
}

function nodeHeaders() {
  try {
    return createRequire(import.meta.url)('node-api-headers').include_dir;
  } catch {
    const beside = resolve(dirname(process.execPath), '../include/node');
    return existsSync(join(beside, 'node_api.h')) ? beside : fail('the package node-api-headers is missing');
  }
}

function run(command, ...args) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error) fail(`${command}: ${error.message}`);
  if (status !== 0) fail(`${command} failed`);
}

const library = libraryFolder();
const build = join(library, 'bindings/node');
const generator = spawnSync('ninja', ['--version']).status === 0 ? ['-G', 'Ninja'] : [];
run('cmake', '-S', here, '-B', build, ...(existsSync(join(build, 'CMakeCache.txt')) ? [] : generator),
  `-DPARLEY_BUILD=${library}`, `-DNODE_HEADERS=${nodeHeaders()}`);
run('cmake', '--build', build);
mkdirSync(join(here, 'build'), { recursive: true });
// Not written over in place: a process may have it loaded.
rmSync(join(here, 'build/parley.node'), { force: true });
copyFileSync(join(build, 'parley.node'), join(here, 'build/parley.node'));
