#!/usr/bin/env python3
"""Both ends of Parley against the suite: every verdict is the one that is written down.

usage: baseline_test.py server PARLEY [--write]
       baseline_test.py client PARLEY CASE_CLIENT [--write]

A change for the better fails as well: --write brings baselines/ up to date, and the change is then
part of the commit that caused it.
"""

import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PATIENCE = 600  # seconds until a run that never ends is given up
# A busy machine must not make a peer look slow: waits are in proportion to --timeout.
ARGUMENTS = ["--timeout", "25", "--skip", "performance"]


def url_of(process):
    line = process.stdout.readline()
    assert line.startswith("listening on ws://"), line
    return line.split()[-1]


def check(parley, *arguments):
    return subprocess.Popen([parley, "check", *arguments, *ARGUMENTS], stdout=subprocess.PIPE, text=True)


def run_server(report, parley):
    with subprocess.Popen([parley, "serve", "--echo", "--port", "0"], stdout=subprocess.PIPE, text=True) as server:
        try:
            with check(parley, url_of(server), "--json", report) as suite:
                print(suite.communicate(timeout=PATIENCE)[0])
        finally:
            server.kill()


def run_client(report, parley, client):
    with check(parley, "--serve", "0", "--json", report) as suite:
        try:
            subprocess.run([client, url_of(suite)], timeout=PATIENCE, check=True)
        finally:
            # It writes the reports of what there is, also if the client has ended early.
            suite.terminate()
        print(suite.communicate(timeout=PATIENCE)[0])


def verdicts(run, *programs):
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report.json")
        run(report, *programs)
        with open(report, encoding="utf-8") as file:
            return {case["id"]: case["verdict"] or "not run" for case in json.load(file)["cases"]}


def read(path):
    with open(path, encoding="utf-8") as file:
        return dict(line.split(" ", 1) for line in file.read().splitlines())


def differences(old, new):
    for name in [*old, *(name for name in new if name not in old)]:
        if old.get(name) != new.get(name):
            yield f"{name}: {old.get(name, 'no such case')} -> {new.get(name, 'no such case')}"


def main():
    end, *programs = [argument for argument in sys.argv[1:] if argument != "--write"]
    path = os.path.join(HERE, "baselines", f"parley_{end}.txt")
    found = verdicts({"server": run_server, "client": run_client}[end], *programs)
    if "--write" in sys.argv:
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(f"{name} {verdict}\n" for name, verdict in found.items())
        return 0
    changed = list(differences(read(path), found))
    for line in changed:
        print(line)
    print(f"{len(found)} cases, {len(changed)} changed")
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
