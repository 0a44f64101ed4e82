#!/usr/bin/env python3
"""Reads what ctest printed and its LastTest.log: counts the single tests, and judges what was skipped.

    tools/suite_report.py PRINTED LOG [--summary FILE]

Prints every skipped test with its reason. A skip is a failure, except `skipped: not here` while the test material
(../shared) is not on this machine. A GoogleTest or unittest program counts its cases; any other test counts as one.
--summary writes "PASSED FAILED SKIPPED" for the shell. Exit 1 if anything failed.
"""

import argparse
import os
import re
import sys

STATUS = re.compile(r"^ *\d+/\d+ Test +#\d+: (?P<name>\S+) \.+ *(?:\*\*\*)?(?P<status>\w[\w ]*?)(?::\s*\w+)? +[\d.]+ sec",
                    re.M)
BLOCK = re.compile(r"^\d+/\d+ Testing: (?P<name>.+?)\n.*?^Output:\n-+\n(?P<output>.*?)^<end of output>$", re.S | re.M)
GTEST_SKIP = re.compile(r"^\[ RUN      \] (?P<name>\S+)\n(?P<output>(?:(?!^\[ RUN).*\n)*?)^\[  SKIPPED \] (?P=name)\b",
                        re.M)
UNITTEST_SKIP = re.compile(r"^(?P<name>\w+) .*\.\.\. skipped ['\"](?P<reason>.*)['\"]$", re.M)


def skips_of(output):
    """(name, reason) of every skipped case in one program's output."""
    for found in GTEST_SKIP.finditer(output):
        lines = [line.strip() for line in found["output"].splitlines() if line.strip()]
        reasons = [line for line in lines if not re.search(r":\d+: Skipped$", line)]
        yield found["name"], reasons[-1] if reasons else "no reason given"
    for found in UNITTEST_SKIP.finditer(output):
        yield found["name"], found["reason"]


def cases_of(output):
    """How many cases ran in one program, skipped ones included; 1 for a program that doesn't say."""
    ran = re.findall(r"^\[==========\] (\d+) tests? from .* ran", output, re.M)
    ran += re.findall(r"^Ran (\d+) tests? in ", output, re.M)
    return sum(map(int, ran)) if ran else 1


def failures_of(output):
    """How many cases of a failed program failed; one that ended otherwise (crash, time-out) counts one."""
    cases = set(re.findall(r"^\[  FAILED  \] ([^\s,]+\.[^\s,]+)", output, re.M))
    cases |= set(re.findall(r"^(?:FAIL|ERROR): (\w+)", output, re.M))
    return max(1, len(cases))


def report(printed, log, material):
    """(passed, failed, skipped, lines to print). `material`: is the test material on this machine?"""
    passed = failed = skipped = 0
    lines = []
    outputs = {block["name"]: block["output"] for block in BLOCK.finditer(log)}
    for name, status in STATUS.findall(printed):
        output = outputs.get(name, "")
        skips = list(skips_of(output))
        if status == "Skipped" and not skips:
            skips = [(name, (output.strip().splitlines() or ["no reason given"])[-1])]
        leave = [reason.startswith("skipped: not here") and not material for _, reason in skips]
        lines += [f"{'skipped' if allowed else 'SKIPPED WITHOUT LEAVE'}: {name}: {case}: {reason}"
                  for (case, reason), allowed in zip(skips, leave)]
        bad = failures_of(output) if status not in ("Passed", "Skipped") else 0
        if bad:
            lines.append(f"failed: {name} ({status})")
        passed += max(0, cases_of(output) - bad - len(skips))
        failed += bad + leave.count(False)
        skipped += leave.count(True)
    return passed, failed, skipped, lines


def text_of(path):
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8", errors="replace") as handle:
        return handle.read()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("printed")
    parser.add_argument("log")
    parser.add_argument("--summary")
    here = os.path.dirname(os.path.abspath(__file__))
    parser.add_argument("--material", default=os.path.join(here, "..", "..", "shared"), help="the test material")
    options = parser.parse_args()
    material = os.path.isdir(options.material)
    passed, failed, skipped, lines = report(text_of(options.printed), text_of(options.log), material)
    print("\n".join(lines + [f"cases: {passed} passed {failed} failed {skipped} skipped"]))
    if options.summary:
        with open(options.summary, "w", encoding="utf-8") as handle:
            handle.write(f"{passed} {failed} {skipped}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
