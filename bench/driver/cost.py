"""X1: what the smallest client costs its user to compile, and the size of the program."""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from ends import PEERS, ROOT, output

SOURCES = {"parley": ROOT / "bench" / "ends" / "smallest_parley.cpp",
           "beast": PEERS / "smallest_beast.cpp"}
COMPILE = ["c++", "-std=c++20", "-O2"]


def compile_once(source, build, program):
    """@return seconds, and bytes of memory of the compiler at its peak"""
    includes = [f"-I{ROOT / 'include'}", f"-I{build / 'include'}"]
    process = os.fork()
    if process == 0:
        os.execvp(COMPILE[0], [*COMPILE, *includes, "-c", str(source), "-o", str(program)])
    _, status, usage = os.wait4(process, 0)
    if status != 0:
        raise OSError(f"{source.name} does not compile")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def link(name, build, compiled, program):
    libraries = ["-lpthread"]
    if name == "parley":
        packages = output("pkg-config", "--libs", "libuv", "libidn2", "libpsl", "openssl", "zlib",
                          "libisal")
        libraries = [str(build / "libparley.a"), *packages.split(), "-lpthread"]
    subprocess.run(["c++", "-s", "-Wl,--gc-sections", str(compiled), "-o", str(program),
                    *libraries], check=True)
    return program.stat().st_size


def measure(build, all_ends, rounds):
    samples, failures = {}, {}
    names = [end.name for end in all_ends if end.name in SOURCES]
    with tempfile.TemporaryDirectory() as folder:
        compiled, program = Path(folder) / "client.o", Path(folder) / "client"
        runs = {name: [] for name in names}
        for _ in range(rounds):
            for name in names:
                runs[name].append(compile_once(SOURCES[name], build, compiled))
        for name in names:
            try:
                compile_once(SOURCES[name], build, compiled)
                binary = link(name, build, compiled, program)
                samples[name] = [{"seconds": statistics.median(run[0] for run in runs[name]),
                                  "memory": max(run[1] for run in runs[name]),
                                  "binary": binary}]
            except (OSError, subprocess.SubprocessError) as error:
                failures[name] = str(error)
                print(f"  {name}: {error}", file=sys.stderr)
    return {"samples": samples, "failures": failures}
