#!/usr/bin/env python3
"""The suite finds each fault of mutant_peer.py, where it is and nowhere else.

usage: mutants_test.py PARLEY [unittest options]
"""

import fnmatch
import json
import os
import subprocess
import sys
import tempfile
import unittest

PARLEY = ""
PEER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "mutant_peer.py")
PATIENCE = 120  # seconds until a run that never ends is given up
# Runs with each mutant, and has nothing to do with its fault.
CONTROL = "framing.glued"

# A fault: the cases to run, those of them that must fail, and those that may. `*` for the fault
# that no case can get around. LENIENT is none by the standard's text, and costs the strict verdict.
LENIENT = ("long-lengths",)
SERVERS = {
    "masking": (["masking"], ["masking.unmasked.*"], []),
    "reserved-bits": (["rsv"], ["rsv.text.1", "rsv.ping.4", "rsv.close.2", "rsv.continuation.7"], ["rsv.*"]),
    "reserved-opcodes": (["opcode"], ["opcode.3.payload", "opcode.15.inside"], ["opcode.*"]),
    "no-utf8": (["utf8.invalid.1*", "utf8.valid.1*", "close.utf8"],
                ["utf8.invalid.10", "utf8.invalid.19.cut1", "close.utf8.invalid.10"], ["*.invalid.*"]),
    "utf8-per-fragment": (["utf8.valid"], ["utf8.valid.4.cut1", "utf8.valid.27.cut3"], ["utf8.valid.*.cut*"]),
    "utf8-surrogates": (["utf8.invalid"], ["utf8.invalid.49", "utf8.invalid.54"], ["utf8.invalid.*"]),
    "long-control": (["ping", "pong"], ["ping.long.126", "pong.long.1000", "ping.fragmented"],
                     ["p?ng.long.*", "p?ng.fragmented*"]),
    "wrong-close-code": (["rsv.text", "length.long.text"], ["rsv.text.1", "length.long.text.0in16"],
                         ["rsv.*", "length.*"]),
    "no-close-echo": (["framing.text"], ["framing.text.0"], ["*"]),
    "long-lengths": (["length"], ["length.long.text.0in16", "length.long.binary.65535in64", "length.long.ping.in16"],
                     ["length.long.*"]),
    "top-bit": (["length.top"], ["length.top.text.63and5", "length.top.binary.63"], ["length.top.*"]),
    "no-pong": (["ping.size"], ["ping.size.*"], []),
    "late-pong": (["ping.between", "ping.size"], ["ping.between.2"], ["ping.between.*"]),
    "pong-payload": (["ping.size"], ["ping.size.1"], ["ping.size.*"]),
    "lost-continuation": (["fragment.misuse"], ["fragment.misuse.start.final", "fragment.misuse.after.whole"],
                          ["fragment.misuse.start.*", "fragment.misuse.after.*", "fragment.misuse.header"]),
    "nested-message": (["fragment.misuse"], ["fragment.misuse.nested.text.text"], ["fragment.misuse.nested.*"]),
    "close-codes": (["close.code"], ["close.code.0", "close.code.999", "close.code.1005", "close.code.1006"],
                    ["close.code.*"]),
    "close-byte": (["close.body", "close.reason"], ["close.body.one"], []),
    "close-reason": (["close.utf8"], ["close.utf8.invalid.*"], []),
    "talks-on": (["close.then"], ["close.then.text", "close.then.ping"], ["close.then.*"]),
    "length-65536": (["framing.binary"], ["framing.binary.65536", "framing.binary.131072"], ["framing.binary.*"]),
    "empty-fragment": (["fragment"], ["fragment.text.empty.middle"],
                       ["fragment.*.empty.*", "fragment.misuse.nested.empty"]),
    "version": (["request.version"], ["request.version.0", "request.version.14"], ["request.version.*"]),
    "key": (["request.bad"], ["request.bad.key.short", "request.bad.key.twice"], ["request.bad.key.*"]),
    "connection": (["request.bad"], ["request.bad.connection.none"], ["request.bad.connection.*"]),
    "accept": (["framing.text"], ["framing.text.0"], ["*"]),
    "masks": (["framing.text"], ["framing.text.0"], ["*"]),
    "deflate-takeover": (["deflate.fresh.records", "deflate.default.records"], ["deflate.fresh.records.1024"],
                         ["deflate.fresh.records.*"]),
    "deflate-window": (["deflate.window"], ["deflate.window.9.beyond", "deflate.window.13.beyond"], ["deflate.window.*.beyond"]),
    "deflate-offer": (["deflate.decline"], ["deflate.decline.unknown", "deflate.decline.server.bits.16"],
                      ["deflate.decline.*"]),
    "deflate-rsv1": (["deflate.bits"], ["deflate.bits.continuation.compressed"], ["deflate.bits.continuation.*"]),
}
CLIENTS = {
    "masking": (["masking"], ["masking.masked.*"], []),
    "no-utf8": (["utf8.invalid.1*"], ["utf8.invalid.10"], ["utf8.invalid.*"]),
    "no-pong": (["ping.size.1", "ping.size.125"], ["ping.size.1", "ping.size.125"], []),
    "accept-unchecked": (["answer.bad"], ["answer.bad.accept.other", "answer.bad.accept.none"], ["answer.bad.accept.*"]),
    "status-unchecked": (["answer.status", "answer.bad"], ["answer.status.200.upgrade"], ["answer.*"]),
    "extension-unchecked": (["answer.bad", "deflate.answer"], ["answer.bad.extension", "deflate.answer.unknown"],
                            ["answer.bad.extension", "deflate.answer.*"]),
    "protocol-unchecked": (["answer.bad"], ["answer.bad.protocol"], []),
    "unmasked": (["framing.text"], ["framing.text.0"], ["*"]),
    "same-mask": (["masking.keys"], ["masking.keys.fresh"], []),
    "same-key": (["request"], ["request.key.fresh"], []),
    # On a busy machine frames that were sent at once behind the answer come with it.
    "forgets-glued": (["answer.glued.text", "answer.glued.three"], ["answer.glued.text"],
                      ["answer.glued.*", "framing.glued.*"]),
}


