#!/usr/bin/env python3
"""Prints the ten longest public headers, sources, functions and tests, and fails over the caps.

Caps in lines: public header 400, source 600, test file 800, function 60. A function may reach 100
when a comment directly above it contains the words "dispatch switch" and says why.

usage: sizes.py [ROOT] [--quiet]     --quiet prints only what is over a cap
"""

import re
import statistics
import sys
from pathlib import Path

CAP_HEADER = 400
CAP_SOURCE = 600
CAP_TEST = 800
CAP_FUNCTION = 60
CAP_DISPATCH = 100
LONGEST = 10

CPP = {".hpp", ".cpp", ".h", ".cc"}
TEST = CPP | {".py", ".mjs", ".js", ".sh"}
SOURCE_TOPS = ("src", "tools", "bindings", "examples", "bench", "fuzz")

BLANKED = re.compile(
    r'R"(?P<tag>[^()\s\\]{0,16})\(.*?\)(?P=tag)"'  # raw string
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'"  # not a digit separator
    r"|//[^\n]*|/\*.*?\*/"
    r"|^[ \t]*#(?:\\\n|[^\n])*",  # preprocessor line with its continuations
    re.DOTALL | re.MULTILINE)

TEMPLATE = re.compile(r"^\s*template\s*<")
CONTAINER = re.compile(r"^\s*(?:(?:inline|export|typedef|constexpr|static|extern)\s+)*"
                       r"(?:namespace|class|struct|union|enum|extern)\b")


def blank(text):
    """The text with strings, comments and preprocessor lines as spaces; line breaks stay."""
    return BLANKED.sub(lambda found: re.sub(r"[^\n]", " ", found.group(0)), text)


def without_template(head):
    """The declaration without its template<...> and requires prefixes."""
    while TEMPLATE.match(head):
        depth = 0
        start = head.index("<")
        for position in range(start, len(head)):
            if head[position] == "<":
                depth += 1
            elif head[position] == ">" and head[position - 1] != "-":
                depth -= 1
                if depth == 0:
                    head = head[position + 1:]
                    break
        else:
            return head
    return head


def top_level(head):
    """The declaration without what stands in parentheses."""
    depth = 0
    kept = []
    for character in head:
        if character == "(":
            depth += 1
            kept.append("(")
        elif character == ")":
            depth -= 1
            kept.append(")")
        elif depth == 0:
            kept.append(character)
    return "".join(kept)


def kind_of(head):
    """What a `{` after this declaration opens: container, function or initializer."""
    head = without_template(head)
    flat = top_level(head)
    if CONTAINER.match(head) and "(" not in re.sub(r"__attribute__\(\)|alignas\(\)", "", flat):
        return "container"
    if "(" not in flat:
        return "initializer"
    plain = re.sub(r"\boperator\s*(?:\(\)|[^\s\w(]+)", "operator", flat)
    if re.search(r"(?<![=!<>+\-*/%&|^])=(?!=)", plain):
        return "function" if "](" in plain or re.search(r"\]\s*\(", plain) else "initializer"
    # A constructor's list: `: a_(x), b_{y} {`. A brace after a name there is a member's.
    if re.search(r"\)[^:]*(?<!:):(?!:)", plain) and re.search(r"[\w>]\s*$", plain) \
            and not re.search(r"\b(?:noexcept|const|override|final|try)\s*$", plain):
        return "initializer"
    return "function"


def matching(text, start):
    depth = 0
    for position in range(start, len(text)):
        if text[position] == "{":
            depth += 1
        elif text[position] == "}":
            depth -= 1
            if depth == 0:
                return position
    return len(text) - 1


def name_of(head):
    found = re.search(r"([\w:~]+(?:\s*operator[^\s(]*)?|operator[^(]*|operator\(\))\s*\(",
                      without_template(head))
    return found.group(1) if found else "?"


def functions(text):
    """Yields (first line, length in lines, name) of every function body outside another one."""
    code = blank(text)
    head_start = 0
    position = 0
    while position < len(code):
        character = code[position]
        if character in ";}":
            head_start = position + 1
        elif character == ":" and re.search(r"\b(?:public|private|protected)\s*$",
                                            code[head_start:position]):
            head_start = position + 1
        elif character == "{":
            head = code[head_start:position]
            kind = kind_of(head)
            if kind == "container":
                head_start = position + 1
            else:
                end = matching(code, position)
                if kind == "function":
                    start = head_start + len(head) - len(head.lstrip())
                    first = code.count("\n", 0, start) + 1
                    last = code.count("\n", 0, end) + 1
                    yield first, last - first + 1, name_of(head)
                    head_start = end + 1
                position = end
        position += 1


def is_dispatch(lines, first):
    """Does the comment directly above line `first` (from 1) say that this is a dispatch switch?"""
    number = first - 2
    while number >= 0 and lines[number].lstrip().startswith(("//", "template", "requires", "[[")):
        if "dispatch switch" in lines[number].lower():
            return True
        number -= 1
    return False


def files(folder, suffixes):
    if not folder.is_dir():
        return []
    return [path for path in sorted(folder.rglob("*"))
            if path.suffix in suffixes and "node_modules" not in path.parts]


def measure(root):
    """Returns four lists of (lines, cap, name)."""
    def sized(paths, cap):
        return [(len(path.read_text(encoding="utf-8").splitlines()), cap,
                 str(path.relative_to(root))) for path in paths]

    headers = files(root / "include", CPP)
    sources = [path for top in SOURCE_TOPS for path in files(root / top, CPP)]
    found = []
    for path in headers + sources:
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        for first, length, name in functions(text):
            cap = CAP_DISPATCH if is_dispatch(lines, first) else CAP_FUNCTION
            found.append((length, cap, f"{path.relative_to(root)}:{first} {name}"))
    return {
        "public headers": sized(headers, CAP_HEADER),
        "sources": sized(sources, CAP_SOURCE),
        "functions": found,
        "tests": sized(files(root / "tests", TEST), CAP_TEST),
    }


def summary(title, sizes):
    values = sorted(size for size, _, _ in sizes)
    if not values:
        return f"{title}: none"
    ninth = values[min(len(values) - 1, len(values) * 9 // 10)]
    return (f"{title}: {len(values)}, median {statistics.median_low(values)}, "
            f"90th percentile {ninth}, longest {values[-1]}")


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--quiet"]
    quiet = "--quiet" in sys.argv
    root = Path(arguments[0] if arguments else Path(__file__).resolve().parent.parent).resolve()
    over = 0
    for title, sizes in measure(root).items():
        if not quiet:
            print(summary(title, sizes))
            for size, _, name in sorted(sizes, reverse=True)[:LONGEST]:
                print(f"  {size:5d}  {name}")
        for size, cap, name in sizes:
            if size > cap:
                over += 1
                print(f"over the cap: {name}: {size} lines, cap {cap}")
    print(f"sizes: {over} over the cap" if over else "sizes: nothing is over its cap")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
