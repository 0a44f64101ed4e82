#!/usr/bin/env python3
"""Proves that every rule of tools/tidy.py can fail: each test plants one fault in a clean tree and wants that line."""

import os
import subprocess
import sys
import tempfile
import unittest

TIDY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools", "tidy.py")
CLEAN = {
    "src/base/CMakeLists.txt": "ziptone_library(base time.cpp LINK fmt::fmt)\n",
    "src/base/time.cpp": '#include "base/time.hpp"\n\nint time_of(int a) { return a; }\n',
    "src/base/time.hpp": "#pragma once\n\nint time_of(int a);\n",
    "src/dialer/CMakeLists.txt": "ziptone_library(dialer dialer.cpp contact/window.cpp LINK ziptone_base)\n",
    "src/dialer/dialer.cpp": '#include "dialer/contact/window.hpp"\n#include "dialer/machine/call.hpp"\n',
    "src/dialer/machine/call.hpp": '#pragma once\n\n#include "base/time.hpp"\n',
    "src/dialer/contact/window.cpp": '#include "dialer/contact/window.hpp"\n\nint window() { return 1; }\n',
    "src/dialer/contact/window.hpp": '#pragma once\n\n#include "dialer/machine/call.hpp"\n\nint window();\n',
    "tests/dialer/CMakeLists.txt": "ziptone_test(window_test window_test.cpp LINK ziptone_dialer)\n"
                                   "add_test(NAME run COMMAND python3 run.py)\n",
    "tests/dialer/window_test.cpp": "#include <gtest/gtest.h>\n\nTEST(Window, IsHalfOpen) {}\n",
    "tests/dialer/run.py": 'print("fine")\n',
}


def run(files, *options):
    """tidy's exit code and lines over a tree of {path: text}."""
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8") as handle:
                handle.write(text)
        done = subprocess.run([sys.executable, TIDY, "--root", root, *options], capture_output=True, text=True)
        return done.returncode, done.stdout.splitlines()


