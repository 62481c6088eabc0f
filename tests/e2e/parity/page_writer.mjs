// docs/parity.md from the scenarios' traces and the notes.

import { difference, isByTiming, notesFor } from './compare.mjs';
import { groups } from './groups.mjs';
import { isSilent } from './expected.mjs';
import { notes } from './known_differences.mjs';

const WIDTH = 100;
/** Of the differences that a note tells of, so many are shown in full. */
const SHOWN = 3;

const COLUMNS = ['Parley', 'Chromium', 'Firefox', 'undici'];
/** Of which the page tells only that they differ: its own cells are left out of --check, too. */
const REPORTED_ONLY = 'undici';

const INTRODUCTION = `\
# Parity

Scripts of API calls, run in Chromium, in Firefox, with npm \`undici\` and with Parley's \`WebSocket\` for
Node, against the same servers. Each leaves a trace: every event with all attributes, every exception,
and the socket's attributes at each step. The page says where each trace is what the standard's text
asks for.

A test holds Parley to the text in every scenario; where both browsers agree and Parley differs, the
text must say so, and the note names its section. The scenarios are in
[tests/e2e/parity/scenarios](../tests/e2e/parity/scenarios), what the text asks for in
[expected](../tests/e2e/parity/expected), and the notes in
[known_differences.mjs](../tests/e2e/parity/known_differences.mjs). This page is made by
\`node tests/e2e/parity/report.mjs --write\` (after \`./dev build\`); the test fails when it is not what the
traces say.

| Sign | Meaning |
| - | - |
| = | as the text asks |
| a number | differs: the note of that number says how |
| x | differs; undici's differences are only reported |
| ~ | undici differs only in that its events are not trusted, and \`error\` is an ErrorEvent |
| open | the text leaves it open |
`;

/** Would it be as the text asks if all that is odd in its events were not? */
const onlyUntrusted = ({ expected, traces }, who) => traces[who]
  .map((line) => line.replace(/, isTrusted false(, made by ErrorEvent)?/, '')).join('\n') === expected.join('\n');

/** The cell of one scenario and implementation. A difference without a note is shown as "?", and fails the test. */
function cell(scenario, who) {
  const mark = scenario.marks[who];
  if (mark === undefined) return '';
  if (mark === 'silent') return 'open';
  const known = notesFor(scenario.name, who);
  const always = isByTiming(scenario.name, who) || (who === 'Parley' && known.some(({ ofRuntime }) => ofRuntime));
  if (mark !== 'differs' && !always) return '=';  // what a runtime lacks is no difference
  if (who === REPORTED_ONLY) return onlyUntrusted(scenario, who) ? '~' : 'x';
  return known.map((note) => `[${notes.indexOf(note) + 1}](#note-${notes.indexOf(note) + 1})`).join(' ') || '?';
}

const escapeCell = (text) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('*', '\\*').replaceAll('_', '\\_');

const quoted = (name) => `"${escapeCell(name)}"`;

const row = (cells) => `| ${cells.join(' | ')} |`;

function summary(scenarios) {
  const count = (who, test) => scenarios.filter((scenario) => test(cell(scenario, who))).length;
  const lines = COLUMNS.map((who) => row([who, count(who, (text) => text === '='), count(who, (text) => text === 'open'),
    `${count(who, (text) => text !== '=' && text !== 'open')}${who === REPORTED_ONLY ? `, of which ${count(who, (text) => text === '~')} are ~` : ''}`]));
  return [`\nOf ${scenarios.length} scenarios:\n`, '| | as the text asks | left open | differ |', '| - | - | - | - |', ...lines].join('\n');
}

function table(title, scenarios) {
  const rows = scenarios.map((scenario) => row([escapeCell(scenario.name), scenario.rule, ...COLUMNS.map((who) => cell(scenario, who))]));
  return [`\n## ${title}\n`, row(['Scenario', 'Rule', ...COLUMNS]), row(['-', '-', ...COLUMNS.map(() => '-')]), ...rows].join('\n');
}

