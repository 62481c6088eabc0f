"""The ends under test: this library, the raw limit and the peers, and how each is started.

The command line of every end is the same. A server prints its port and serves until it is ended:

    END serve echo|deflate|broadcast [IDENTITY]     IDENTITY: PEM of certificate and key, for TLS
    END receive PORT                                counts messages; answers "?" with the count
    END send PORT BYTES text|binary
    END echo PORT                                   sends back what it gets
    END churn PORT BYTES                            connects, has one echoed, closes, 16 at a time
"""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / "bench" / "peers"
MODULES = PEERS / "node_modules"

SERVER = {"serve echo", "serve deflate", "serve broadcast"}
CLIENT = {"receive", "send", "echo", "churn"}


@dataclass(frozen=True)
class End:
    name: str
    title: str
    command: tuple
    roles: frozenset
    version: str
    tls: bool = False  # can its server do TLS?
    is_raw: bool = False
    mode: str = ""  # instead of "deflate", for an end that only differs in this


class Missing(Exception):
    """Says what to install."""


def output(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
        return done.stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def package_version(package):
    return output("dpkg-query", "-W", "-f", "${Version}", package)


def npm_version(package):
    try:
        return json.loads((MODULES / package / "package.json").read_text())["version"]
    except OSError as error:
        raise Missing(f"npm ci in {PEERS.relative_to(ROOT)}") from error


def node():
    command = shutil.which("node")
    if not command:
        raise Missing("apt-get install nodejs npm")
    return command


def built(build, name, package):
    program = build / "bin" / name
    if not program.exists():
        raise Missing(f"apt-get install {package}")
    return str(program)


def version_of_ours():
    """The commit, "-dirty" if what programs are made of was changed since; pages may be."""
    git = ("git", "-C", str(ROOT))
    commit = output(*git, "describe", "--always")
    changed = output(*git, "status", "--porcelain", "--", "include", "src", "bench", "cmake",
                     "CMakeLists.txt", "CMakePresets.json")
    return f"{commit}-dirty" if changed else commit


def of_ours(build, name):
    version = version_of_ours()
    return End(name, "Parley" if name == "parley" else "Parley, level Best",
               (str(build / "bin" / "bench_parley"),),
               frozenset(SERVER | CLIENT if name == "parley" else {"serve deflate"}), version,
               tls=True, mode="deflate-best" if name == "parley-best" else "")


def of_raw(build, _):
    roles = frozenset((SERVER | CLIENT) - {"serve deflate"})
    return End("raw", "raw TCP or TLS", (str(build / "bin" / "bench_raw"),), roles, "",
               tls=True, is_raw=True)


def of_beast(build, name):
    program = built(build, "bench_beast", "libboost1.81-dev")
    version = package_version("libboost1.81-dev")
    if name == "beast-sync":
        return End(name, "Boost.Beast, synchronous", (program, "sync"),
                   frozenset({"receive", "send", "echo"}), version)
    return End(name, "Boost.Beast", (program, "async"), frozenset(SERVER | CLIENT), version,
               tls=True)


def of_libwebsockets(build, name):
    program = built(build, "bench_libwebsockets", "libwebsockets-dev")
    return End(name, "libwebsockets", (program,),
               frozenset(SERVER - {"serve broadcast"} | {"receive", "send", "echo"}),
               package_version("libwebsockets-dev"))


def of_websocketpp(build, name):
    program = built(build, "bench_websocketpp", "libwebsocketpp-dev libboost1.81-dev")
    return End(name, "websocketpp", (program,),
               frozenset(SERVER | {"receive", "send", "echo"}),
               package_version("libwebsocketpp-dev"))


def of_ws(_, name):
    version = f"{npm_version('ws')}, Node {output(node(), '--version')}"
    return End(name, "ws", (node(), str(PEERS / "ws.mjs")), frozenset(SERVER | CLIENT), version,
               tls=True)


def of_undici(_, name):
    return End(name, "undici", (node(), str(PEERS / "undici.mjs")), frozenset(CLIENT),
               npm_version("undici"))


def of_bun(_, name):
    version = npm_version("bun")
    # Its install script moves the program, if it is let run.
    binaries = [path for pattern in ("bun/bin/bun.exe", "@oven/bun-linux-*/bin/bun")
                for path in MODULES.glob(pattern) if output(str(path), "--version")]
    if not binaries:
        raise Missing("npm package bun has no program for this machine")
    return End(name, "Bun", (str(binaries[0]), str(PEERS / "bun.mjs")),
               frozenset(SERVER | CLIENT), version, tls=True)


def of_deno(_, name):
    version = npm_version("deno")
    binaries = [path for path in MODULES.glob("@deno/*/deno") if output(str(path), "--version")]
    if not binaries:
        raise Missing("npm package deno has no program for this machine")
    return End(name, "Deno", (str(binaries[0]), "run", "--allow-all", "--no-lock", "--no-config",
                              str(PEERS / "deno.mjs")),
               frozenset(SERVER - {"serve deflate"} | CLIENT), version)


def of_python(_, name):
    # Debian's interpreter is the one that has the package.
    python = "/usr/bin/python3"
    version = output(python, "-c", "import websockets.version as v; print(v.version)")
    if not version:
        raise Missing("apt-get install python3-websockets")
    return End(name, "Python websockets", (python, str(PEERS / "python_websockets.py")),
               frozenset(SERVER | {"receive", "send", "echo"}), version)


MAKERS = {
    "raw": of_raw, "parley": of_ours, "parley-best": of_ours,
    "beast": of_beast, "beast-sync": of_beast, "libwebsockets": of_libwebsockets,
    "websocketpp": of_websocketpp, "ws": of_ws, "undici": of_undici, "bun": of_bun,
    "deno": of_deno, "websockets": of_python,
}
OURS = ("raw", "parley", "parley-best")
PEER_NAMES = tuple(name for name in MAKERS if name not in OURS)
NPM = {"ws", "undici", "bun", "deno"}
COMPILED = {"beast": "bench_beast", "beast-sync": "bench_beast",
            "libwebsockets": "bench_libwebsockets", "websocketpp": "bench_websocketpp"}


def find(build, names):
    """The ends of these names that this machine has; says what the others need."""
    found = []
    for name in names:
        try:
            found.append(MAKERS[name](build, name))
        except Missing as missing:
            print(f"skipping {name}: {missing}")
    return found
