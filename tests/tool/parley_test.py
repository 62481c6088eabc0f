#!/usr/bin/env python3
"""Drives the parley program through pipes and a pseudo terminal.

usage: parley_test.py PARLEY [unittest options]
"""

import contextlib
import os
import pty
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

PARLEY = ""
PATIENCE = 20  # seconds until something that never comes is given up


def environment(home):
    env = dict(os.environ, HOME=home, XDG_STATE_HOME=home, TERM="xterm")
    env.pop("NO_COLOR", None)
    return env


@contextlib.contextmanager
def serving(*arguments):
    """A running server: its process and URL."""
    process = subprocess.Popen([PARLEY, "serve", "--port", "0", *arguments],
                               stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        assert line.startswith("listening on ws://127.0.0.1:"), line
        yield process, line.split()[-1]
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE)
        process.stdout.close()


def run(*arguments, input=b""):
    return subprocess.run([PARLEY, *arguments], input=input, capture_output=True, timeout=PATIENCE)


@contextlib.contextmanager
def plain_server(answer):
    """Answers one connection with `answer` once a whole request head is there."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        with listener.accept()[0] as peer:
            head = b""
            while b"\r\n\r\n" not in head:
                piece = peer.recv(4096)
                if not piece:
                    return
                head += piece
            peer.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"ws://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        thread.join(PATIENCE)
        listener.close()


class Terminal:
    """A process on a pseudo terminal."""

    def __init__(self, *arguments, env):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(PARLEY, [PARLEY, *arguments], env)
        self.seen = b""

    def read_until(self, text):
        """Everything up to and with `text`, which is then behind us."""
        while text not in self.seen:
            if not select.select([self.fd], [], [], PATIENCE)[0]:
                raise AssertionError(f"no {text!r} in {self.seen!r}")
            try:
                piece = os.read(self.fd, 4096)
            except OSError:  # Linux: EIO at the end of a pseudo terminal
                piece = b""
            if not piece:
                raise AssertionError(f"ended without {text!r} in {self.seen!r}")
            self.seen += piece
        before, _, self.seen = self.seen.partition(text)
        return before + text

    def type(self, text):
        os.write(self.fd, text)

    def exit_code(self):
        with contextlib.suppress(OSError):
            while select.select([self.fd], [], [], PATIENCE)[0] and os.read(self.fd, 4096):
                pass
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.fd)
        return code


class Pipes(unittest.TestCase):
    def test_prints_the_echo_of_each_line(self):
        with serving("--echo") as (_, url):
            done = run("connect", url, input=b"hello\nlast without line end")
        self.assertEqual(done.stdout, b"hello\nlast without line end\n")
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_prints_the_echo_of_a_lot(self):
        lines = b"".join(b"%d %s\n" % (i, b"x" * 1000) for i in range(5000))
        with serving() as (_, url):
            done = run("connect", url, input=lines)
        self.assertEqual(done.stdout, lines)
        self.assertEqual(done.returncode, 0)

    def test_sends_and_prints_binary(self):
        with serving() as (_, url):
            self.assertEqual(run("connect", url, "--binary", input=b"\xff\x00\n").stdout, b"\xff\x00")

    def test_prints_binary_messages_of_others_in_hexadecimal(self):
        with serving("--broadcast") as (_, url):
            reader = subprocess.Popen([PARLEY, "connect", url], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE)
            reader.stdin.write(b"here\n")
            reader.stdin.flush()
            self.assertEqual(reader.stdout.readline(), b"here\n")
            run("connect", url, "--binary", input=b"\x01\xfe\n")
            self.assertEqual(reader.stdout.readline(), b"01fe\n")
            reader.communicate(timeout=PATIENCE)
            self.assertEqual(reader.returncode, 0)

    def test_explains_the_wire(self):
        with serving("--protocol", "chat") as (_, url):
            done = run("connect", url, "-v", "--protocol", "chat", "--header", "X-Mine: 1",
                       "--close", "3000", "--reason", "bye", input=b"hi\n")
        lines = done.stderr.decode().splitlines()
        for line in ("> GET / HTTP/1.1", "> X-Mine: 1", "> Sec-WebSocket-Protocol: chat",
                     "< HTTP/1.1 101 Switching Protocols", "< Sec-WebSocket-Protocol: chat",
                     '> text, FIN, masked, 2 bytes: "hi"', '< text, FIN, unmasked, 2 bytes: "hi"',
                     '> close, FIN, masked, 5 bytes: 3000 "bye"'):
            self.assertIn(line, lines)
        self.assertEqual((done.returncode, done.stdout), (0, b"hi\n"))

    def test_pings_only_when_asked(self):
        with serving() as (_, url):
            self.assertNotIn(b"ping", run("connect", url, "-v").stderr)
            done = run("connect", url, "-v", "--ping=1", "--linger", "1500")
        self.assertIn(b"> ping, FIN, masked, 0 bytes\n< pong, FIN, unmasked, 0 bytes\n", done.stderr)

    def test_goes_over_a_unix_socket(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "s")
            server = subprocess.Popen([PARLEY, "serve", "--unix", path], stdout=subprocess.PIPE)
            self.assertEqual(server.stdout.readline(), b"listening on unix socket %s\n" % path.encode())
            done = run("connect", "ws://localhost/", "--unix", path, input=b"hello\n")
            server.terminate()
            server.communicate(timeout=PATIENCE)
        self.assertEqual((done.stdout, server.returncode), (b"hello\n", 0))


class Failures(unittest.TestCase):
    def assert_fails(self, code, text, *arguments):
        done = run(*arguments)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(done.stdout, b"")
        lines = done.stderr.decode().splitlines()
        self.assertEqual(len(lines), 1, lines)
        self.assertTrue(lines[0].startswith("parley: "), lines)
        self.assertIn(text, lines[0])

    def test_usage(self):
        url = "ws://127.0.0.1:1/"
        self.assert_fails(2, "subcommand")
        self.assert_fails(2, "--bogus", "connect", url, "--bogus")
        self.assert_fails(2, "--bogus", "serve", "--bogus")
        self.assert_fails(2, "url", "connect")
        self.assert_fails(2, "not a URL", "connect", "not a url")
        self.assert_fails(2, "ftp", "connect", "ftp://example.com/")
        self.assert_fails(2, "1001", "connect", url, "--close", "1001")
        self.assert_fails(2, "66536", "connect", url, "--close", "66536")
        self.assert_fails(2, "123", "connect", url, "--reason", "x" * 124)
        self.assert_fails(2, "no colon", "connect", url, "--header", "nothing")
        self.assert_fails(2, "--ping", "connect", url, "--ping=0")
        self.assert_fails(2, "--port", "serve", "--port", "65536")

    def test_refused_connection(self):
        with socket.socket() as held:  # bound but not listening: nobody else gets the port
            held.bind(("127.0.0.1", 0))
            port = held.getsockname()[1]
            self.assert_fails(1, f"connection refused by 127.0.0.1:{port}", "connect",
                              f"ws://127.0.0.1:{port}/")

    def test_peer_that_speaks_plain_http(self):
        with plain_server(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi") as url:
            self.assert_fails(1, "200 OK instead of 101", "connect", url)

    def test_peer_that_is_silent(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"ws://127.0.0.1:{silent.getsockname()[1]}/"
            self.assert_fails(1, "1 s", "connect", url, "--timeout", "1")

    def test_busy_port(self):
        with serving() as (_, url):
            port = url.rstrip("/").rsplit(":", 1)[1]
            self.assert_fails(3, "address already in use", "serve", "--port", port)


class Help(unittest.TestCase):
    def test_names_options_and_exit_codes(self):
        for arguments, words in (
                ((), ("connect", "serve")),
                (("connect",), ("--protocol", "--header", "--origin", "--binary", "--close",
                                "--reason", "--ping", "--verbose", "--unix", "--timeout",
                                "--linger")),
                (("serve",), ("--port", "--host", "--unix", "--echo", "--broadcast", "--static",
                              "--protocol", "--origin", "--any-origin"))):
            done = run(*arguments, "--help")
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            for word in (*words, "Exit codes", "3  could not listen"):
                self.assertIn(word, done.stdout.decode())

    def test_version(self):
        self.assertRegex(run("--version").stdout.decode(), r"^parley \d+\.\d+\.\d+\n$")


class Shutdown(unittest.TestCase):
    def test_each_signal_ends_the_server_with_1001(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number), serving() as (server, url):
                client = subprocess.Popen([PARLEY, "connect", url, "-v"], stdin=subprocess.PIPE,
                                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                client.stdin.write(b"here\n")
                client.stdin.flush()
                self.assertEqual(client.stdout.readline(), b"here\n")
                server.send_signal(number)
                self.assertEqual(server.wait(PATIENCE), 0)
                _, trace = client.communicate(timeout=PATIENCE)
                self.assertRegex(trace, rb"< close, FIN, unmasked, \d+ bytes: 1001")
                self.assertEqual(client.returncode, 0)


class Interactive(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = folder.name

    def test_session(self):
        with serving() as (_, url):
            terminal = Terminal("connect", url, env=environment(self.home))
            terminal.read_until(b"connected to " + url.encode())
            terminal.read_until(b"> ")
            terminal.type(b"hello\r")
            self.assertIn(b"\x1b[36m", terminal.read_until(b"< hello"))
            terminal.type(b"/help\r")
            terminal.read_until(b"/close [code] [reason]")
            terminal.type(b"/close 1001\r")
            terminal.read_until(b"/close: ")
            terminal.type(b"/bogus\r")
            terminal.read_until(b"no command /bogus")
            terminal.type(b"/close 3001 over\r")
            terminal.read_until(b"closed with 3001")
            self.assertEqual(terminal.exit_code(), 0)
        history = os.path.join(self.home, "parley", "history")
        with open(history, encoding="utf-8") as file:
            self.assertIn("hello", file.read())
        self.assertEqual(os.stat(history).st_mode & 0o777, 0o600)

    def test_message_does_not_garble_the_line(self):
        with serving("--broadcast") as (_, url):
            terminal = Terminal("connect", url, env=dict(environment(self.home), NO_COLOR="1"))
            terminal.read_until(b"/help lists the commands")
            terminal.read_until(b"> ")
            terminal.type(b"half a li")
            terminal.read_until(b"half a li")
            run("connect", url, input=b"meanwhile\n")
            # The line is wiped, the message stands in its place, and the line is drawn anew below.
            self.assertIn(b"\r\x1b[J< meanwhile\r\n", terminal.read_until(b"half a li"))
            terminal.type(b"ne\r")
            terminal.read_until(b"< half a line")
            terminal.type(b"\x04")
            terminal.read_until(b"closed with 1000")
            self.assertEqual(terminal.exit_code(), 0)

    def test_remembers_lines_of_an_earlier_session(self):
        with serving() as (_, url):
            for keys in (b"once\r", b"\x10\x10\r"):  # Ctrl-P: /quit, and the line before it
                terminal = Terminal("connect", url, env=environment(self.home))
                terminal.read_until(b"/help lists the commands")
                terminal.read_until(b"> ")
                terminal.type(keys)
                terminal.read_until(b"< once")
                terminal.type(b"/quit\r")
                terminal.read_until(b"closed with 1000")
                self.assertEqual(terminal.exit_code(), 0)


if __name__ == "__main__":
    PARLEY = os.path.abspath(sys.argv.pop(1))
    unittest.main()
