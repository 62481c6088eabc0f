#!/usr/bin/env python3
"""Checks that every include points downward (docs/architecture.md).

usage: layers.py [ROOT]      prints one line per violation; exit code 1 if there is any
"""

import re
import sys
from pathlib import Path

# A folder of src/ may include only folders of a smaller number, itself and include/parley.
RANK = {
    "bytes": 0,
    "frame": 1, "http": 1, "url": 1,
    "deflate": 2,
    "handshake": 3,
    "protocol": 4,
    "loop": 5, "tls": 5,
    "transport": 6,
    "session": 7,
    "client": 8,
    "server": 9,
}
# Up to here: no OS, no clock, no thread, no randomness, no logging.
LAST_PURE = RANK["protocol"]

STD = set("""
algorithm any array atomic barrier bit bitset charconv chrono codecvt compare complex concepts
condition_variable coroutine deque exception execution filesystem format forward_list fstream
functional future initializer_list iomanip ios iosfwd iostream istream iterator latch limits list
locale map memory memory_resource mutex new numbers numeric optional ostream queue random ranges
ratio regex scoped_allocator semaphore set shared_mutex source_location span sstream stack
stdexcept stop_token streambuf string string_view syncstream system_error thread tuple type_traits
typeindex typeinfo unordered_map unordered_set utility valarray variant vector version
cassert cctype cerrno cfenv cfloat cinttypes climits clocale cmath csetjmp csignal cstdarg cstddef
cstdint cstdio cstdlib cstring ctime cuchar cwchar cwctype
""".split())

# What the fuzz targets are compared with: the C library's reader of addresses.
FUZZ_REFERENCES = {"arpa/inet.h"}

# Memory that goes back to the system can't be had of std: one file of a pure layer asks for pages.
PAGES, PAGES_USER = "sys/mman.h", "deflate/context_memory.cpp"

# Of std, what a pure layer may not have. <chrono> is allowed for durations; reading a clock is not.
IMPURE_STD = set("""
barrier condition_variable execution filesystem fstream future iomanip iostream istream latch
locale mutex ostream random semaphore shared_mutex sstream stop_token streambuf syncstream thread
csignal cstdio ctime clocale
""".split())

# Instruction sets, not operating systems.
INTRINSICS = {"immintrin.h", "emmintrin.h", "tmmintrin.h", "smmintrin.h", "xmmintrin.h",
              "nmmintrin.h", "x86intrin.h", "cpuid.h", "arm_neon.h"}

CLOCK_READ = re.compile(r"\b(?:steady|system|high_resolution|utc|file)_clock::now\b"
                        r"|\bclock_gettime\b|\bgettimeofday\b|\bgetrandom\b|\brandom_device\b")

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:<([^>]+)>|"([^"]+)")')
SUFFIXES = {".hpp", ".cpp", ".h", ".cc"}


def files_under(folder):
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.rglob("*")
                  if path.suffix in SUFFIXES and "node_modules" not in path.parts)


