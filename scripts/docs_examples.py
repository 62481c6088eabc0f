#!/usr/bin/env python3
"""Writes the examples of the public headers out as one source, to be compiled.

usage: docs_examples.py CONTEXT OUTPUT

CONTEXT is the header with what the examples presume. An example that defines a function stands by
itself; any other becomes the body of one.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^\s*/// @code\n(.*?)^\s*/// @endcode", re.DOTALL | re.MULTILINE)
FUNCTION = re.compile(r"^(?:void|int|auto) \w+\(.*\{$", re.MULTILINE)


def examples_of(header):
    """Yields (line number, code)."""
    text = header.read_text(encoding="utf-8")
    for found in BLOCK.finditer(text):
        code = re.sub(r"^\s*/// ?", "", found.group(1), flags=re.MULTILINE)
        yield text.count("\n", 0, found.start(1)) + 1, code


def main():
    context, output = Path(sys.argv[1]), Path(sys.argv[2])
    parts = [f'#include "{context}"\n']
    for header in sorted((ROOT / "include").rglob("*.hpp")):
        for line, code in examples_of(header):
            where = f'#line {line} "{header}"\n'
            body = where + code
            if not FUNCTION.match(code):
                body = f"[[maybe_unused]] static int example() {{\n{where}{code}return 0;\n}}\n"
            parts.append(f"namespace examples::n{len(parts)} {{\n{body}}}\n")
    if len(parts) < 10:
        sys.exit("docs_examples: the headers have hardly any example: is the pattern right?")
    output.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
