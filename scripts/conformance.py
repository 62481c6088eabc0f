#!/usr/bin/env python3
"""Writes docs/conformance.md from scripts/conformance_lines.py and checks both.

usage: conformance.py --write|--check [ROOT]

--check fails if a test that the table names is not in the sources, if two lines have the same key,
or if the page is not what --write would make of the table.
"""

import re
import sys
from pathlib import Path

from conformance_lines import SECTIONS

PAGE = Path("docs") / "conformance.md"
MACRO = re.compile(r"^(?:TYPED_)?TEST(?:_F|_P)?\(\s*(\w+)\s*,\s*(\w+)\s*\)", re.MULTILINE)
TITLE = re.compile(r"^\s*test\(\s*(?P<quote>['`])(?P<title>(?:\\.|(?!(?P=quote)).)*)(?P=quote)",
                   re.MULTILINE)
STATES = {"elsewhere": "does not apply", "later": "later version", "untested": "**not yet tested**"}

INTRODUCTION = """\
# Conformance

Every rule of the standards that this library answers for, in a few words, and the tests that show
it. The standards' own text decides, not these words. Each test is named `Suite.Name` (GoogleTest)
or `e2e/file: title` (real browsers and libraries), so `./dev test` and a search find it.

This page is made by `scripts/conformance.py --write` from the table in
[scripts/conformance_lines.py](../scripts/conformance_lines.py); `--check`, which is one of the
tests of this repository, fails when a test that is named here does not exist.
"""


def tests_of(root):
    """The names of all tests in the sources."""
    names = set()
    for path in sorted((root / "tests").rglob("*_test.cpp")):
        for suite, name in MACRO.findall(path.read_text(encoding="utf-8")):
            names.add(f"{suite}.{name}")
    for path in sorted((root / "tests" / "e2e").glob("*.test.mjs")):
        file = path.name.removesuffix(".test.mjs")
        for found in TITLE.finditer(path.read_text(encoding="utf-8")):
            # One test for each of several peers: the peer's name is left out.
            title = re.sub(r"^\$\{\w+\}:? ", "", found.group("title"))
            names.add(f"e2e/{file}: " + re.sub(r"\\(.)", r"\1", title))
    return names


def all_lines():
    return [line for _, _, lines in SECTIONS for line in lines]


def faults(root):
    found = []
    known = tests_of(root)
    keys = set()
    for line in all_lines():
        if line.key in keys:
            found.append(f"{line.key}: stands in the table twice")
        keys.add(line.key)
        if line.kind == "shown" and not line.tests:
            found.append(f"{line.key}: names no test")
        for name in line.tests:
            if name not in known:
                found.append(f"{line.key}: {name}: no such test")
    return found


def row(line):
    tests = ", ".join(f"`{name}`" for name in line.tests) or STATES[line.kind]
    return f"| {line.key} | {line.rule} | {tests} | {line.remark} |"


def summary():
    kinds = [line.kind for line in all_lines()]
    return (f"\nOf {len(kinds)} rules, {kinds.count('shown')} are shown by tests, "
            f"{kinds.count('later')} wait for a later version (HTTP/2), "
            f"{kinds.count('elsewhere')} do not apply to a native library, and "
            f"{kinds.count('untested')} are not yet tested.\n")


def page():
    parts = [INTRODUCTION, summary()]
    for title, source, lines in SECTIONS:
        parts.append(f"\n## {title}\n\n")
        if source:
            parts.append(f"{source}\n\n")
        parts.append("| # | Rule | Tests | Remark |\n| - | - | - | - |\n")
        parts.extend(row(line) + "\n" for line in lines)
    return "".join(parts)


def main():
    arguments = sys.argv[1:]
    if not arguments or arguments[0] not in ("--write", "--check"):
        print(__doc__)
        return 2
    root = Path(arguments[1] if len(arguments) > 1 else Path(__file__).resolve().parent.parent)
    found = faults(root)
    if arguments[0] == "--write":
        (root / PAGE).write_text(page(), encoding="utf-8")
    elif not (root / PAGE).is_file() or (root / PAGE).read_text(encoding="utf-8") != page():
        found.append(f"{PAGE}: is not what scripts/conformance.py --write makes")
    for fault in found:
        print(fault)
    print(f"conformance: {len(found)} faults" if found else "conformance: every test is there")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
