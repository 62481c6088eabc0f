#!/usr/bin/env python3
"""Drives `parley check` as a user does.

usage: check_test.py PARLEY [unittest options]
"""

import base64
import json
import os
import pty
import select
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

PARLEY = ""
PATIENCE = 30  # seconds until something that never comes is given up


def run(*arguments):
    return subprocess.run([PARLEY, "check", *arguments], capture_output=True, text=True, timeout=PATIENCE)


def listening(*arguments):
    """A process that serves, and its URL."""
    process = subprocess.Popen([PARLEY, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    line = process.stdout.readline()
    assert line.startswith("listening on ws://127.0.0.1:"), line
    return process, line.split()[-1]


def port_of(url):
    return int(url.rstrip("/").rsplit(":", 1)[1])


class Silent:
    """A server that opens connections by hand and never says a word on them."""

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        return f"ws://127.0.0.1:{self.listener.getsockname()[1]}/"

    def __exit__(self, *_):
        self.listener.close()


class Client:
    """A client of the served cases, on a raw socket; enough for short messages."""

    def __init__(self, url, path):
        self.socket = socket.create_connection(("127.0.0.1", port_of(url)), PATIENCE)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                             f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
                             "Sec-WebSocket-Version: 13\r\n\r\n").encode())
        self.file = self.socket.makefile("rb")
        self.status = self.file.readline().split()[1]
        while self.file.readline() not in (b"\r\n", b""):
            pass

    def read(self):
        """Opcode and payload of the next frame; None at the end."""
        head = self.file.read(2)
        if len(head) < 2:
            return None
        length = head[1]
        if length == 126:
            length = int.from_bytes(self.file.read(2), "big")
        return head[0] & 15, self.file.read(length)

    def write(self, opcode, payload):
        key = os.urandom(4)
        masked = bytes(byte ^ key[i % 4] for i, byte in enumerate(payload))
        self.socket.sendall(bytes([0x80 | opcode, 0x80 | len(payload)]) + key + masked)

    def close(self):
        self.file.close()
        self.socket.close()

    def finish(self, answer=lambda payload: payload):
        """Sends messages back until the other end closes; the messages."""
        messages = []
        while frame := self.read():
            opcode, payload = frame
            if opcode == 8:
                self.write(8, payload)
                continue
            messages.append(payload)
            if opcode in (1, 2) and answer:
                self.write(opcode, answer(payload))
        self.close()
        return messages


class List(unittest.TestCase):
    def test_names_every_case_once_for_each_end(self):
        for arguments in ([], ["--serve", "0"]):
            lines = run("--list", *arguments).stdout.splitlines()
            ids = [line.split()[0] for line in lines]
            self.assertGreaterEqual(len(ids), 517)
            self.assertEqual(len(set(ids)), len(ids))
            self.assertIn("ping.size.125", ids)

    def test_takes_globs(self):
        ids = [line.split()[0] for line in run("--list", "--case", "ping.size.*").stdout.splitlines()]
        self.assertEqual(ids[:2], ["ping.size.0", "ping.size.1"])
        done = run("--list", "--case", "nothing.like.it")
        self.assertEqual((done.returncode, done.stderr), (2, "parley: --case: no case of that name\n"))


class AsClient(unittest.TestCase):
    def setUp(self):
        self.server, self.url = listening("serve", "--echo", "--port", "0")
        self.addCleanup(self.stop)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def stop(self):
        self.server.kill()
        self.server.communicate(timeout=PATIENCE)

    def test_a_good_server(self):
        path = os.path.join(self.folder, "report")
        done = run(self.url, "--case", "ping.size", "--case", "close.code.100?", "--json", path + ".json",
                   "--html", path + ".html")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        lines = done.stdout.splitlines()
        self.assertEqual(lines[0], "ping         6 strict")
        self.assertRegex(lines[-1], r"^16 cases: 15 strict, 0 non-strict, 1 informational, "
                                    r"0 unimplemented, 0 failed \(\d+\.\d s\)$")
        with open(path + ".json", encoding="utf-8") as file:
            report = json.load(file)
        self.assertEqual(report["summary"]["strict"], 15)
        self.assertEqual(report["peer"], self.url)
        first = report["cases"][0]
        self.assertEqual((first["id"], first["section"], first["verdict"]),
                         ("ping.size.0", "RFC 6455 5.5.2", "strict"))
        for key in ("description", "detail", "durationMs"):
            self.assertIn(key, first)
        with open(path + ".html", encoding="utf-8") as file:
            page = file.read()
        self.assertIn("ping.size.125", page)
        self.assertNotRegex(page, r"(src|href)=")

    def test_shows_progress_on_a_terminal(self):
        main, child = pty.openpty()
        process = subprocess.Popen([PARLEY, "check", self.url, "--case", "ping.size"], stdout=child)
        os.close(child)
        seen = b""
        while select.select([main], [], [], PATIENCE)[0]:
            try:
                seen += os.read(main, 4096)
            except OSError:  # Linux: EIO at the end of a pseudo terminal
                break
        os.close(main)
        self.assertEqual(process.wait(PATIENCE), 0)
        self.assertIn(b"6/6  0 failed", seen)
        self.assertIn(b"\r\x1b[K", seen)

    def test_usage(self):
        for arguments, text in (([], "either the URL of a server, or --serve"),
                                (["http//nothing"], "not a WebSocket URL"),
                                (["wss://127.0.0.1:1/"], "only ws: URLs"),
                                ([self.url, "--serve", "0"], "--serve"),
                                ([self.url, "--timeout", "0"], "--timeout")):
            done = run(*arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""), arguments)
            self.assertRegex(done.stderr, r"^parley: .*\n$")
            self.assertIn(text, done.stderr)

    def test_help_names_options_verdicts_and_exit_codes(self):
        text = run("--help").stdout
        for word in ("URL", "--serve", "--host", "--case", "--skip", "--list", "--json", "--html", "--timeout",
                     "--parallel", "--stay", "non-strict", "unimplemented", "/getCaseCount", "Exit codes",
                     "a case failed or was not run"):
            self.assertIn(word, text)