class Tidy(unittest.TestCase):
    def finds(self, expected, changes, *options):
        """The clean tree with `changes` gives a line that begins with `expected`, and exit code 1."""
        code, lines = run({**CLEAN, **changes}, *options)
        self.assertTrue(any(line.startswith(expected) for line in lines), f"wanted {expected}, got {lines}")
        self.assertEqual(code, 1)

    def accepts(self, changes, *options):
        self.assertEqual(run({**CLEAN, **changes}, *options), (0, []))

    def source(self, path, text, built=True):
        """A source added to base or tests, together with the line that builds it."""
        folder, name = path.rsplit("/", 1)
        lists = folder + "/CMakeLists.txt"
        return {path: text, **({lists: CLEAN.get(lists, "") + f"target_sources(x PRIVATE {name})\n"} if built else {})}

    def test_the_clean_tree_has_no_findings(self):
        self.accepts({})

    def test_layers_know_only_what_is_below(self):
        for layer, header in (("base", "dialer/x.hpp"), ("dialer", "media/x.hpp"), ("phone", "analysis/x.hpp"),
                              ("media", "server/x.hpp"), ("sim", "server/x.hpp"), ("sim", "carrier/x.hpp"),
                              ("carrier", "server/x.hpp"), ("carrier", "sim/x.hpp"), ("server", "sim/x.hpp")):
            path = f"src/{layer}/a.cpp"
            self.finds(f"{path}:2: layer:", self.source(path, f'// A comment.\n#include "{header}"\n'))
        self.accepts(self.source("src/server/a.cpp", '#include "dialer/dialer.hpp"\n'))
        self.accepts(self.source("src/server/main.cpp", '#include "sim/simulate.hpp"\n'))
        self.accepts(self.source("src/base/a.cpp", '// #include "dialer/x.hpp"\n'))

    def test_a_folder_that_is_no_layer(self):
        self.finds("src/utils/a.cpp:1: layer:", self.source("src/utils/a.cpp", "int a();\n"))

    def test_links_follow_the_layers(self):
        path = "src/dialer/CMakeLists.txt"
        self.finds(f"{path}:2: layer:", {path: CLEAN[path] + "target_link_libraries(d ziptone_media)\n"})
        self.finds(f"{path}:2: layer:", {path: CLEAN[path] + "target_link_libraries(d Threads::Threads)\n"})

    def test_stages_look_left(self):
        path = "src/dialer/contact/window.hpp"
        self.finds(f"{path}:2: stage:", {path: '#pragma once\n#include "dialer/lease/lease.hpp"\n'})
        self.finds(f"{path}:2: stage:", {path: '#pragma once\n#include "dialer/dialer.hpp"\n'})
        right = self.source("src/dialer/talk/talk.cpp", '#include "dialer/contact/window.hpp"\n')
        self.accepts(right)

    def test_machines_include_no_stage(self):
        path = "src/dialer/machine/call.hpp"
        self.finds(f"{path}:2: stage:", {path: '#pragma once\n#include "dialer/contact/window.hpp"\n'})

    def test_folders_of_the_core_are_stages(self):
        self.finds("src/dialer/helpers/a.cpp:1: stage:", self.source("src/dialer/helpers/a.cpp", "int a();\n"))

    def test_libraries_have_one_home(self):
        self.finds("src/server/api/a.cpp:1: home:",
                   self.source("src/server/api/a.cpp", "#include <sofia-sip/nta.h>\n"))
        self.finds("src/sim/a.cpp:1: home:", self.source("src/sim/a.cpp", "#include <sqlite3.h>\n"))
        self.accepts(self.source("src/server/store/a.cpp", "#include <sqlite3.h>\n"))

    def test_pure_layers_are_pure(self):
        for word in ("auto t = std::chrono::steady_clock::now();", "std::thread t;", "std::mutex m;",
                     "int s = socket(1, 2, 3);", "std::ifstream f;", "int r = rand();", "std::random_device d;",
                     "auto p = getenv(name);", "printf(text);", "fprintf(stderr, text);", "std::cout << 1;",
                     "sqlite3* db;", "spdlog::info(text);", "nta_agent_t* a;", "std::time(nullptr);"):
            self.finds("src/base/a.cpp:2: pure:", self.source("src/base/a.cpp", f"// one\nvoid f() {{ {word} }}\n"))
        for header in ("<thread>", "<mutex>", "<fstream>", "<iostream>", "<random>", "<sys/socket.h>"):
            self.finds("src/base/a.cpp:1: pure:", self.source("src/base/a.cpp", f"#include {header}\n"))
        self.finds("src/dialer/dialer.cpp:1: pure:", {"src/dialer/dialer.cpp": '#include "base/random.hpp"\n'})

    def test_pure_words_are_fine_in_comments_texts_and_other_names(self):
        text = '// A thread calls rand().\nconst char* a = "printf("; int now_us = 1\'000; char c = \'"\';\n'
        self.accepts(self.source("src/base/a.cpp", text + "int f(int b) { return snprintf(0, 0, a) + b; }\n"))
        self.accepts(self.source("src/server/a.cpp", "std::mutex m;\n"))

    def test_only_check_cpp_prints(self):
        self.accepts(self.source("src/base/check.cpp", "void f() { std::fprintf(stderr, what); }\n"))

    def test_file_size(self):
        long = "int a;\n" * 600
        self.finds("src/base/a.cpp:600: file-size:", self.source("src/base/a.cpp", long))
        self.accepts(self.source("src/base/a.cpp", "int a;\n" * 599))
        self.accepts(self.source("src/base/a.cpp", "// generated by tools/x.py\n" + long))

    def test_function_size(self):
        body = "  a();\n" * 68
        path = "src/base/a.cpp"
        for head in ("void f() {", "A::A(int b) : b_{b}, c_(b) {", "template <class T> auto f(T t) -> int {",
                     "namespace n { class X final : public Y { int f() const noexcept {", "TEST(A, B) {"):
            self.finds(f"{path}:1: function-size:", self.source(path, f"{head}\n{body}}}\n"))
        self.accepts(self.source(path, "void f() {\n" + "  a();\n" * 67 + "}\n"))
        self.accepts(self.source(path, "namespace n {\n" + "int a(int b) { return b; }\n" * 80 + "}\n"))
        self.accepts(self.source(path, "const Row rows[] = {\n" + "  {f(1), 2},\n" * 80 + "};\n"))
        self.finds("tests/dialer/run.py:1: function-size:", {"tests/dialer/run.py": "def f():\n" + "    g()\n" * 69})

    def test_sleeps_in_tests(self):
        path = "tests/dialer/window_test.cpp"
        for call in ("std::this_thread::sleep_for(a);", "usleep(5);", "sleep(1);"):
            self.finds(f"{path}:1: sleep:", {path: f"void f() {{ {call} }}\n"})
        self.finds("tests/dialer/run.py:2: sleep:", {"tests/dialer/run.py": "import time\ntime.sleep(1)\n"})
        shell = {"tests/dialer/run.py": 'print("run.sh")\n'}
        self.finds("tests/dialer/run.sh:2: sleep:", {**shell, "tests/dialer/run.sh": "#!/bin/sh\nsleep 1\n"})
        self.finds("tests/dialer/run.sh:2: sleep:", {**shell, "tests/dialer/run.sh": "#!/bin/sh\na; sleep 0.5; b\n"})
        self.accepts({**shell, "tests/dialer/run.sh": "#!/bin/sh\nsleep 0.05  # poll: until the port answers\n"})

    def test_unreached_files(self):
        self.finds("src/base/a.cpp:1: unreached:", self.source("src/base/a.cpp", "int a();\n", built=False))
        self.finds("tests/dialer/b_test.cpp:1: unreached:", {"tests/dialer/b_test.cpp": "int b();\n"})
        self.finds("bench/x/b.cpp:1: unreached:", {"bench/x/b.cpp": "int b();\n"})
        self.finds("src/base/a.hpp:1: unreached:", {"src/base/a.hpp": "#pragma once\n"})
        self.finds("tests/dialer/other.py:1: unreached:", {"tests/dialer/other.py": "print(1)\n"})
        for path in ("tests/dialer/a.flow", "tests/scenario/a.flow", "tests/scenario/talk/Busy-Line.flow"):
            self.finds(f"{path}:1: unreached: scenario_test plays", {path: "campaign spring\n"})
        self.accepts({"tests/scenario/talk/busy_line.flow": "campaign spring\n"})
        self.accepts({"src/base/a.cpp": "int a();\n",
                      "src/base/CMakeLists.txt": "file(GLOB all *.cpp)\nziptone_library(base ${all})\n"})

    def test_unfinished_words(self):
        for word in ("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK", "stu" + "b", "Stu" + "bs"):
            self.finds("src/base/a.cpp:1: unfinished:", self.source("src/base/a.cpp", f"// {word}: later\n"))
        self.accepts(self.source("src/base/a.cpp", "// stubborn as a mule, hackneyed\n"))

    def test_white_space(self):
        path = "src/base/a.cpp"
        self.finds(f"{path}:1: white-space: replace the tab", self.source(path, "\tint a;\n"))
        self.finds(f"{path}:1: white-space: remove the blanks", self.source(path, "int a; \n"))
        self.finds(f"{path}:1: white-space: end the file", self.source(path, "int a;"))
        self.finds(f"{path}:3: white-space: end the file", self.source(path, "int a;\n\n"))
        self.accepts({"tests/corpus/a.cpp": "\tint a; "})

    def test_pragma_once(self):
        self.finds("src/base/time.hpp:1: pragma-once:", {"src/base/time.hpp": "int time_of(int a);\n"})

    def test_test_names(self):
        path = "tests/dialer/window_test.cpp"
        for name in ("is_half_open", "DISABLED_IsHalfOpen", "isHalfOpen"):
            self.finds(f"{path}:1: test-name:", {path: f"TEST(Window, {name}) {{}}\n"})
        self.finds("tests/dialer/w.cpp:1: test-name:", self.source("tests/dialer/w.cpp", "TEST(A, B) {}\n"))

    def test_file_names(self):
        self.finds("src/base/Time.cpp:1: file-name:", self.source("src/base/Time.cpp", "int a();\n"))
        self.finds("src/base/a-b.cpp:1: file-name:", self.source("src/base/a-b.cpp", "int a();\n"))

    def test_links_of_pages(self):
        self.finds("docs/a.md:3: link:", {"docs/a.md": "# A\n\n[b](../b.md#part) [c](https://c.example/x)\n"})
        self.accepts({"docs/a.md": "[b](../b.md#part) [docs](../docs) [here](#part)\n", "b.md": "# B\n"})

    def test_dependencies(self):
        setup = {"script/setup": "#!/bin/sh\ntools=(cmake\n  g++)\n"}
        page = "| package | for |\n|---|---|\n| g++ | compiling |\n"
        self.finds("script/setup:2: dependency: cmake", {**setup, "docs/internals/dependencies.md": page})
        self.accepts({**setup, "docs/internals/dependencies.md": page + "| cmake, make | building |\n"})

    def test_format(self):
        config = {".clang-format": "BasedOnStyle: Google\n"}
        self.accepts(config, "--format")
        self.finds("src/base/time.cpp:1: format:", {**config, "src/base/time.cpp": "int  a ;\n"}, "--format")

    def test_every_rule_has_a_test(self):
        rules = subprocess.run([sys.executable, TIDY, "--rules"], capture_output=True, text=True).stdout
        with open(os.path.abspath(__file__), encoding="utf-8") as handle:
            text = handle.read()
        for line in rules.splitlines():
            self.assertIn(f": {line.split()[0]}:", text)


if __name__ == "__main__":
    unittest.main()
