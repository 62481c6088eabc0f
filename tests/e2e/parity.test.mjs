// The same scripts in Chromium, Firefox, undici and our WebSocket for Node: their traces, held against the standard's and each other.

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';

import { collect } from './parity/collect.mjs';
import {
  BROWSERS, againstBothBrowsers, faultsOfCoverage, scenariosOf, staleNotes, unknownDifferences,
} from './parity/compare.mjs';
import { faultsOfPage } from './parity/report.mjs';

/** How many scenarios there have to be. */
const ENOUGH = 150;

/** More are not read. */
const SHOWN = 20;

const none = (faults, what) => assert.equal(faults.length, 0, `${faults.length} ${what}:\n\n${faults.slice(0, SHOWN).join('\n\n')}`);

describe('parity', () => {
  let scenarios;
  let versions;
  const withoutOurs = process.env.PARLEY_PARITY_BINDING === 'off' && 'PARLEY_PARITY_BINDING is off';
  before(async () => {
    const results = await collect();
    versions = Object.fromEntries([...results].map(([who, { version }]) => [who, version]));
    scenarios = await scenariosOf(results);
  });

  test('every scenario has a trace in every implementation, and an expectation', () => {
    assert.ok(scenarios.length >= ENOUGH, `${scenarios.length} scenarios`);
    none(faultsOfCoverage(scenarios), 'gaps');
  });

  test('ours does what the standard says in every scenario', { skip: withoutOurs }, () => {
    none(unknownDifferences(scenarios, 'Parley'), 'differences');
  });

  test('where both browsers agree, so does ours, or the text says otherwise', { skip: withoutOurs }, () => {
    none(againstBothBrowsers(scenarios), 'differences');
  });

  for (const browser of BROWSERS) {
    test(`what ${browser} does otherwise than the standard is known`, () => none(unknownDifferences(scenarios, browser), 'differences'));
  }

  test('every known difference is still there', () => none(staleNotes(scenarios), 'that are not'));

  test('docs/parity.md says what the traces say', { skip: withoutOurs }, () => {
    assert.equal(faultsOfPage(scenarios, versions), '', 'node tests/e2e/parity/report.mjs --write makes it anew');
  });
});
