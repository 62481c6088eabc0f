"""The checkers of scripts/ find what they are for: each is run on a small tree with one fault."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


class Tree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run_script(self, name, *arguments):
        done = subprocess.run([sys.executable, "-B", SCRIPTS / name, self.root, *arguments],
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def expect_clean(self, name):
        code, output = self.run_script(name)
        self.assertEqual(code, 0, output)

    def expect_fault(self, name, text):
        code, output = self.run_script(name)
        self.assertEqual(code, 1, output)
        self.assertIn(text, output)


class Layers(Tree):
    def test_accepts_an_include_of_a_lower_layer(self):
        self.write("src/bytes/a.hpp", "#include <vector>\n#include <parley/b.hpp>\n")
        self.write("src/frame/c.cpp", '#include "bytes/a.hpp"\n#include "frame/c.hpp"\n')
        self.expect_clean("layers.py")

    def test_refuses_an_include_of_a_higher_layer(self):
        self.write("src/frame/a.cpp", '#include "session/b.hpp"\n')
        self.expect_fault("layers.py", "session is not below it")

    def test_refuses_an_include_of_a_neighbour(self):
        self.write("src/http/a.cpp", '#  include "url/b.hpp"\n')
        self.expect_fault("layers.py", "url is not below it")

    def test_refuses_an_include_without_its_layer(self):
        self.write("src/http/a.cpp", '#include "a.hpp"\n')
        self.expect_fault("layers.py", "must start with the name of a layer")

    def test_refuses_a_folder_that_is_no_layer(self):
        self.write("src/stuff/a.cpp", "")
        self.expect_fault("layers.py", "src/stuff is not a layer")

    def test_refuses_threads_clocks_and_streams_in_a_pure_layer(self):
        for header in ("thread", "random", "iostream", "sys/socket.h", "openssl/rand.h"):
            with self.subTest(header=header):
                self.write("src/protocol/a.cpp", f"#include <{header}>\n")
                self.expect_fault("layers.py", "in the pure layer protocol")

    def test_refuses_reading_a_clock_in_a_pure_layer(self):
        self.write("src/protocol/a.cpp", "auto t = std::chrono::steady_clock::now();\n")
        self.expect_fault("layers.py", "steady_clock::now in the pure layer")

    def test_allows_durations_in_a_pure_layer_and_threads_above(self):
        self.write("src/protocol/a.cpp", "#include <chrono>\n// never steady_clock::now here\n")
        self.write("src/loop/a.cpp", "#include <mutex>\n#include <uv.h>\n#include <unistd.h>\n")
        self.expect_clean("layers.py")

    def test_keeps_libuv_to_its_three_folders(self):
        self.write("src/session/a.cpp", "#include <uv.h>\n")
        self.expect_fault("layers.py", "libuv belongs to")

    def test_keeps_zlib_and_isal_to_their_folder(self):
        for header in ("zlib.h", "isa-l.h", "isa-l/igzip_lib.h"):
            with self.subTest(header=header):
                self.write("src/deflate/a.cpp", f"#include <{header}>\n")
                self.write("src/protocol/a.cpp", "")
                self.expect_clean("layers.py")
                self.write("src/protocol/a.cpp", f"#include <{header}>\n")
                self.expect_fault("layers.py", "belong to deflate")

    def test_keeps_libidn2_to_one_file(self):
        self.write("src/url/a.cpp", "#include <idn2.h>\n")
        self.expect_clean("layers.py")
        self.write("src/url/b.cpp", "#include <idn2.h>\n")
        self.expect_fault("layers.py", "one file only")

    def test_keeps_libpsl_to_one_file(self):
        self.write("src/http/a.cpp", "#include <libpsl.h>\n")
        self.expect_fault("layers.py", "libpsl belongs to client")
        (self.root / "src/http/a.cpp").unlink()
        self.write("src/client/a.cpp", "#include <libpsl.h>\n")
        self.expect_clean("layers.py")
        self.write("src/client/b.cpp", "#include <libpsl.h>\n")
        self.expect_fault("layers.py", "one file only")

    def test_keeps_openssl_to_its_folder(self):
        self.write("src/tls/a.cpp", "#include <openssl/ssl.h>\n")
        self.expect_clean("layers.py")
        self.write("src/transport/a.cpp", "#include <openssl/ssl.h>\n")
        self.expect_fault("layers.py", "OpenSSL belongs to tls")

    def test_refuses_third_party_and_quoted_includes_in_public_headers(self):
        self.write("include/parley/a.hpp", "#include <uv.h>\n")
        self.expect_fault("layers.py", "neither std nor parley")
        self.write("include/parley/a.hpp", '#include "bytes/a.hpp"\n')
        self.expect_fault("layers.py", "public headers say <parley/...>")

    def test_lets_programs_use_public_headers_and_their_own_only(self):
        self.write("tools/parley/own.hpp", "")
        self.write("tools/parley/a.cpp", '#include "own.hpp"\n#include <CLI/CLI.hpp>\n')
        self.expect_clean("layers.py")
        self.write("src/frame/a.hpp", "")
        self.write("tools/parley/a.cpp", '#include "frame/a.hpp"\n')
        self.expect_fault("layers.py", "only public headers")
        self.write("tools/parley/a.cpp", '#include "../../src/frame/a.hpp"\n')
        self.expect_fault("layers.py", "only public headers")


    def test_lets_fuzz_targets_use_pure_layers_only(self):
        self.write("fuzz/targets/a.cpp", '#include "fuzz/b.hpp"\n#include "protocol/c.hpp"\n'
                   "#include <parley/url.hpp>\n#include <vector>\n#include <arpa/inet.h>\n")
        self.write("include/parley/url.hpp", "")
        self.expect_clean("layers.py")
        for include in ('"loop/a.hpp"', '"a.hpp"', "<random>", "<uv.h>"):
            with self.subTest(include=include):
                self.write("fuzz/a.hpp", f"#include {include}\n")
                self.expect_fault("layers.py", "in fuzz")


class Sources(Tree):
    def test_accepts_a_quiet_ascii_source(self):
        self.write("src/bytes/a.cpp", '// see std::cout\nconst char* k = "\\u00e4";\n')
        self.expect_clean("sources.py")

    def test_refuses_a_source_that_is_not_ascii(self):
        self.write("tests/url/a_test.cpp", "// \u00e4\n")
        self.expect_fault("sources.py", "a_test.cpp:1: not ASCII")

    def test_refuses_output_from_the_library(self):
        for text in ("std::cerr << 1;", "printf(\"x\");", "fprintf(f, \"x\");", "perror(\"x\");"):
            with self.subTest(text=text):
                self.write("src/loop/a.cpp", text + "\n")
                self.expect_fault("sources.py", "the library prints nothing")

    def test_lets_the_tool_print_and_the_library_format(self):
        self.write("tools/parley/a.cpp", "std::cout << 1;\n")
        self.write("src/loop/a.cpp", "snprintf(b, n, \"x\");\n")
        self.expect_clean("sources.py")

    def test_refuses_a_file_without_a_concept(self):
        self.write("src/bytes/utils.hpp", "")
        self.expect_fault("sources.py", "does not say what is in it")


class Sizes(Tree):
    def function(self, body_lines, head="void f()"):
        return head + " {\n" + "  x();\n" * body_lines + "}\n"

    def longest(self, text):
        self.write("src/bytes/a.cpp", text)
        _, output = self.run_script("sizes.py")
        return output

    def test_accepts_a_function_of_sixty_lines(self):
        self.write("src/bytes/a.cpp", self.function(58))
        self.expect_clean("sizes.py")

    def test_refuses_a_longer_function(self):
        self.write("src/bytes/a.cpp", self.function(59))
        self.expect_fault("sizes.py", "a.cpp:1 f: 61 lines, cap 60")

    def test_allows_a_dispatch_switch_a_hundred(self):
        self.write("src/bytes/a.cpp", "// A dispatch switch: one case per state.\n"
                   + self.function(98))
        self.expect_clean("sizes.py")
        self.write("src/bytes/a.cpp", "// A dispatch switch: one case per state.\n"
                   + self.function(99))
        self.expect_fault("sizes.py", "101 lines, cap 100")

    def test_sees_functions_in_classes_templates_and_namespaces(self):
        text = "namespace a {\nclass B : public C {\n public:\n" + self.function(
            60, "template <typename T>\n  auto g(T x = 3) const noexcept -> int") + "};\n}\n"
        self.assertIn("a.cpp:4 g: 63 lines", self.longest(text))

    def test_sees_a_constructor_with_a_braced_member_list(self):
        text = self.function(60, "A::A(int x)\n    : a_{x}, b_{y},\n      c_(z)")
        self.assertIn("A::A: 64 lines", self.longest(text))

    def test_sees_an_operator(self):
        self.assertIn("operator==: 62 lines",
                      self.longest(self.function(60, "bool operator==(A x, A y)")))

    def test_takes_no_table_for_a_function(self):
        text = "constexpr int kTable[] = {\n" + "  1,\n" * 90 + "};\nstruct A {\n" \
            + "  int x{1};\n" * 90 + "};\nenum class E {\n" + "  A,\n" * 90 + "};\n"
        self.write("src/bytes/a.cpp", text)
        self.expect_clean("sizes.py")

    def test_is_not_misled_by_braces_in_strings_and_comments(self):
        text = ('void f() {\n  g("{", \'{\', 1\'000);  // {\n  /* { */ h(R"x({{)x");\n}\n'
                + self.function(59, "void after()"))
        self.assertIn("after: 61 lines", self.longest(text))

    def test_caps_files(self):
        for name, cap in (("include/parley/a.hpp", 400), ("src/bytes/a.cpp", 600),
                          ("tests/bytes/a_test.cpp", 800)):
            with self.subTest(name=name):
                self.write(name, "\n" * cap)
                self.expect_clean("sizes.py")
                self.write(name, "\n" * (cap + 1))
                self.expect_fault("sizes.py", f"{cap + 1} lines, cap {cap}")
                (self.root / name).unlink()


class Links(Tree):
    def test_accepts_links_that_lead_somewhere(self):
        self.write("docs/b.md", "# Life of a `message`\n")
        self.write("a.md", "[b](docs/b.md#life-of-a-message) [w](https://example.com/)\n"
                   "```\n[x](nowhere.md)\n```\n")
        self.expect_clean("links.py")

    def test_refuses_links_that_lead_nowhere(self):
        self.write("a.md", "[b](b.md)\n")
        self.expect_fault("links.py", "b.md: no such file")
        self.write("a.md", "# A\n[b](#c)\n")
        self.expect_fault("links.py", "#c: no such heading")


class Count(Tree):
    def report(self, *cases):
        self.write("junit.xml", "<testsuite>" + "".join(cases) + "</testsuite>")

    def count(self, *arguments):
        done = subprocess.run([sys.executable, "-B", SCRIPTS / "count_tests.py", *arguments],
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout.splitlines()[-1]

    def case(self, status, note=""):
        return f'<testcase name="a" status="{status}">{note}</testcase>'

    def test_adds_reports_and_checks_up(self):
        self.report(self.case("run"), self.case("run"))
        report = self.root / "junit.xml"
        self.assertEqual(self.count(report, report, "--passed", "3"), (0, "7 passed, 0 failed"))

    def test_fails_with_one_failed_test_or_check(self):
        self.report(self.case("run"), self.case("fail"))
        self.assertEqual(self.count(self.root / "junit.xml"), (1, "1 passed, 1 failed"))
        self.report(self.case("run"))
        self.assertEqual(self.count(self.root / "junit.xml", "--failed", "1"),
                         (1, "1 passed, 1 failed"))

    def test_takes_a_missing_program_for_a_failure_and_a_skipped_test_for_neither(self):
        self.report(self.case("run"), self.case("notrun", '<skipped message="Unable to find"/>'))
        self.assertEqual(self.count(self.root / "junit.xml"), (1, "1 passed, 1 failed"))
        self.report(self.case("run"),
                    self.case("notrun", '<skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/>'))
        self.assertEqual(self.count(self.root / "junit.xml"), (0, "1 passed, 0 failed"))

    def test_takes_no_report_and_an_empty_one_for_a_failure(self):
        self.assertEqual(self.count(self.root / "junit.xml"), (1, "0 passed, 1 failed"))
        self.report()
        self.assertEqual(self.count(self.root / "junit.xml"), (1, "0 passed, 1 failed"))


if __name__ == "__main__":
    unittest.main()
