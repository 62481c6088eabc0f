#!/usr/bin/env python3
"""Runs the benchmarks: this library, the raw limit and the peers in turn, in interleaved rounds.

usage: run.py [SCENARIO...] [--peers LIST] [--runs N] [--smoke] [--build FOLDER]

  SCENARIO       E1, E2, ... (default: all); "E6" stands for E6a and E6b
  --peers LIST   all (default), none, or names with commas: beast,bun,ws
  --runs N       rounds (default 5)
  --smoke        one short round of ours and the raw limit: fails on errors, never on times
  --page         write docs/benchmarks.md and its plots from the results so far, and measure nothing

Results are kept in build/bench/results.json, a scenario at a time; the page shows all of them.
"""

import argparse
import datetime
import json
import os
import platform
import sys
from pathlib import Path

import cost
import ends
import page
import processes
import scenarios
from processes import Failed

ROOT = ends.ROOT
RESULTS = ROOT / "build" / "bench" / "results.json"
IDENTITY = ROOT / "build" / "bench" / "identity.pem"


def machine():
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return {"processor": model, "cores": os.cpu_count(), "kernel": platform.release(),
            "compiler": ends.output("c++", "--version").splitlines()[0]}


def make_identity():
    """A self-signed certificate of P-256 and its key, in one file."""
    IDENTITY.parent.mkdir(parents=True, exist_ok=True)
    key = IDENTITY.with_suffix(".key")
    ends.output("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                "-keyout", str(key), "-out", str(IDENTITY))
    IDENTITY.write_text(IDENTITY.read_text() + key.read_text())
    key.unlink()


def can_run(end, scenario):
    if end.name == "parley-best" and end.name not in scenario.variants:
        return False
    if end.is_raw and scenario.role == "serve deflate":
        return False
    return scenario.role in end.roles and (end.tls or not scenario.tls)


def measure(build, end, scenario, window, warm_up):
    load = [str(build / "bin" / "bench_load"), scenario.kind, *scenario.load,
            "--window", str(window), "--warm-up", str(warm_up)]
    if end.is_raw:
        load.append("--raw")
    words = scenario.role.split()
    if end.mode and words[-1] == "deflate":
        words[-1] = end.mode
    if scenario.is_server:
        command = [*end.command, *words] + ([str(IDENTITY)] if scenario.tls else [])
        return processes.run_server(command, load)
    return processes.run_client(lambda port: [*end.command, *words, port, *scenario.end], load)


def run_scenario(build, scenario, all_ends, rounds, window, warm_up):
    """Rounds of all ends in turn, so that what the machine does meanwhile meets all of them."""
    samples = {end.name: [] for end in all_ends if can_run(end, scenario)}
    failures = {}
    for number in range(rounds):
        for end in all_ends:
            if end.name not in samples or end.name in failures:
                continue
            try:
                sample = measure(build, end, scenario, window, warm_up)
                sample["round"] = number
                samples[end.name].append(sample)
            except Failed as failure:
                failures[end.name] = str(failure)
                print(f"  {end.name}: {failure}")
    return {"samples": samples, "failures": failures}


def run_memory(build, scenario, all_ends, connections):
    samples, failures = {}, {}
    for end in all_ends:
        role = f"serve {scenario.mode}"
        if role not in end.roles or (scenario.tls and not end.tls) or end.name == "parley-best":
            continue
        load = [str(build / "bin" / "bench_load"), "idle", "--connections", str(connections),
                "--quiet", str(scenario.quiet), *scenario.load]
        if end.is_raw:
            load.append("--raw")
        command = [*end.command, "serve", scenario.mode]
        try:
            samples[end.name] = [processes.run_server(
                command + ([str(IDENTITY)] if scenario.tls else []), load, 240)]
        except Failed as failure:
            failures[end.name] = str(failure)
            print(f"  {end.name}: {failure}")
    return {"samples": samples, "failures": failures}


def possible_connections(wanted):
    """A socket each at both ends, and a few descriptors besides."""
    hard = processes.resource.getrlimit(processes.resource.RLIMIT_NOFILE)[1]
    possible = min(wanted, hard - 200)
    if possible < wanted:
        print(f"  only {possible} connections: the limit of open files is {hard}")
    return possible


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench", usage=__doc__.split("\n\n")[1])
    parser.add_argument("scenarios", nargs="*")
    parser.add_argument("--peers", default="all")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--page", action="store_true")
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "release")
    return parser.parse_args()


def peer_names(text):
    if text in ("all", "none"):
        return ends.PEER_NAMES if text == "all" else ()
    names = tuple(text.split(","))
    unknown = [name for name in names if name not in ends.PEER_NAMES]
    if unknown:
        raise SystemExit(f"no peer {unknown[0]}; there are {', '.join(ends.PEER_NAMES)}")
    return names


def run_one(name, options, all_ends):
    """Measures the scenario of this name."""
    build, smoke = options.build, options.smoke
    rounds = 1 if smoke else options.runs
    for scenario in scenarios.SCENARIOS:
        if scenario.name == name:
            window, warm_up = (100, 50) if smoke else (scenario.window, 150)
            return run_scenario(build, scenario, all_ends, rounds, window, warm_up)
    for scenario in scenarios.MEMORY:
        if scenario.name == name:
            connections = 300 if smoke else possible_connections(scenario.connections)
            return run_memory(build, scenario, all_ends, connections)
    return cost.measure(build, all_ends, rounds)


def main():
    options = arguments()
    options.build = options.build.resolve()
    if options.page:
        page.write(json.loads(RESULTS.read_text()))
        return 0
    names = scenarios.chosen(options.scenarios)
    if options.smoke:
        # Ten seconds and more, for nothing that can fail.
        names = [name for name in names if name not in ("M1d",)]
    wanted = ("raw", "parley", "parley-best") + (() if options.smoke else peer_names(options.peers))
    all_ends = ends.find(options.build, wanted)
    make_identity()
    results = {"scenarios": {}}
    if RESULTS.exists() and not options.smoke:
        results = json.loads(RESULTS.read_text())
    results["machine"] = machine()
    results["ends"] = {**results.get("ends", {}),
                       **{end.name: {"title": end.title, "version": end.version}
                          for end in all_ends}}
    failed = False
    for name in names:
        found = run_one(name, options, all_ends)
        found.update(runs=options.runs, at=datetime.date.today().isoformat(),
                     load=round(os.getloadavg()[0], 1))
        failed = failed or any(end in ends.OURS for end in found["failures"])
        results["scenarios"][name] = found
        page.print_table(name, found)
        if not options.smoke:
            RESULTS.write_text(json.dumps(results, indent=1))
    if not options.smoke:
        page.write(results)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
