// usage: report.mjs --write|--check       runs all scenarios everywhere and writes docs/parity.md, or says what in it is not so

import { readFileSync, writeFileSync } from 'node:fs';

import { collect } from './collect.mjs';
import { difference, faultsOfCoverage, scenariosOf } from './compare.mjs';
import { comparable, pageOf } from './page_writer.mjs';

const PAGE = new URL('../../../docs/parity.md', import.meta.url);

/** The lines of docs/parity.md that the traces contradict; "" if there are none. */
export function faultsOfPage(scenarios, versions) {
  const [written, real] = [readFileSync(PAGE, 'utf8'), pageOf(scenarios, versions)].map(comparable);
  return difference(written, real).split('\n').filter((line) => !line.startsWith('  ')).join('\n');
}

async function main(verb) {
  const results = await collect();
  const versions = Object.fromEntries([...results].map(([who, { version }]) => [who, version]));
  const scenarios = await scenariosOf(results);
  const faults = faultsOfCoverage(scenarios);
  if (faults.length === 0 && verb === '--write') writeFileSync(PAGE, pageOf(scenarios, versions));
  if (faults.length === 0 && verb === '--check') faults.push(...faultsOfPage(scenarios, versions).split('\n').filter(Boolean));
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  if (['--write', '--check'].includes(process.argv[2])) await main(process.argv[2]);
  else process.exitCode = 2;
}
