"""Starts the two ends of a run: what is under test on core 0, the load on core 1."""

import ctypes
import json
import os
import resource
import select
import signal
import subprocess
import tempfile

PR_SET_PDEATHSIG = 1
SUBJECT_CORE = 0
LOAD_CORE = 1

_libc = ctypes.CDLL(None)


class Failed(Exception):
    """A run that gave no number."""


def _on_core(core):
    def prepare():
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if core in os.sched_getaffinity(0):
            os.sched_setaffinity(0, {core})
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return prepare


class Process:
    """Ended by its process id when its block is left."""

    def __init__(self, command, core, stdin=subprocess.DEVNULL):
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE,
                                        stderr=self.errors, preexec_fn=_on_core(core))
        self.pid = self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.errors):
            if stream:
                stream.close()

    def line(self, patience):
        """The next line of its output."""
        if not select.select([self.process.stdout], [], [], patience)[0]:
            raise Failed("no answer" + self._said())
        text = self.process.stdout.readline().decode().strip()
        if not text:
            raise Failed("it ended" + self._said())
        return text

    def tell(self, text):
        self.process.stdin.write(text.encode() + b"\n")
        self.process.stdin.flush()

    def _said(self):
        self.errors.seek(0)
        text = self.errors.read().decode(errors="replace").strip()
        return f": {text.splitlines()[-1]}" if text else ""


def result(load, patience):
    found = json.loads(load.line(patience))
    if not found["intact"]:
        raise Failed("a message came back changed")
    return found


def run_server(command, load_command, patience=60):
    """The end under test is a server: its port is what it prints."""
    with Process(command, SUBJECT_CORE) as server:
        port = server.line(20)
        arguments = [*load_command, "--port", port, "--pid", str(server.pid)]
        with Process(arguments, LOAD_CORE) as load:
            return result(load, patience)


def run_client(command_for, load_command, patience=60):
    """The end under test is a client: the load prints a port, and is told the client's id."""
    with Process(load_command, LOAD_CORE, stdin=subprocess.PIPE) as load:
        with Process(command_for(load.line(20)), SUBJECT_CORE) as client:
            load.tell(str(client.pid))
            return result(load, patience)
