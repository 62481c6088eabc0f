#!/usr/bin/env python3
"""Runs the conformance suite against other implementations, and both ends of Parley beside them.

usage: run.py PARLEY CASE_CLIENT [--reports FOLDER] [--write] [NAME...]

The reports (JSON and a web page for each peer and end) go to FOLDER, by default build/conformance.
--write makes docs/conformance-peers.md of all that are there, otherwise a table is printed.
NAMEs are of PEERS below; without any, all are run, one by one. `./dev peers` installs and builds
what this needs.
"""

import argparse
import json
import os
import subprocess
import sys

import page

HERE = os.path.dirname(os.path.abspath(__file__))
TREE = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
BUILT = os.path.join(TREE, "build", "peers")
PYTHON = "/usr/bin/python3"  # Debian's python3-websockets is for this one
PATIENCE = 900  # seconds until a run that never ends is given up


def script(name):
    return os.path.join(HERE, name)


def built(name):
    return [os.path.join(BUILT, name)]


def npm_version(package):
    path = os.path.join(TREE, "tests", "e2e", "node_modules", package, "package.json")
    with open(path, encoding="utf-8") as file:
        return json.load(file)["version"]


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def boost_version():
    with open("/usr/include/boost/version.hpp", encoding="utf-8") as file:
        line = next(line for line in file if line.startswith("#define BOOST_LIB_VERSION"))
    return line.split()[-1].strip('"').replace("_", ".")


def websockets_version():
    return output_of(PYTHON, "-c", "import websockets; print(websockets.__version__)")


def peers(parley, case_client):
    """Name: title, version, program as a server, program as a client."""
    return {
        "parley": ("Parley", output_of(parley, "--version").split()[-1],
                   [parley, "serve", "--echo", "--port", "0"], [case_client]),
        "ws": ("npm `ws`", npm_version("ws"),
               ["node", script("ws_server.mjs")], ["node", script("ws_client.mjs")]),
        "undici": ("npm `undici`", npm_version("undici"), None, ["node", script("undici_client.mjs")]),
        "websockets": ("Python `websockets`", websockets_version(),
                       [PYTHON, script("websockets_server.py")], [PYTHON, script("websockets_client.py")]),
        "beast": ("Boost.Beast", boost_version(), built("beast_server"), built("beast_client")),
        "lws": ("libwebsockets", output_of("pkg-config", "--modversion", "libwebsockets").rstrip("-"),
                built("lws_server"), built("lws_client")),
    }


def url_of(process):
    line = process.stdout.readline()
    assert line.startswith("listening on ws://"), line
    return line.split()[-1]


def check(parley, report, *arguments):
    return subprocess.Popen([parley, "check", *arguments, "--json", report + ".json", "--html", report + ".html"],
                            stdout=subprocess.PIPE, text=True)


def run_server(parley, report, command):
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            with check(parley, report, url_of(server)) as suite:
                suite.communicate(timeout=PATIENCE)
        finally:
            server.kill()


def run_client(parley, report, command):
    with check(parley, report, "--serve", "0") as suite:
        with subprocess.Popen([*command, url_of(suite)], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as client:
            try:
                client.wait(PATIENCE)
            finally:
                client.kill()
                suite.terminate()  # does no harm when it has ended
        suite.communicate(timeout=PATIENCE)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("parley")
    parser.add_argument("case_client")
    parser.add_argument("--reports", default=os.path.join(TREE, "build", "conformance"))
    parser.add_argument("--write", action="store_true")
    parser.add_argument("names", nargs="*", metavar="NAME")
    settings = parser.parse_args()
    os.makedirs(settings.reports, exist_ok=True)
    known = peers(settings.parley, settings.case_client)
    for name in settings.names or known:
        title, version, *commands = known[name]
        for end, run, command in zip(("server", "client"), (run_server, run_client), commands):
            if command is None:
                continue
            print(f"{title} {version} as {end}", flush=True)
            report = os.path.join(settings.reports, f"{name}_{end}")
            run(settings.parley, report, command)
            # The page is made of the reports alone.
            with open(report + ".json", encoding="utf-8") as file:
                found = json.load(file)
            with open(report + ".json", "w", encoding="utf-8") as file:
                json.dump({"title": title, "version": version, **found}, file, indent=1)
    runs = page.read(settings.reports, known)
    print(page.table(runs))
    if settings.write:
        with open(os.path.join(TREE, "docs", "conformance-peers.md"), "w", encoding="utf-8") as file:
            file.write(page.text(runs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
