#!/usr/bin/env python3
"""Runs the bench programs and sets their numbers beside those of the last run.

    tools/bench.py PROGRAMS KEPT [WORD...]

A row is a name, two blanks or more (or a colon), a number and a unit: "calls a core  2140 calls", "cost: 2.84 us",
and google-benchmark's rows. Tables of bare numbers are shown and not compared.
Rows of one program need distinct names. Nothing is judged here: a ratio is for people to read.
"""

import json
import os
import re
import subprocess
import sys

ROW = re.compile(r"^\s*(?P<name>\S(?:.*?\S)?)(?: {2,}|\s*\|\s*|: +)(?P<value>-?\d+(?:[.,]\d+)*(?:e[+-]?\d+)?)"
                 r"\s*(?P<unit>[A-Za-z%µ][^\s|,;:]*)")


def programs(folder, words):
    for where, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            path = os.path.join(where, name)
            ours = "CMakeFiles" not in path and os.access(path, os.X_OK) and "." not in name
            if ours and (not words or any(word in name for word in words)):
                yield name, path


def rows(text):
    """{name: (value, unit)} of the rows in a program's output."""
    found = {}
    for line in text.splitlines():
        if m := ROW.match(line):
            found[m["name"]] = (float(m["value"].replace(",", "")), m["unit"])
    return found


def compare(now, last):
    """Lines of a table: the name, the last number, this one, and their ratio."""
    width = max([len(name) for name in now] + [4])
    yield f"{'':{width}}  {'last':>14}  {'now':>14}  ratio"
    for name, (value, unit) in now.items():
        before, old_unit = last.get(name, (None, unit))
        known = before is not None and old_unit == unit
        ratio = f"{value / before:.2f}" if known and before else "-"
        yield f"{name:{width}}  {before if known else '-':>14}  {value:>14g}  {ratio:>5} {unit}"


def main():
    folder, kept, words = sys.argv[1], sys.argv[2], sys.argv[3:]
    os.makedirs(kept, exist_ok=True)
    found, broken = list(programs(folder, words)), []
    for name, path in found:
        print(f"== {name}", flush=True)
        done = subprocess.run([path], stdout=subprocess.PIPE, text=True)
        print(done.stdout, end="", flush=True)
        if done.returncode:
            broken.append(name)
            print(f"bench: {name} ended with {done.returncode}", flush=True)
            continue
        record, now, last = os.path.join(kept, name + ".json"), rows(done.stdout), {}
        if os.path.exists(record):
            with open(record, encoding="utf-8") as handle:
                last = json.load(handle)
        if now:
            print("\n".join(compare(now, last)), flush=True)
            with open(record, "w", encoding="utf-8") as handle:
                json.dump(now, handle, indent=1)
    if not found:
        print(f"bench: no program under {folder}{' with a name like ' + ' or '.join(words) if words else ''}")
    print(f"bench: {len(found) - len(broken)} programs ran, {len(broken)} failed {' '.join(broken)}".rstrip())
    return 1 if broken or (words and not found) else 0


if __name__ == "__main__":
    sys.exit(main())
