// Judges traces: against the standard's, and against each other.

import { readFileSync } from 'node:fs';

import { expectedOf, isSilent } from './expected.mjs';
import { groups } from './groups.mjs';
import { notes } from './known_differences.mjs';
import { LACKING } from './recorder.mjs';

export const BROWSERS = ['Chromium', 'Firefox'];
/** Whose differences must be known; undici's are only reported. */
export const JUDGED = ['Parley', ...BROWSERS];

const same = (a = [], b = []) => a.length === b.length && a.every((line, i) => line === b[i]);

/**
 * Every scenario, as { group, name, rule, expected, traces, marks }: `traces` and `marks` are by implementation. A mark is "same",
 * "differs", "silent" where the standard leaves it open, "lacking" where the runtime has not what it needs, or "missing".
 */
export async function scenariosOf(results) {
  const all = [];
  for (const [group] of groups) {
    const { scenarios } = await import(`./scenarios/${group}.mjs`);
    const expected = expectedOf(group);
    for (const { name, rule } of scenarios) {
      const traces = Object.fromEntries([...results].map(([who, { traces: of }]) => [who, new Map(of.get(group)).get(name)]));
      all.push({ group, name, rule, expected: expected.get(name), traces, marks: marksOf(expected.get(name), traces) });
    }
  }
  return all;
}

function marksOf(expected, traces) {
  return Object.fromEntries(Object.entries(traces).map(([who, trace]) => {
    if (!trace || !expected) return [who, 'missing'];
    if (isSilent(expected)) return [who, 'silent'];
    if (same(trace, [LACKING])) return [who, 'lacking'];
    return [who, same(trace, expected) ? 'same' : 'differs'];
  }));
}

/** The notes that tell of this scenario's difference in that implementation. */
export const notesFor = (name, who) => notes.filter((note) => note.who.includes(who) && note.scenarios.includes(name));

/** Is the difference there in some runs only? */
export const isByTiming = (name, who) => notesFor(name, who).some((note) => note.byTiming);

/** Does a note tell of it that this version of the runtime gives reason for? */
const isExcused = (name, who) => notesFor(name, who).some(({ isHere = true }) => isHere);

const RULES = new Set([...readFileSync(new URL('../../../docs/conformance.md', import.meta.url), 'utf8').matchAll(/^\| ([^|]+) \|/gm)]
  .map(([, key]) => key));

/** What is wrong with the traces themselves: a scenario without a trace, an expectation or a rule, twice the same name. */
export function faultsOfCoverage(scenarios) {
  const seen = new Set();
  return scenarios.flatMap(({ group, name, rule, expected, marks }) => {
    const faults = Object.entries(marks).filter(([, mark]) => mark === 'missing' && expected).map(([who]) => `${who} has no trace of it`);
    if (!expected) faults.push(`expected/${group}.txt does not have it`);
    if (!RULES.has(rule)) faults.push(`docs/conformance.md has no rule ${rule}`);
    if (seen.has(name)) faults.push('another scenario has that name');
    seen.add(name);
    return faults.map((fault) => `${group}, "${name}": ${fault}`);
  });
}

/** Differences from the standard that no note tells of, of one implementation. */
export function unknownDifferences(scenarios, who) {
  return scenarios.filter(({ name, marks }) => marks[who] === 'differs' && !isExcused(name, who))
    .map(({ group, name, expected, traces }) => `${group}, "${name}":\n${difference(expected, traces[who])}`);
}

/** Scenarios in which both browsers agree and Parley differs from them, and no note of either side says why. */
export function againstBothBrowsers(scenarios) {
  return scenarios.filter(({ name, traces, marks }) => !['lacking', 'missing'].includes(marks.Parley)
    && same(traces.Chromium, traces.Firefox) && !same(traces.Parley, traces.Chromium)
    && !JUDGED.some((who) => isExcused(name, who)))
    .map(({ group, name, traces }) => `${group}, "${name}":\n${difference(traces.Chromium, traces.Parley)}`);
}

/** Notes that tell of a difference that is not there (any more), or of a scenario that does not exist. */
export function staleNotes(scenarios) {
  const byName = new Map(scenarios.map((scenario) => [scenario.name, scenario]));
  return notes.flatMap(({ title, who, scenarios: names, ofRuntime }) => names.flatMap((name) => {
    if (!byName.has(name)) return [`"${title}": there is no scenario "${name}"`];
    if (ofRuntime) return [];  // another version of Node may have it right
    return who.filter((one) => byName.get(name).marks[one] === 'same' && !isByTiming(name, one))
      .map((one) => `"${title}": ${one} does not differ in "${name}"`);
  }));
}

/** The lines that differ: "-" of the first trace, "+" of the second, with those between them; by the longest common subsequence. */
export function difference(before, after) {
  const lengths = Array.from({ length: before.length + 1 }, () => new Array(after.length + 1).fill(0));
  for (let i = before.length - 1; i >= 0; --i) {
    for (let j = after.length - 1; j >= 0; --j) {
      lengths[i][j] = before[i] === after[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  const lines = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      lines.push(`  ${before[i++]}`);
      ++j;
    } else if (i < before.length && (j === after.length || lengths[i + 1][j] >= lengths[i][j + 1])) {
      lines.push(`- ${before[i++]}`);
    } else {
      lines.push(`+ ${after[j++]}`);
    }
  }
  return lines.join('\n');
}
