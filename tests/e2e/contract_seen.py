#!/usr/bin/env python3
"""After all other end-to-end programs: every operation of api/openapi.yaml was answered well, and the answer was as it says (contract.py)."""

import os
import pathlib
import sys

import contract
from harness import check

NOT_HTTP = {"101"}  # a WebSocket's upgrade; its messages are events.yaml's


def main():
    folder = pathlib.Path(os.environ["ZIPTONE_CONTRACT"])
    seen = {line for file in folder.glob("*") for line in file.read_text().splitlines()}
    wanted = {f"{method} {path}" for method, _, path, responses in contract.operations() if not NOT_HTTP & set(responses)}
    missing = sorted(wanted - seen)
    check(f"all {len(wanted)} operations were answered and checked", not missing, "\n  ".join(["", *missing]))
    print(f"{len(wanted)} operations were answered as openapi.yaml says")


if __name__ == "__main__":
    sys.exit(main())
