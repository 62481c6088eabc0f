#!/usr/bin/env python3
"""Prints the share of each source's lines that its own test file runs, for the layers above the line.

usage: own_coverage.py BUILD     BUILD is a build with PARLEY_COVERAGE of these layers' tests

The own test file of src/LAYER/NAME.cpp is tests/LAYER/NAME_test.cpp, or what PARTNERS says. Each runs
alone, so that a source is not covered by what others happen to do with it. Fails below LEAST for all
of them together.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ("bytes", "frame", "http", "url", "deflate", "handshake", "protocol")
LEAST = 0.95
MACRO = re.compile(r"^(?:TYPED_)?TEST(?:_F|_P)?\(\s*(\w+)\s*,\s*(\w+)\s*\)", re.MULTILINE)

# Sources that are behind a seam, or a part of what is tested as a whole.
PARTNERS = {
    "bytes/utf16": ["utf8"],
    "bytes/utf8": ["utf8", "utf8_validator", "utf8_kernels"],
    "bytes/utf8_avx2": ["utf8_kernels"],
    "bytes/utf8_avx512": ["utf8_kernels"],
    "bytes/utf8_neon": ["utf8_kernels"],
    "bytes/utf8_ssse3": ["utf8_kernels"],
    "deflate/isal_deflater": ["deflater"],
    "deflate/isal_inflater": ["inflater"],
    "deflate/isal_scratch": ["deflater"],
    "deflate/zlib_deflater": ["deflater"],
    "deflate/zlib_inflater": ["inflater"],
    "deflate/zlib_memory": ["inflater"],
    "handshake/client_request": ["client_handshake"],
    "handshake/handshake_error": ["failure"],
    "handshake/response_check": ["client_handshake"],
    "handshake/response_writer": ["server_handshake"],
    "handshake/upgrade_check": ["server_handshake"],
    "protocol/incoming_message": ["incoming_message", "message_compression"],
    "protocol/connection": ["connection_state", "connection_receive", "connection_output", "connection_closing"],
    "protocol/fixed_entropy": ["entropy"],
}


def partners_of(layer, name):
    """The test files, those that are there."""
    names = PARTNERS.get(f"{layer}/{name}", [name])
    paths = [ROOT / "tests" / layer / f"{each}_test.cpp" for each in names]
    return [path for path in paths if path.is_file()]


def filter_of(paths):
    """Of GoogleTest: exactly the tests of these files, whatever they are instantiated for."""
    parts = []
    for path in paths:
        for suite, name in MACRO.findall(path.read_text(encoding="utf-8")):
            parts += [f"{suite}.{name}", f"*/{suite}.{name}/*", f"{suite}/*.{name}"]
    return ":".join(parts)


def lines_of(data, source):
    """{line: times run} of one object."""
    done = subprocess.run(["gcov", "--json-format", "--stdout", str(data)], cwd=data.parent,
                          capture_output=True, text=True, check=True)
    lines = {}
    for document in done.stdout.splitlines():
        for file in json.loads(document)["files"]:
            if Path(file["file"]).name != source.name:
                continue
            for line in file["lines"]:
                number = line["line_number"]
                lines[number] = lines.get(number, 0) + line["count"]
    return lines


def measure(build, layer):
    """Yields (source, lines, lines that ran, numbers of those that did not)."""
    groups = {}
    for source in sorted((ROOT / "src" / layer).glob("*.cpp")):
        paths = partners_of(layer, source.stem)
        groups.setdefault(tuple(paths), []).append(source)
    for paths, sources in groups.items():
        for data in build.rglob("*.gcda"):
            data.unlink()
        if paths:
            subprocess.run([build / "bin" / f"test_{layer}", f"--gtest_filter={filter_of(paths)}", "--gtest_brief=1"],
                           stdout=subprocess.DEVNULL, check=True)
        for source in sources:
            notes = next(build.rglob(f"parley_{layer}.dir/{layer}/{source.name}.gcno"), None)
            if notes is None:
                continue  # not of this machine
            data = notes.with_suffix(".gcda")
            # Nothing has run at all: the notes alone tell the lines.
            lines = lines_of(data if data.exists() else notes, source)
            if lines:
                missing = sorted(number for number, times in lines.items() if not times)
                yield source, len(lines), len(lines) - len(missing), missing


def ranges(numbers):
    """"3-5 8"."""
    text, start, last = [], None, None
    for number in [*numbers, None]:
        if start is not None and number != last + 1:
            text.append(str(start) if start == last else f"{start}-{last}")
            start = None
        if start is None:
            start = number
        last = number
    return " ".join(text)


def main():
    build = Path(sys.argv[1]).resolve()
    rows = [row for layer in LAYERS for row in measure(build, layer)]
    if not rows:
        print("own_coverage: no counters; is it a build with PARLEY_COVERAGE?")
        return 1
    for source, total, ran, missing in sorted(rows, key=lambda row: row[2] / row[1]):
        share = ran / total
        note = f"  not {ranges(missing)}" if missing else ""
        print(f"{share:7.1%}  {ran:5d}/{total:<5d}  {source.relative_to(ROOT)}{note}")
    total = sum(row[1] for row in rows)
    share = sum(row[2] for row in rows) / total
    print(f"own coverage: {share:.1%} of {total} lines above the line, each source by its own test file")
    return 0 if share >= LEAST else 1


if __name__ == "__main__":
    os.environ.setdefault("LC_ALL", "C")
    sys.exit(main())
