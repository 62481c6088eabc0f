#!/usr/bin/env python3
"""Rules for single lines of source.

* every source file is ASCII (texts for tests are written as escapes);
* the library writes nothing to standard output or standard error;
* no source file is named utils, helpers, common, misc or detail;
* nothing is left to be done later in a comment.

usage: sources.py [ROOT]     prints one line per violation; exit code 1 if there is any
"""

import re
import sys
from pathlib import Path

SUFFIXES = {".hpp", ".cpp", ".h", ".cc", ".py", ".mjs", ".js", ".cmake", ".sh", ".in"}
TOPS = ("include", "src", "tests", "tools", "bindings", "examples", "fuzz", "bench", "cmake",
        "scripts")
OUTPUT = re.compile(r"\bstd::(?:cout|cerr|clog)\b|\bv?f?printf\s*\(|\bf?put[cs]\s*\(|\bputchar\s*\("
                    r"|\bperror\s*\(|\bstd(?:out|err)\b|\b(?:STDOUT|STDERR)_FILENO\b|\bsyslog\s*\(")
# A name without a concept: what is in such a file belongs somewhere else.
DUMPS = {"util", "utils", "helper", "helpers", "common", "misc", "detail", "details"}
LATER = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")


def sources(root):
    for top in TOPS:
        for path in sorted((root / top).rglob("*")):
            if "node_modules" in path.parts or not path.is_file():
                continue
            if path.suffix in SUFFIXES or path.name == "CMakeLists.txt":
                yield top, path


def code_of(line):
    """The line without its // comment (a // inside a string is cut too, which hides nothing here)."""
    return line.split("//")[0]


def check(root):
    lines = []
    for top, path in sources(root):
        name = path.relative_to(root)
        if path.stem.lower() in DUMPS:
            lines.append(f"{name}:1: the file's name does not say what is in it")
        data = path.read_bytes()
        for number, raw in enumerate(data.split(b"\n"), 1):
            if not raw.isascii():
                lines.append(f"{name}:{number}: not ASCII")
        text = data.decode("utf-8", "replace").splitlines()
        for number, line in enumerate(text, 1):
            if top in ("src", "include") and (found := OUTPUT.search(code_of(line))):
                lines.append(f"{name}:{number}: the library prints nothing: {found.group(0)}")
            if path.name not in ("sources.py", "checks_test.py") and LATER.search(line):
                lines.append(f"{name}:{number}: unfinished work belongs to the issue tracker")
    return lines


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
    lines = check(root.resolve())
    for line in lines:
        print(line)
    print(f"sources: {len(lines)} violation(s)" if lines else "sources: ASCII, silent, named")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
