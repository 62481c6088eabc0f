#!/usr/bin/env python3
"""Prints each library source's share of lines that the tests ran, lowest first.

usage: coverage.py BUILD     BUILD is a build with PARLEY_COVERAGE whose tests have run
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def line_counts(build):
    """Returns {source: {line: times run}} over all object files."""
    counts = {}
    for data in sorted(build.rglob("*.gcda")):
        done = subprocess.run(["gcov", "--json-format", "--stdout", str(data)], cwd=data.parent,
                              capture_output=True, text=True, check=True)
        for document in done.stdout.splitlines():
            for file in json.loads(document)["files"]:
                lines = counts.setdefault(file["file"], {})
                for line in file["lines"]:
                    number = line["line_number"]
                    lines[number] = lines.get(number, 0) + line["count"]
    return counts


def main():
    rows = []
    for name, lines in line_counts(Path(sys.argv[1]).resolve()).items():
        path = Path(name)
        if not path.is_absolute():
            path = ROOT / path
        if any((ROOT / top) in path.parents for top in ("src", "include")) and lines:
            ran = sum(1 for times in lines.values() if times)
            rows.append((ran / len(lines), len(lines), ran, path.relative_to(ROOT)))
    if not rows:
        print("coverage: no counters; have the tests run?")
        return 1
    for share, total, ran, path in sorted(rows):
        print(f"{share:7.1%}  {ran:5d}/{total:<5d}  {path}")
    total = sum(row[1] for row in rows)
    print(f"coverage: {sum(row[2] for row in rows) / total:.1%} of {total} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main())
