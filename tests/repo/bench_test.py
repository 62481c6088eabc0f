"""Tests of what the benchmarks' driver makes of its samples: bench/driver."""

import sys
import unittest
from pathlib import Path
from xml.dom import minidom

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench" / "driver"))

import page  # noqa: E402
import plot  # noqa: E402
import scenarios  # noqa: E402
import summary  # noqa: E402


def sample(number, cpu, messages=1000, busy=0.5):
    wall = int(cpu * messages / busy)
    return {"round": number, "messages": messages, "cpu_ns": cpu * messages, "user_ns": 0,
            "wall_ns": wall, "load_cpu_ns": wall // 4, "rss": 1 << 20}


class Summary(unittest.TestCase):
    def test_ratio_is_the_median_of_the_ratios_within_a_round(self):
        raw = [sample(0, 100), sample(1, 200), sample(2, 100)]
        ours = [sample(0, 110), sample(1, 220), sample(2, 300)]
        self.assertAlmostEqual(summary.ratio(ours, raw), 1.1)

    def test_round_that_an_end_has_missed_does_not_count(self):
        self.assertAlmostEqual(summary.ratio([sample(0, 100), sample(1, 900)], [sample(0, 50)]), 2)
        self.assertIsNone(summary.ratio([sample(1, 100)], [sample(0, 50)]))

    def test_rows_have_the_cheapest_first_and_leave_out_who_gave_nothing(self):
        found = {"samples": {"parley": [sample(0, 120)], "raw": [sample(0, 100)], "beast": []}}
        self.assertEqual([row["name"] for row in summary.rows(found)], ["raw", "parley"])

    def test_side_without_time_left_is_named(self):
        self.assertEqual(summary.saturated([sample(0, 100, busy=0.95)]), "end")
        self.assertEqual(summary.saturated([sample(0, 100, busy=0.5)]), "neither (50%, load 25%)")

    def test_memory_is_per_connection(self):
        own = {"connections": 100, "rss_before": 1000, "rss_idle": 41000}
        self.assertEqual(summary.memory_rows({"samples": {"parley": [own]}})[0]["rss_idle"], 400)


class Scenarios(unittest.TestCase):
    def test_are_named_alone_or_as_a_family_in_the_order_of_the_table(self):
        self.assertEqual(scenarios.chosen(["S1", "E6"]), ["E6a", "E6b", "S1"])
        self.assertEqual(scenarios.chosen([]), list(scenarios.NAMES))

    def test_unknown_one_is_refused(self):
        with self.assertRaises(SystemExit):
            scenarios.chosen(["E9"])


class Page(unittest.TestCase):
    def test_numbers_have_the_digits_that_mean_something(self):
        self.assertEqual(page.number(1234567), "1,230,000")
        self.assertEqual(page.number(0.987), "0.99")
        self.assertEqual(page.duration(None), "")
        self.assertEqual(page.duration(12345), "12.3 us")
        self.assertEqual(page.size(400), "400 B")

    def test_plot_is_well_formed_whatever_the_names(self):
        text = plot.bars("a < b & c", [("raw", "<raw>", 0, "0"), ("parley", "P", 5, "5 ns")])
        self.assertEqual(len(minidom.parseString(text).getElementsByTagName("rect")), 3)


if __name__ == "__main__":
    unittest.main()
