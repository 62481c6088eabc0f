#!/usr/bin/env python3
"""Adds up ctest's JUnit reports and prints one line: N passed, N failed.

usage: count_tests.py [--passed N] [--failed N] REPORT...

--passed and --failed add checks that are not in a report. Tests that skip themselves or are
disabled count as neither and are named; tests whose program is missing have failed. A report that is missing, unreadable or without tests counts as one failure.
Exit code 1 if anything failed.
"""

import argparse
import sys
import xml.etree.ElementTree as ElementTree


def count(path):
    """Returns (passed, failed) of one report."""
    try:
        cases = list(ElementTree.parse(path).getroot().iter("testcase"))
    except (OSError, ElementTree.ParseError) as error:
        print(f"no test report: {error}")
        return 0, 1
    passed = failed = 0
    for case in cases:
        status = case.get("status")
        if status == "run":
            passed += 1
        elif status == "disabled" or is_skipped(case):
            print(f"skipped: {case.get('name')}")
        else:
            failed += 1
            print(f"failed: {case.get('name')}")
    return (passed, failed) if passed or failed else (0, 1)


def is_skipped(case):
    """Did the test itself say so? Otherwise "notrun" means that its program is missing."""
    note = case.find("skipped")
    return note is not None and note.get("message", "").startswith("SKIP_")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passed", type=int, default=0)
    parser.add_argument("--failed", type=int, default=0)
    parser.add_argument("reports", nargs="*")
    arguments = parser.parse_args()
    passed, failed = arguments.passed, arguments.failed
    for report in arguments.reports:
        more_passed, more_failed = count(report)
        passed += more_passed
        failed += more_failed
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
