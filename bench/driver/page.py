"""The table on the terminal, and docs/benchmarks.md with its plots."""

import plot
import scenarios
import summary
from ends import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
PLOTS = ROOT / "docs" / "benchmarks"

METHOD = """\
# Benchmarks

What a message costs, for this library beside its peers and beside the limit: `raw`, which moves the
same bytes through TCP (or OpenSSL) with epoll and no protocol at all. This page is written by
`./dev bench` from what it measures; rows that we lose are rows like any other.

## How it is measured

* The end under test is a process of its own on core 0, the load one on core 1, over the loopback
  interface. The load is a C++ program on epoll that uses nothing of this library; it sends frames
  that were made in advance, knows every answer by its framing and compares a sample byte by byte.
* **CPU** is user and system time of the process under test, all threads, divided by the messages of
  a window of half a second after a warm-up: what a message costs, whichever side is the bottleneck.
  Work that the kernel does for a socket within the process's system calls is in it. **User** is the
  part outside of the kernel, from its ticks of 10 ms: good to some per cent of the window.
* All ends run in turn in every round, so that what the machine does meanwhile meets all of them.
  Numbers are medians over the rounds, ratios medians of the ratios within a round. Differences below
  7 % are noise.
* **Messages per second** speak of the side that is saturated ("busy": the end under test, the load,
  or neither). On a machine of two cores the load is often as busy as the end.
* For a receiving client (R1, R2), the window begins and ends with an answered question, so that CPU
  and messages belong to each other exactly. `raw` sends many frames in one system call, as we do.
* Peers are used as their documentation says, with TCP_NODELAY, one thread, no logging, and no
  compression but in E5. Their programs are in `bench/peers`.

To repeat a row: `./dev bench E1 --peers beast`. All of it: `./dev bench`. What a scenario is, is in
`bench/driver/scenarios.py`; samples of all rounds are in `build/bench/results.json` afterwards.
"""


def number(value, digits=3):
    """As many digits as mean something."""
    if value is None:
        return ""
    if value >= 10 ** digits:
        shift = len(str(int(value))) - digits
        return f"{round(value, -shift):,.0f}"
    if value >= 10:
        return f"{value:.{max(0, digits - len(str(int(value))))}f}"
    return f"{value:.2f}"


def plural(unit):
    return unit[:-1] + "ies" if unit.endswith("y") else unit + "s"


def duration(nanoseconds):
    if nanoseconds is None:
        return ""
    if nanoseconds == 0:
        return "0"
    if nanoseconds < 10_000:
        return f"{number(nanoseconds)} ns"
    if nanoseconds < 10_000_000:
        return f"{number(nanoseconds / 1000)} us"
    return f"{number(nanoseconds / 1e6)} ms"


def size(count):
    if count is None:
        return ""
    for unit, one in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if count >= 10 * one or (unit == "MiB" and count >= one):
            return f"{number(count / one)} {unit}"
    return f"{count:.0f} B"


def table(header, lines):
    widths = [max(len(row[i]) for row in [header, *lines]) for i in range(len(header))]
    def line(cells):
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths)) + " |"
    return "\n".join([line(header), line(["-" * min(3, w) for w in widths]), *map(line, lines)])


def speed_table(scenario, found, titles):
    header = ["end", f"CPU per {scenario.unit}", "user", "x raw", "x us", f"{plural(scenario.unit)}/s",
              "RSS", "busy"]
    extra = []
    rows = summary.rows(found)
    if scenario.name == "E5":
        extra = [("wire", "bytes back", number)]
    elif scenario.name == "P1":
        extra = [("p50_ns", "median", duration), ("p99_ns", "99 %", duration),
                 ("p999_ns", "99.9 %", duration)]
    header += [title for _, title, _ in extra]
    lines = [[titles.get(row["name"], row["name"]), duration(row["cpu"]), duration(row["user"]),
              number(row["to_raw"]), number(row["to_us"]), number(row["rate"]), size(row["rss"]),
              row["busy"], *[show(row.get(key)) for key, _, show in extra]] for row in rows]
    return table(header, lines)


