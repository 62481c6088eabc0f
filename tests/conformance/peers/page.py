"""Makes docs/conformance-peers.md of the suite's reports and of remarks.py."""

import collections
import fnmatch
import json
import os

from remarks import INTRODUCTION, REMARKS

VERDICTS = ("strict", "non-strict", "informational", "unimplemented", "failed")


def read(folder, names):
    """[(name, end, report)] of those that are there, in the order of `names`."""
    runs = []
    for name in names:
        for end in ("server", "client"):
            path = os.path.join(folder, f"{name}_{end}.json")
            if os.path.exists(path):
                with open(path, encoding="utf-8") as file:
                    runs.append((name, end, json.load(file)))
    return runs


def heading(report):
    return f"{report['title']} {report['version']}"


def table(runs):
    lines = ["| Peer | as | strict | non-strict | informational | unimplemented | failed | seconds |",
             "| - | - | - | - | - | - | - | - |"]
    for _, end, report in runs:
        counts = [report["summary"][verdict] for verdict in VERDICTS]
        missing = report["summary"]["not run"]
        lines.append(f"| {heading(report)} | {end} | {' | '.join(map(str, counts))} | {report['seconds']:.0f} |" +
                     (f" {missing} not run" if missing else ""))
    return "\n".join(lines)


def listed(names):
    return ", ".join(f"`{name}`" for name in names)


def failures(name, end, report):
    """One line for each remark, with the ids it is about; what has no remark is listed by its detail."""
    left = collections.OrderedDict((case["id"], case["detail"]) for case in report["cases"]
                                   if case["verdict"] == "failed")
    for patterns, words in REMARKS.get((name, end), []):
        ids = [one for one in left if any(fnmatch.fnmatchcase(one, pattern) for pattern in patterns.split())]
        if ids:
            yield f"* {words} ({len(ids)}): {listed(ids)}"
        for one in ids:
            del left[one]
    for one, detail in left.items():
        yield f"* `{one}`: {detail}"


def lenience(report):
    """What most often costs it the strict verdict."""
    details = collections.Counter(case["detail"] for case in report["cases"] if case["verdict"] == "non-strict")
    return "; ".join(f"{detail} ({count})" for detail, count in details.most_common(3) if count > 2)


def text(runs):
    parts = [INTRODUCTION.rstrip(), "", "## Results", "", table(runs), "", "## What fails, and how"]
    for name, end, report in runs:
        lines = list(failures(name, end, report))
        often = lenience(report)
        if not lines and not often:
            continue
        parts += ["", f"### {heading(report)} as a {end}", "", *lines]
        if often:
            parts += [""] * bool(lines) + [f"Most frequent among the non-strict: {often}."]
    return "\n".join(parts) + "\n"
