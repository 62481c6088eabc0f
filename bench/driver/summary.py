"""From samples to the numbers of a table: medians, and medians of ratios within a round."""

import statistics

BUSY = 0.9


def per_message(sample):
    """CPU nanoseconds of the end under test, user and system."""
    return sample["cpu_ns"] / max(1, sample["messages"])


def user_per_message(sample):
    return sample["user_ns"] / max(1, sample["messages"])


def per_second(sample):
    return sample["messages"] * 1e9 / sample["wall_ns"]


def median(values):
    values = list(values)
    return statistics.median(values) if values else None


def ratio(samples, others):
    """Of samples to others of the same round."""
    by_round = {sample["round"]: sample for sample in others}
    return median(per_message(sample) / per_message(by_round[sample["round"]])
                  for sample in samples if sample["round"] in by_round)


def saturated(samples):
    """Which side had no time left: that is what the messages per second speak of."""
    subject = median(sample["cpu_ns"] / sample["wall_ns"] for sample in samples)
    load = median(sample["load_cpu_ns"] / sample["wall_ns"] for sample in samples)
    busy = [name for name, share in (("end", subject), ("load", load)) if share >= BUSY]
    return " and ".join(busy) or f"neither ({subject:.0%}, load {load:.0%})"


def rows(found):
    """One per end: name, rate, CPU, ratios, memory, what was saturated."""
    samples = found["samples"]
    raw, ours = samples.get("raw", []), samples.get("parley", [])
    result = []
    for name, own in samples.items():
        if not own:
            continue
        row = {
            "name": name,
            "rate": median(map(per_second, own)),
            "cpu": median(map(per_message, own)),
            "user": median(map(user_per_message, own)),
            "to_raw": ratio(own, raw),
            "to_us": ratio(own, ours),
            "rss": median(sample["rss"] for sample in own),
            "busy": saturated(own),
        }
        if "echoed_bytes" in own[0]:
            row["wire"] = median(sample["echoed_bytes"] / max(1, sample["messages"])
                                 for sample in own)
        for quantile in ("p50_ns", "p99_ns", "p999_ns"):
            if quantile in own[0]:
                row[quantile] = median(sample[quantile] for sample in own)
        result.append(row)
    return sorted(result, key=lambda row: row["cpu"])


def memory_rows(found):
    """Bytes per connection."""
    result = []
    for name, own in found["samples"].items():
        sample = own[0]
        row = {"name": name, "connections": sample["connections"]}
        for key in ("rss_idle", "rss_after_message", "rss_quiet"):
            if key in sample:
                row[key] = (sample[key] - sample["rss_before"]) / sample["connections"]
        result.append(row)
    return sorted(result, key=lambda row: row["rss_idle"])