def memory_table(found, titles):
    rows = summary.memory_rows(found)
    columns = [("rss_idle", "idle"), ("rss_after_message", "after a message"),
               ("rss_quiet", "after a quiet time")]
    columns = [(key, title) for key, title in columns if any(key in row for row in rows)]
    lines = [[titles.get(row["name"], row["name"]), f"{row['connections']:,}",
              *[size(row.get(key)) for key, _ in columns]] for row in rows]
    return table(["end", "connections", *[title for _, title in columns]], lines)


def cost_table(found, titles):
    lines = [[titles.get(name, name), f"{own[0]['seconds']:.2f} s", size(own[0]["memory"]),
              size(own[0]["binary"])] for name, own in found["samples"].items()]
    return table(["end", "compile time", "compiler memory", "program, stripped"], lines)


def scenario_of(name):
    return next((s for s in scenarios.SCENARIOS + scenarios.MEMORY if s.name == name), None)


def any_table(name, found, titles):
    scenario = scenario_of(name)
    if scenario is None:
        return cost_table(found, titles)
    if isinstance(scenario, scenarios.MemoryScenario):
        return memory_table(found, titles)
    return speed_table(scenario, found, titles)


def print_table(name, found):
    scenario = scenario_of(name)
    title = scenario.title if scenario else scenarios.COST[1]
    print(f"\n{name}  {title}\n\n{any_table(name, found, {})}", flush=True)


def draw(name, found, titles):
    """@return the file, relative to docs/"""
    scenario = scenario_of(name)
    if isinstance(scenario, scenarios.MemoryScenario):
        title = f"{name}: bytes per connection"
        entries = [(row["name"], titles.get(row["name"], row["name"]), max(0, row["rss_idle"]),
                    size(row["rss_idle"])) for row in summary.memory_rows(found)]
    elif scenario is None:
        title = f"{name}: compile time"
        entries = [(end, titles.get(end, end), own[0]["seconds"], f"{own[0]['seconds']:.2f} s")
                   for end, own in found["samples"].items()]
    else:
        title = f"{name}: CPU per {scenario.unit}"
        entries = [(row["name"], titles.get(row["name"], row["name"]), row["cpu"],
                    duration(row["cpu"])) for row in summary.rows(found)]
    if not entries:
        return None
    PLOTS.mkdir(exist_ok=True)
    (PLOTS / f"{name}.svg").write_text(plot.bars(title, entries))
    return f"benchmarks/{name}.svg"


def section(name, found, titles):
    scenario = scenario_of(name)
    title = scenario.title if scenario else scenarios.COST[1]
    goal = scenario.goal if scenario else scenarios.COST[2]
    picture = draw(name, found, titles)
    parts = [f"## {name}: {title}", f"Goal: {goal}. `./dev bench {name}`, {found['at']}, "
             f"{found['runs']} rounds, load average {found['load']}."]
    if picture:
        parts.append(f"![{name}]({picture})")
    parts.append(any_table(name, found, titles))
    parts += [f"{titles.get(end, end)} gave no number: {why}."
              for end, why in found["failures"].items()]
    return "\n\n".join(parts)


def versions(results):
    machine = results["machine"]
    lines = [f"{machine['processor']}, {machine['cores']} cores, Linux {machine['kernel']}, "
             f"{machine['compiler']}, -O2 -flto."]
    lines += [f"* {end['title']} {end['version']}".rstrip() for end in results["ends"].values()]
    return "\n".join([lines[0], "", *lines[1:]])


def write(results):
    titles = {name: end["title"] for name, end in results["ends"].items()}
    parts = [METHOD, "## Where", versions(results)]
    for name in scenarios.NAMES:
        if name in results["scenarios"]:
            parts.append(section(name, results["scenarios"][name], titles))
    PAGE.write_text("\n\n".join(part.strip("\n") for part in parts) + "\n")
    print(f"\nwrote {PAGE.relative_to(ROOT)}")
