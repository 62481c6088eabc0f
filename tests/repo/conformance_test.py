"""scripts/conformance.py finds the tests of this tree, and what its page gets wrong."""

import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))

import conformance  # noqa: E402
import conformance_lines  # noqa: E402


class Conformance(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        (self.root / "docs").mkdir()
        self.write("tests/frame/a_test.cpp", "TEST(Suite, Plain) {\n}\nTEST_F(\n    Fixture, Long) {\n")
        self.write("tests/e2e/b.test.mjs",
                   "test('it\\'s here', f);\n  test(`${name}: all of them`, f);\n")

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def faults(self, *lines):
        with mock.patch.object(conformance, "SECTIONS", [("Title", "", list(lines))]):
            return conformance.faults(self.root)

    def test_finds_the_tests_of_both_languages(self):
        self.assertEqual(conformance.tests_of(self.root),
                         {"Suite.Plain", "Fixture.Long", "e2e/b: it's here", "e2e/b: all of them"})

    def test_accepts_tests_that_exist(self):
        shown = conformance_lines.shown
        self.assertEqual(self.faults(shown("A1", "rule", "Suite.Plain", "e2e/b: it's here")), [])

    def test_refuses_a_test_that_does_not_exist(self):
        found = self.faults(conformance_lines.shown("A1", "rule", "Suite.Gone"))
        self.assertEqual(found, ["A1: Suite.Gone: no such test"])

    def test_refuses_a_line_without_a_test_and_a_repeated_one(self):
        found = self.faults(conformance_lines.shown("A1", "rule"),
                            conformance_lines.later("A1", "rule", "TLS"))
        self.assertEqual(found, ["A1: names no test", "A1: stands in the table twice"])

    def test_counts_every_kind_of_line(self):
        lines = [conformance_lines.shown("A1", "r", "Suite.Plain"),
                 conformance_lines.later("A2", "r", "TLS"),
                 conformance_lines.untested("A3", "r")]
        with mock.patch.object(conformance, "SECTIONS", [("Title", "", lines)]):
            page = conformance.page()
        self.assertIn("Of 3 rules, 1 are shown", page)
        self.assertIn("| A3 | r | **not yet tested** |  |", page)
        self.assertIn("| A2 | r | later version | TLS |", page)


if __name__ == "__main__":
    unittest.main()