def peer(*arguments, **options):
    return subprocess.Popen([sys.executable, "-B", PEER, *arguments], text=True, **options)


def check(arguments, families, report):
    command = [PARLEY, "check", *arguments, "--timeout", "2", "--json", report, "--skip", "*.failfast"]
    for family in families:
        command += ["--case", family]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def url_of(process):
    line = process.stdout.readline()
    assert line.startswith("listening on ws://"), line
    return line.split()[-1]


def verdicts_of_server(fault, families, report):
    server = peer("server", *fault, stdout=subprocess.PIPE)
    try:
        with check([url_of(server)], families, report) as suite:
            suite.communicate(timeout=PATIENCE)
    finally:
        server.kill()
        server.communicate()
    return suite.returncode


def verdicts_of_client(fault, families, report):
    with check(["--serve", "0"], families, report) as suite:
        client = peer("client", url_of(suite), *fault, stderr=subprocess.DEVNULL)
        try:
            suite.communicate(timeout=PATIENCE)
        finally:
            client.kill()
            client.wait()
    return suite.returncode


def verdicts(run, fault, families):
    """The exit code, and the verdict of each case by its id."""
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report.json")
        code = run(fault, families, report)
        with open(report, encoding="utf-8") as file:
            return code, {case["id"]: case["verdict"] for case in json.load(file)["cases"]}


def matching(names, patterns):
    return {name for name in names if any(fnmatch.fnmatch(name, pattern) for pattern in patterns)}


class Mutants(unittest.TestCase):
    def assert_found(self, run, fault, families, must, may):
        code, found = verdicts(run, [fault], [CONTROL, *families])
        price = "non-strict" if fault in LENIENT else "failed"
        failed = {name for name, verdict in found.items() if verdict == price}
        for pattern in must:
            named = matching(found, [pattern])
            self.assertTrue(named, f"no case {pattern}")
            self.assertEqual(named - failed, set(), "not found")
        self.assertEqual(failed - matching(failed, must + may), set(), "found what is not there")
        self.assertEqual(code, 1 if "failed" in found.values() else 0)
        self.assertEqual("failed" in found.values(), fault not in LENIENT)


def add(run, kind, fault, families, must, may):
    def test(self):
        self.assert_found(run, fault, families, must, may)

    setattr(Mutants, f"test_{kind}_{fault.replace('-', '_')}", test)


for name, row in SERVERS.items():
    add(verdicts_of_server, "server", name, *row)
for name, row in CLIENTS.items():
    add(verdicts_of_client, "client", name, *row)


class Sound(unittest.TestCase):
    """Without a fault the same peer fails nothing."""

    FAMILIES = ["answer", "close", "deflate.bits", "deflate.stream", "deflate.window", "fragment", "framing", "length",
                "masking", "opcode", "ping", "pong", "request", "rsv", "utf8"]

    def assert_sound(self, run):
        code, found = verdicts(run, [], self.FAMILIES)
        self.assertEqual([name for name, verdict in found.items() if verdict in ("failed", None)], [])
        self.assertEqual(code, 0)
        self.assertGreater(len(found), 1000)

    def test_server(self):
        self.assert_sound(verdicts_of_server)

    def test_client(self):
        self.assert_sound(verdicts_of_client)


if __name__ == "__main__":
    PARLEY = os.path.abspath(sys.argv.pop(1))
    unittest.main()
