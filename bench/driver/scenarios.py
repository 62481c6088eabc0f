"""What is measured: the table of issue and page, one row per scenario."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    kind: str  # of bench_load: what the load does
    role: str  # of the end under test, as its command line says
    load: tuple = ()  # arguments of bench_load
    end: tuple = ()  # further arguments of the end under test
    unit: str = "message"
    goal: str = ""
    window: int = 500  # milliseconds
    tls: bool = False
    variants: tuple = field(default=())  # ends that only this scenario has

    @property
    def is_server(self):
        return self.role.startswith("serve")


MIB = str(1 << 20)

SCENARIOS = (
    Scenario("E1", "Server: echo of 64 B text, 100 connections, one message in flight each", "echo",
             "serve echo", ("--connections", "100"), goal="at most 1.05 x raw"),
    Scenario("E2", "Server: the same with 32 in flight", "echo", "serve echo",
             ("--connections", "100", "--depth", "32"), goal="at most 1.20 x raw"),
    Scenario("E3", "Server: echo of 16 KiB binary, 50 connections", "echo", "serve echo",
             ("--connections", "50", "--bytes", "16384", "--binary"), goal="at most 1.08 x raw"),
    Scenario("E4", "Server: echo of 1 MiB binary, 8 connections", "echo", "serve echo",
             ("--connections", "8", "--bytes", MIB, "--binary"), goal="at most 1.25 x raw"),
    Scenario("E5", "Server: echo of 1 KiB JSON with permessage-deflate, contexts kept, "
             "50 connections", "echo", "serve deflate",
             ("--connections", "50", "--bytes", "1024", "--deflate"),
             goal="at most 0.30 x Beast", variants=("parley-best",)),
    Scenario("E6a", "Server: E1 over TLS 1.3, 50 connections", "echo", "serve echo",
             ("--connections", "50", "--tls"), tls=True, goal="level with raw"),
    Scenario("E6b", "Server: E3 over TLS 1.3", "echo", "serve echo",
             ("--connections", "50", "--bytes", "16384", "--binary", "--tls"), tls=True,
             goal="level with raw"),
    Scenario("R1", "Client: receives 64 B text as fast as the wire brings it", "feed", "receive",
             goal="at most 40 ns more than raw"),
    Scenario("R2", "Client: receives 1 MiB binary", "feed", "receive",
             ("--bytes", MIB, "--binary"), goal="at most 1.10 x raw"),
    Scenario("S1", "Client: sends 64 B text as fast as it can", "sink", "send", (),
             ("64", "text"), goal="at most 90 ns"),
    Scenario("S2", "Client: sends 1 MiB binary", "sink", "send", ("--bytes", MIB, "--binary"),
             (MIB, "binary"), goal="at most 1.30 x raw"),
    Scenario("P1", "Client: ping-pong of 64 B text, one connection", "pong", "echo",
             unit="round trip", goal="at most 1.05 x raw"),
    Scenario("C1", "Server: connect, upgrade, one echo, close; 32 at a time", "churn", "serve echo",
             ("--connections", "32"), unit="connection", goal="ahead of Beast, 1.5 x raw"),
    Scenario("C1c", "Client: connect, upgrade, one echo, close; 16 at a time", "churn-server",
             "churn", (), ("64",), unit="connection", goal="ahead of Beast"),
    Scenario("B1a", "Server: broadcast of 64 B text to 1,000 subscribers", "broadcast",
             "serve broadcast", ("--connections", "1000"), unit="delivery",
             goal="at most 1.05 x raw"),
    Scenario("B1b", "Server: broadcast of 1 KiB text to 1,000 subscribers", "broadcast",
             "serve broadcast", ("--connections", "1000", "--bytes", "1024"), unit="delivery",
             goal="at most 1.05 x raw"),
)


@dataclass(frozen=True)
class MemoryScenario:
    name: str
    title: str
    connections: int
    mode: str = "echo"
    load: tuple = ()
    quiet: int = 0  # milliseconds; 0: don't look again
    tls: bool = False
    goal: str = ""


MEMORY = (
    MemoryScenario("M1", "Memory of a server per idle connection", 19000,
                   goal="at most 400 B"),
    MemoryScenario("M1t", "The same over TLS 1.3", 2000, load=("--tls",), tls=True,
                   goal="at most 15 KiB"),
    MemoryScenario("M1d", "The same with permessage-deflate: idle, after a message of 1 KiB, and "
                   "after a quiet time", 1000, "deflate", ("--deflate", "--bytes", "1024"), 22000,
                   goal="contexts back to zero"),
)

COST = ("X1", "What the smallest client costs to compile, and its size",
        "at most 1.5 s and 150 MiB")

NAMES = tuple(s.name for s in SCENARIOS) + tuple(m.name for m in MEMORY) + (COST[0],)


def chosen(words):
    """The scenarios that words name, in the table's order; "E6" stands for E6a and E6b."""
    if not words:
        return list(NAMES)
    found = []
    for word in words:
        matches = [name for name in NAMES if name == word] or \
                  [name for name in NAMES if name.rstrip("abtdc") == word]
        if not matches:
            raise SystemExit(f"no scenario {word}; there are {', '.join(NAMES)}")
        found += matches
    return [name for name in NAMES if name in found]
