// The traces that the standard asks for: expected/GROUP.txt, one section for each scenario, `## its name` and the lines.
//
// A section whose only line begins with "silent:" says what the standard leaves open; then nothing is asked for.

import { readFileSync } from 'node:fs';

const HEADING = '## ';

export function parseExpected(text) {
  const sections = new Map();
  let lines;
  for (const line of text.split('\n')) {
    if (line.startsWith(HEADING)) {
      lines = [];
      sections.set(line.slice(HEADING.length), lines);
    } else if (line !== '') {
      lines.push(line);
    }
  }
  return sections;
}

/** A Map from the scenarios' names to their lines. */
export function expectedOf(group) {
  return parseExpected(readFileSync(new URL(`expected/${group}.txt`, import.meta.url), 'utf8'));
}

export const isSilent = (lines) => lines.length === 1 && lines[0].startsWith('silent:');