def includes_of(path):
    """Yields (line number, angled name or None, quoted name or None)."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = INCLUDE.match(line)
        if found:
            yield number, found.group(1), found.group(2)


def is_uv(name):
    return name == "uv.h" or name.startswith("uv/")


class Report:
    def __init__(self, root):
        self.root = root
        self.lines = []

    def add(self, path, number, text):
        self.lines.append(f"{path.relative_to(self.root)}:{number}: {text}")


def check_quoted_in_src(path, number, name, layer, report):
    folder, slash, _ = name.partition("/")
    if not slash or folder not in RANK:
        report.add(path, number, f'"{name}" must start with the name of a layer')
    elif folder != layer and RANK[folder] >= RANK[layer]:
        report.add(path, number, f'{layer} may not include "{name}": {folder} is not below it')


def check_angled_in_src(path, number, name, layer, report):
    if name.startswith("parley/") or name in STD:
        if name in IMPURE_STD and RANK[layer] <= LAST_PURE:
            report.add(path, number, f"<{name}> in the pure layer {layer}")
        return
    if is_uv(name):
        if layer not in ("loop", "transport", "server"):
            report.add(path, number, f"<{name}>: libuv belongs to loop, transport and server")
    elif name == "idn2.h":
        if layer != "url":
            report.add(path, number, "<idn2.h>: libidn2 belongs to url")
    elif name == "libpsl.h":
        if layer != "client":
            report.add(path, number, "<libpsl.h>: libpsl belongs to client")
    elif name == "zlib.h" or name.startswith("isa-l"):
        if layer != "deflate":
            report.add(path, number, f"<{name}>: zlib and ISA-L belong to deflate")
    elif name == PAGES and path.as_posix().endswith("src/" + PAGES_USER):
        return
    elif RANK[layer] <= LAST_PURE and name not in INTRINSICS:
        report.add(path, number, f"<{name}> in the pure layer {layer}: neither std nor parley")
    elif name.startswith("openssl/") and layer != "tls":
        report.add(path, number, f"<{name}>: OpenSSL belongs to tls")


def check_src(root, report):
    for path in files_under(root / "src"):
        layer = path.relative_to(root / "src").parts[0]
        if layer not in RANK:
            report.add(path, 1, f"src/{layer} is not a layer")
            continue
        for number, angled, quoted in includes_of(path):
            if quoted is not None:
                check_quoted_in_src(path, number, quoted, layer, report)
            else:
                check_angled_in_src(path, number, angled, layer, report)
        if RANK[layer] <= LAST_PURE:
            check_no_clock(path, layer, report)
    check_single_user(root, "idn2.h", report)
    check_single_user(root, "libpsl.h", report)


def check_no_clock(path, layer, report):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = CLOCK_READ.search(line.split("//")[0])
        if found:
            report.add(path, number, f"{found.group(0)} in the pure layer {layer}")


def check_single_user(root, header, report):
    users = [(path, number) for path in files_under(root / "src")
             for number, angled, _ in includes_of(path) if angled == header]
    for path, number in users[1:]:
        report.add(path, number, f"<{header}> is already used by {users[0][0].name}: one file only")


def check_public_headers(root, report):
    for path in files_under(root / "include"):
        for number, angled, quoted in includes_of(path):
            if quoted is not None:
                report.add(path, number, f'"{quoted}": public headers say <parley/...>')
            elif not angled.startswith("parley/") and angled not in STD:
                report.add(path, number, f"<{angled}> in a public header: neither std nor parley")
            elif angled.startswith("parley/") and not (root / "include" / angled).is_file():
                report.add(path, number, f"<{angled}> does not exist")


def check_outside(root, report):
    """tools, bindings and examples are users of the library: public headers only."""
    for top in ("tools", "bindings", "examples"):
        for path in files_under(root / top):
            for number, _, quoted in includes_of(path):
                if quoted is None:
                    continue
                places = [path.parent / quoted] + [
                    folder / quoted for folder in path.parents
                    if (root / top) in (folder, *folder.parents)]
                if not any(place.resolve().is_file()
                           and (root / top).resolve() in place.resolve().parents
                           for place in places):
                    report.add(path, number, f'"{quoted}" is not a file of {top}/: '
                                             "only public headers may be used here")


def check_fuzz(root, report):
    """The fuzz targets use the pure layers and nothing that would differ from run to run."""
    pure = {layer for layer, rank in RANK.items() if rank <= LAST_PURE}
    for path in files_under(root / "fuzz"):
        for number, angled, quoted in includes_of(path):
            if quoted is not None:
                if quoted.partition("/")[0] not in pure | {"fuzz"}:
                    report.add(path, number, f'"{quoted}" in fuzz: neither a pure layer nor fuzz')
            elif angled in IMPURE_STD or not (angled.startswith("parley/") or angled in STD
                                              or angled in FUZZ_REFERENCES):
                report.add(path, number, f"<{angled}> in fuzz: every run must be the same")
        check_no_clock(path, "fuzz", report)


def check(root):
    report = Report(root)
    check_src(root, report)
    check_public_headers(root, report)
    check_outside(root, report)
    check_fuzz(root, report)
    return report.lines


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
    lines = check(root.resolve())
    for line in lines:
        print(line)
    print(f"layers: {len(lines)} violation(s)" if lines else "layers: every include points downward")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
