#!/usr/bin/env python3
"""Proves that symbols.py can fail: compiles one fault at a time into a small pure archive."""

import os
import subprocess
import sys
import tempfile
import unittest

SYMBOLS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "symbols.py")
COMPILER = os.environ.get("CXX", "c++")


def run(layer, name, text, archived=True):
    """symbols.py's exit code and output over a build whose only archive holds this source."""
    with tempfile.TemporaryDirectory() as root:
        folder = os.path.join(root, "src", layer)
        os.makedirs(folder)
        source = os.path.join(folder, name)
        with open(source, "w", encoding="utf-8") as handle:
            handle.write(text)
        if archived:
            subprocess.run([COMPILER, "-std=c++20", "-O1", "-c", source, "-o", source + ".o"], check=True)
            subprocess.run(["ar", "rc", os.path.join(folder, f"libziptone_{layer}.a"), source + ".o"], check=True)
        done = subprocess.run([sys.executable, SYMBOLS, root, root], capture_output=True, text=True)
        return done.returncode, done.stdout


class Symbols(unittest.TestCase):
    def test_refuses_what_a_pure_layer_may_not_ask_for(self):
        for symbol, text in (
                ("clock_gettime", "#include <time.h>\nvoid f(timespec* t) { clock_gettime(CLOCK_REALTIME, t); }\n"),
                ("steady_clock::now()", "#include <chrono>\nauto f() { return std::chrono::steady_clock::now(); }\n"),
                ("system_clock::now()", "#include <chrono>\nauto f() { return std::chrono::system_clock::now(); }\n"),
                ("pthread_create", "#include <pthread.h>\nvoid f(pthread_t* t, void* (*g)(void*)) {"
                                   " pthread_create(t, 0, g, 0); }\n"),
                ("thread", "#include <thread>\nvoid f() { std::thread{[] {}}.detach(); }\n"),
                ("socket", "#include <sys/socket.h>\nint f() { return socket(1, 2, 0); }\n"),
                ("open", "#include <fcntl.h>\nint f(const char* p) { return open(p, 0); }\n"),
                ("fopen", "#include <cstdio>\nvoid* f(const char* p) { return std::fopen(p, p); }\n"),
                ("getenv", "#include <cstdlib>\nchar* f(const char* p) { return std::getenv(p); }\n"),
                ("rand", "#include <cstdlib>\nint f() { return std::rand(); }\n"),
                ("random_device", "#include <random>\nunsigned f() { return std::random_device{}(); }\n"),
                ("sqlite3_step", 'extern "C" int sqlite3_step(void*);\nint f() { return sqlite3_step(nullptr); }\n'),
                ("printf", '#include <cstdio>\nvoid f(int i) { std::printf("%d", i); }\n'),
                ("fprintf", '#include <cstdio>\nvoid f(int i) { std::fprintf(stderr, "%d", i); }\n'),
                ("std::cout", "#include <iostream>\nvoid f(int i) { std::cout << i; }\n"),
                ("abort", "#include <cstdlib>\nvoid f() { std::abort(); }\n")):
            code, out = run("dialer", "a.cpp", text)
            self.assertEqual(code, 1, symbol)
            self.assertIn(symbol, out)

    def test_accepts_values_and_functions(self):
        code, out = run("dialer", "a.cpp", "#include <string>\n#include <vector>\n"
                        "std::vector<std::string> f(int i) { return {std::to_string(i), std::string(i, 'a')}; }\n")
        self.assertEqual(code, 0, out)

    def test_excepts_check_cpp_of_base_by_name(self):
        text = '#include <cstdio>\n#include <cstdlib>\nvoid f(int i) { std::fprintf(stderr, "%d", i); std::abort(); }\n'
        self.assertEqual(run("base", "check.cpp", text)[0], 0)
        self.assertEqual(run("base", "other.cpp", text)[0], 1)
        self.assertEqual(run("media", "check.cpp", text)[0], 1)

    def test_reports_a_layer_whose_archive_is_missing(self):
        code, out = run("phone", "a.cpp", "int a;\n", archived=False)
        self.assertEqual(code, 1)
        self.assertIn("src/phone: has sources but no archive", out)


if __name__ == "__main__":
    unittest.main()
