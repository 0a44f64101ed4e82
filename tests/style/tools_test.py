#!/usr/bin/env python3
"""The judge of skipped tests and the comparer of bench runs, on what their programs really print."""

import os
import subprocess
import sys
import tempfile
import unittest

TOOLS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools")
sys.path.insert(0, TOOLS)
import suite_report  # noqa: E402

PRINTED = """
1/4 Test #1: google ...........................   Passed    0.00 sec
2/4 Test #2: unit .............................***Failed    0.33 sec
3/4 Test #3: gone .............................***Not Run   0.00 sec
4/4 Test #4: crash ............................***Exception: SegFault  0.01 sec
"""
BLOCK = """1/4 Testing: {0}
1/4 Test: {0}
Command: "x"
Output:
----------------------------------------------------------
{1}<end of output>
"""
GOOGLE = """[ RUN      ] A.Passes
[       OK ] A.Passes (0 ms)
[ RUN      ] A.Skips
/x/a_test.cpp:3: Skipped
{reason}
[  SKIPPED ] A.Skips (0 ms)
[==========] 2 tests from 1 test suite ran. (0 ms total)
[  SKIPPED ] 1 test, listed below:
[  SKIPPED ] A.Skips
"""
UNIT = "test_a (x.T.test_a) ... ok\nFAIL: test_c (x.T.test_c)\nRan 2 tests in 0.001s\n"


def report(reason, material):
    log = BLOCK.format("google", GOOGLE.format(reason=reason)) + BLOCK.format("unit", UNIT)
    return suite_report.report(PRINTED, log, material)


class SuiteReport(unittest.TestCase):
    def test_counts_cases_and_broken_programs(self):
        passed, failed, skipped, lines = report("skipped: not here", material=False)
        self.assertEqual((passed, failed, skipped), (2, 3, 1))
        self.assertIn("skipped: google: A.Skips: skipped: not here", lines)
        self.assertIn("failed: crash (Exception)", lines)

    def test_a_skip_without_leave_is_a_failure(self):
        for reason, material in (("skipped: not here", True), ("no sipp on this machine", False)):
            passed, failed, skipped, lines = report(reason, material)
            self.assertEqual((passed, failed, skipped), (2, 4, 0))
            self.assertIn(f"SKIPPED WITHOUT LEAVE: google: A.Skips: {reason}", lines)


class Bench(unittest.TestCase):
    def bench(self, folder, text):
        programs = os.path.join(folder, "programs")
        os.makedirs(programs, exist_ok=True)
        with open(os.path.join(programs, "media_bench"), "w", encoding="utf-8") as handle:
            handle.write(f"#!/bin/sh\ncat <<'END'\n{text}\nEND\n")
        os.chmod(os.path.join(programs, "media_bench"), 0o755)
        return subprocess.run([sys.executable, os.path.join(TOOLS, "bench.py"), programs, os.path.join(folder, "kept")],
                              capture_output=True, text=True).stdout

    def test_tables_of_bare_numbers_are_not_rows(self):
        with tempfile.TemporaryDirectory() as folder:
            out = self.bench(folder, "human   174   .   42\nAMD defaults   70.0   44.1\ncost: 2.84 us a frame")
            self.assertNotIn("human  ", out.split("ratio")[1])
            self.assertNotIn("AMD", out.split("ratio")[1])
            self.assertRegex(out, r"cost +- +2.84 +- us")

    def test_prints_ratios_to_the_last_run(self):
        with tempfile.TemporaryDirectory() as folder:
            first = self.bench(folder, "calls a core   2,000 calls\nBM_Encode/160     100 ns     99 ns   7000")
            self.assertIn("bench: 1 programs ran, 0 failed", first)
            second = self.bench(folder, "calls a core   2,500 calls\nBM_Encode/160     50 ns     49 ns   7000")
            self.assertRegex(second, r"calls a core +2000.0 +2500 +1.25 calls")
            self.assertRegex(second, r"BM_Encode/160 +100.0 +50 +0.50 ns")


if __name__ == "__main__":
    unittest.main()
