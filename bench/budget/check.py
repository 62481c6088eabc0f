#!/usr/bin/env python3
"""Counts instructions and allocations per message in fixed runs of this library's ends, and fails if
they are more than the budget allows. callgrind counts the same on every run.

usage: check.py [--build FOLDER] [--update]

  --update   write what was counted into budgets.json instead; a rise needs a reason in the commit
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUDGETS = HERE / "budgets.json"
TOLERANCE = 0.03


def count(program, scenario):
    """@return instructions and allocations per message"""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "callgrind.out"
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={report}",
             "--collect-atstart=no", "--toggle-collect=bench::measured*", str(program), scenario],
            capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise SystemExit(f"{scenario}: {done.stderr.strip()}")
        run = json.loads(done.stdout)
        total = int(re.search(r"^(?:summary|totals): (\d+)", report.read_text(), re.M).group(1))
    return total / run["messages"], run["allocations"] / run["messages"]


def check(scenario, counted, budget):
    """@return whether it is kept; prints a line"""
    instructions, allocations = counted
    most = budget["instructions"] * (1 + TOLERANCE)
    kept = instructions <= most and allocations <= budget["allocations"] + 0.001
    print(f"{scenario}  {instructions:8.1f} instructions per message "
          f"(budget {budget['instructions']:.1f}), {allocations:.3f} allocations "
          f"(budget {budget['allocations']:.3f})  {'kept' if kept else 'EXCEEDED'}")
    return kept


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1])
    parser.add_argument("--build", type=Path, default=HERE.parents[1] / "build" / "release")
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    if not shutil.which("valgrind"):
        print("SKIPPED: there is no valgrind here")
        return 0
    budgets = json.loads(BUDGETS.read_text())
    counted = {name: count(options.build / "bin" / "bench_budget", name) for name in budgets}
    if options.update:
        budgets = {name: {"instructions": round(instructions, 1), "allocations": round(made, 3)}
                   for name, (instructions, made) in counted.items()}
        BUDGETS.write_text(json.dumps(budgets, indent=2) + "\n")
    kept = [check(name, counted[name], budgets[name]) for name in budgets]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