class Failures(unittest.TestCase):
    def test_no_server(self):
        with socket.socket() as held:  # bound but not listening: nobody else gets the port
            held.bind(("127.0.0.1", 0))
            url = f"ws://127.0.0.1:{held.getsockname()[1]}/"
            done = run(url)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertEqual(done.stderr, f"parley: {url}: Connection refused\n")

    def test_a_silent_server_fails_and_the_wire_is_shown(self):
        with Silent() as url:
            done = run(url, "--case", "ping.size.1", "--timeout", "0.3")
        self.assertEqual(done.returncode, 1)
        self.assertIn("failed: ping.size.1\n", done.stdout)
        self.assertIn("FAILED ping.size.1 (RFC 6455 5.5.2): Ping with 1 bytes\n  expected: 1 Pong, then a clean close\n",
                      done.stdout)
        self.assertRegex(done.stdout, r"\n +\d+ ms > GET / HTTP/1.1\n")
        self.assertIn("1 failed", done.stdout.splitlines()[-1])

    def test_a_file_that_cannot_be_written(self):
        server, url = listening("serve", "--port", "0")
        done = run(url, "--case", "ping.size.1", "--json", "/nowhere/report")
        server.kill()
        server.communicate(timeout=PATIENCE)
        self.assertEqual((done.returncode, done.stderr), (1, "parley: can't write /nowhere/report\n"))


class AsServer(unittest.TestCase):
    def serve(self, *arguments):
        self.suite, self.url = listening("check", "--serve", "0", *arguments)
        self.addCleanup(self.stop)

    def stop(self):
        if self.suite.poll() is None:
            self.suite.kill()
        self.suite.communicate(timeout=PATIENCE)

    def test_runs_what_a_client_asks_for(self):
        self.serve("--case", "framing.glued.[2-9]", "--case", "framing.text.125")
        self.assertEqual(Client(self.url, "/getCaseCount").finish(None), [b"4"])
        info = json.loads(Client(self.url, "/getCaseInfo?case=2").finish(None)[0])
        self.assertEqual(info["id"], "framing.text.125.chopped")
        for number in range(1, 5):
            Client(self.url, f"/runCase?case={number}&agent=a%20client").finish()
        self.assertEqual(Client(self.url, "/updateReports?agent=a%20client").finish(), [])
        out, _ = self.suite.communicate(timeout=PATIENCE)
        self.assertEqual(self.suite.returncode, 0, out)
        self.assertRegex(out, r"\n4 cases: 4 strict, .* 0 failed \(")

    def test_a_case_that_was_not_run_is_no_success(self):
        self.serve("--case", "framing.glued.[2-9]", "--case", "framing.glued.10")
        Client(self.url, "/runCase?case=1").finish()
        Client(self.url, "/updateReports").finish()
        out, _ = self.suite.communicate(timeout=PATIENCE)
        self.assertEqual(self.suite.returncode, 1)
        self.assertIn("1 strict, 0 non-strict, 0 informational, 0 unimplemented, 0 failed, 2 not run", out)

    def test_finds_a_wrong_echo(self):
        self.serve("--case", "framing.glued.2")
        Client(self.url, "/runCase?case=1").finish(lambda _: b"!")
        Client(self.url, "/updateReports").finish()
        out, _ = self.suite.communicate(timeout=PATIENCE)
        self.assertEqual(self.suite.returncode, 1)
        self.assertIn('got: message 1: text of 1 bytes "!" instead of text of 9 bytes', out)

    def test_tells_of_a_case(self):
        self.serve("--case", "framing.glued.2", "--stay")
        self.assertEqual(Client(self.url, "/getCaseStatus?case=1").finish(None), [b'{"behavior":"MISSING"}'])
        Client(self.url, "/runCase?case=1").finish()
        for _ in range(100):  # the case ends with its connection, which may be just now
            status = Client(self.url, "/getCaseStatus?case=1").finish(None)
            if status != [b'{"behavior":"MISSING"}']:
                break
        self.assertEqual(status, [b'{"behavior":"OK"}'])

    def test_stays_for_the_next_client_and_reports_at_a_signal(self):
        self.serve("--case", "framing.glued.2", "--stay")
        for _ in range(2):
            Client(self.url, "/runCase?case=1").finish()
            Client(self.url, "/updateReports").finish()
        self.suite.send_signal(signal.SIGTERM)
        out, _ = self.suite.communicate(timeout=PATIENCE)
        self.assertEqual(self.suite.returncode, 0)
        self.assertEqual(out.count("1 cases: 1 strict"), 2)

    def test_refuses_other_paths_and_numbers(self):
        self.serve("--case", "framing.glued.2")
        for path in ("/", "/runCase", "/runCase?case=0", "/runCase?case=2", "/runCase?case=1x"):
            client = Client(self.url, path)
            self.assertEqual(client.status, b"404", path)
            client.close()

    def test_busy_port(self):
        self.serve()
        done = run("--serve", str(port_of(self.url)))
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        self.assertRegex(done.stderr, r"^parley: port \d+: Address already in use\n$")


if __name__ == "__main__":
    PARLEY = os.path.abspath(sys.argv.pop(1))
    unittest.main()