/** The differences that a note tells of, equal ones once: { lines, who, names }. */
function differencesOf(note, scenarios) {
  const found = new Map();
  for (const name of note.scenarios) {
    const scenario = scenarios.find((one) => one.name === name);
    for (const who of note.who) {
      if (scenario.marks[who] !== 'differs' || (note.ofRuntime && who === 'Parley') || isByTiming(name, who)) continue;
      // Beside the constructor's line, which only names the scenario.
      const lines = difference(scenario.expected, scenario.traces[who]).split('\n').filter((line) => !/^ {2}new WebSocket\(/.test(line));
      const same = found.get(lines.join('\n')) ?? { lines, who: new Set(), names: new Set() };
      same.who.add(who);
      same.names.add(name);
      found.set(lines.join('\n'), same);
    }
  }
  return [...found.values()];
}

/** Long traces are shown around what differs. */
function shortened(lines) {
  if (lines.length <= 12) return lines;
  const near = lines.map((_, i) => lines.slice(Math.max(0, i - 1), i + 2).some((line) => !line.startsWith('  ')));
  return lines.flatMap((line, i) => (near[i] ? [line] : near[i - 1] ? ['  ...'] : []));
}

/** Breaks at spaces, at the width of this project's pages. */
function wrapped(text) {
  const lines = [''];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`.trimStart();
    if (longer.length <= WIDTH || lines.at(-1) === '') lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.join('\n');
}

function noteText(note, index, scenarios) {
  const differences = differencesOf(note, scenarios).map(({ lines, who, names }) => ({
    lines: shortened(lines), where: `${[...who].join(' and ')}, in ${[...names].map(quoted).join(', ')}`, names,
  }));
  const parts = differences.slice(0, SHOWN).map(({ lines, where }) => `\n${wrapped(`${where}:`)}\n\n\`\`\`diff\n${lines.join('\n')}\n\`\`\`\n`);
  const others = differences.slice(SHOWN).flatMap(({ names }) => [...names]);
  if (others.length !== 0) parts.push(`\n${wrapped(`And in the same way in ${others.map(quoted).join(', ')}.`)}\n`);
  return `\n### Note ${index + 1}\n\n${wrapped(`**${note.title}** (${note.who.join(', ')}). ${note.why}`)}\n\n${wrapped(`The text: ${note.section}.`)}\n`
    + parts.join('');
}

function silentText(scenarios) {
  const lines = scenarios.filter(({ expected }) => isSilent(expected)).map(({ name, expected, traces }) => {
    const shown = COLUMNS.slice(0, 3).filter((who) => traces[who]).map((who) => `${who}: ${traces[who].slice(1).map((line) => `\`${line}\``).join(', ')}`);
    return `\n${wrapped(`${quoted(name)}: ${expected[0].slice('silent: '.length)}`)}\n\n${shown.map((text) => `* ${text}\n`).join('')}`;
  });
  return `\n## What the text leaves open\n${lines.join('')}`;
}

/** The whole page. `versions` is by implementation. */
export function pageOf(scenarios, versions) {
  const known = Object.values(versions).filter((version) => version !== '').join(', ');
  return [
    INTRODUCTION, summary(scenarios), `\n\nWritten with ${known}.\n\nRules are those of [conformance.md](conformance.md).\n`,
    ...groups.map(([group, title]) => table(title, scenarios.filter((one) => one.group === group))).join('\n'), '\n',
    '\n## Notes\n\n"-" is what the text asks for, "+" what the implementation does.\n',
    ...notes.map((note, index) => noteText(note, index, scenarios)),
    silentText(scenarios),
  ].join('');
}

/** The page without what may change from one machine to the next: versions, and cells that are only reported. */
export function comparable(page) {
  return page.split('\n').filter((line) => !line.startsWith('Written with') && !line.startsWith(`| ${REPORTED_ONLY}`))
    .map((line) => line.replace(/ \| (?:=|x|~|open|) \|$/, ' |'));
}
