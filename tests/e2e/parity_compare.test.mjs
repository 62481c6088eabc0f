// The judgement of e2e/parity, on traces made up here: that it finds what it is for.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { againstBothBrowsers, difference, faultsOfCoverage, staleNotes, unknownDifferences } from './parity/compare.mjs';
import { isSilent, parseExpected } from './parity/expected.mjs';
import { notes } from './parity/known_differences.mjs';
import { comparable } from './parity/page_writer.mjs';

const scenario = (changes = {}) => ({
  group: 'closing', name: 'made up', rule: 'X1', expected: ['open', 'close'],
  traces: { Parley: ['open', 'close'], Chromium: ['open', 'close'], Firefox: ['open', 'close'] },
  marks: { Parley: 'same', Chromium: 'same', Firefox: 'same' }, ...changes,
});

test('expectations are read by their headings', () => {
  const read = parseExpected('## first\nopen\nclose\n\n## second\nsilent: about this\n');
  assert.deepEqual([...read], [['first', ['open', 'close']], ['second', ['silent: about this']]]);
  assert.equal(isSilent(read.get('first')), false);
  assert.equal(isSilent(read.get('second')), true);
});

test('a difference keeps the lines around it', () => {
  assert.equal(difference(['a', 'b', 'c'], ['a', 'x', 'c', 'd']), '  a\n- b\n+ x\n  c\n+ d');
  assert.equal(difference([], ['a']), '+ a');
  assert.equal(difference(['a'], []), '- a');
});

test('what is as it should be has no faults', () => {
  assert.deepEqual(faultsOfCoverage([scenario()]), []);
  assert.deepEqual(unknownDifferences([scenario()], 'Parley'), []);
  assert.deepEqual(againstBothBrowsers([scenario()]), []);
});

test('a trace, an expectation or a rule that is missing is found, and a name that is used twice', () => {
  const { marks } = scenario();
  assert.match(faultsOfCoverage([scenario({ marks: { ...marks, Firefox: 'missing' } })])[0], /Firefox has no trace/);
  assert.match(faultsOfCoverage([scenario({ expected: undefined })])[0], /does not have it/);
  assert.match(faultsOfCoverage([scenario({ rule: 'X99' })])[0], /no rule X99/);
  assert.match(faultsOfCoverage([scenario(), scenario()])[0], /another scenario/);
});

test('a difference from the standard that no note tells of is found', () => {
  const odd = scenario({ traces: { Parley: ['open'] }, marks: { Parley: 'differs' } });
  assert.deepEqual(unknownDifferences([odd], 'Parley'), ['closing, "made up":\n  open\n- close']);
  const [{ who: [who], scenarios: [name] }] = notes;
  assert.deepEqual(unknownDifferences([scenario({ name, traces: { [who]: ['open'] }, marks: { [who]: 'differs' } })], who), []);
});

test('a difference from both browsers is found even where the standard is silent', () => {
  const { traces, marks } = scenario();
  const odd = scenario({ traces: { ...traces, Parley: ['open'] }, marks: { ...marks, Parley: 'silent' } });
  assert.equal(againstBothBrowsers([odd]).length, 1);
});

test('a note of a difference that is gone is found', () => {
  const [{ title, who: [who], scenarios: [name] }] = notes;
  const stale = staleNotes([scenario({ name, marks: { [who]: 'same' } })]);
  assert.ok(stale.includes(`"${title}": ${who} does not differ in "${name}"`));
  assert.ok(stale.some((line) => line.endsWith(`there is no scenario "${notes.at(-1).scenarios.at(-1)}"`)));
});

test('versions and undici\'s cells may change without the page being out of date', () => {
  const page = (version, cell) => `Written with ${version}.\n| undici | 1 |\n| name | X1 | = | [3](#note-3) | = | ${cell} |\n`;
  assert.deepEqual(comparable(page('a/1', '=')), comparable(page('a/2', 'x')));
  assert.notDeepEqual(comparable(page('a/1', '=')), comparable(page('a/1', '=').replace('= | =', '= | ?').replace('[3]', '[4]')));
});
