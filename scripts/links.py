#!/usr/bin/env python3
"""Checks that every relative link in the Markdown pages leads to a file, and to a heading of it.

usage: links.py [ROOT]       prints one line per violation; exit code 1 if there is any
"""

import re
import sys
from pathlib import Path

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
FENCE = re.compile(r"^\s*(```|~~~)")
SKIP = {"build", "node_modules", ".git", ".cache"}


def pages(root):
    for path in sorted(root.rglob("*.md")):
        if not SKIP.intersection(path.relative_to(root).parts):
            yield path


def prose(path):
    """Yields (line number, line) outside code fences."""
    inside = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if FENCE.match(line):
            inside = not inside
        elif not inside:
            yield number, line


def anchors(path):
    """The names that a forge gives to the headings of a page."""
    names = set()
    for _, line in prose(path):
        if line.startswith("#"):
            title = re.sub(r"[`*_]", "", line.lstrip("#").strip().lower())
            names.add(re.sub(r"[^\w\- ]", "", title).replace(" ", "-"))
    return names


def check(root):
    lines = []
    for page in pages(root):
        for number, line in prose(page):
            for target in LINK.findall(re.sub(r"`[^`]*`", "", line)):
                if re.match(r"[a-z][a-z0-9+.-]*:", target):
                    continue
                file, _, anchor = target.partition("#")
                place = (page.parent / file) if file else page
                where = f"{page.relative_to(root)}:{number}"
                if not place.exists():
                    lines.append(f"{where}: {target}: no such file")
                elif anchor and place.suffix == ".md" and anchor not in anchors(place):
                    lines.append(f"{where}: {target}: no such heading")
    return lines


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
    lines = check(root.resolve())
    for line in lines:
        print(line)
    print(f"links: {len(lines)} broken" if lines else "links: every link leads somewhere")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
