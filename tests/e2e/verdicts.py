#!/usr/bin/env python3
"""Who answered, heard over RTP that loses packets and delays them, beside what `ziptone analyse` says of the same recordings as files.

    verdicts.py path/to/ziptone [EVERY [LOSS [JITTER_MS]]]

`ziptone carrier` plays every EVERY-th of the 600 recordings of ../shared/data/cpa to the campaign's calls; robot agents take those that are put through.
Prints the calls whose verdict differs, and the share that agrees."""

import collections
import csv
import json
import os
import pathlib
import subprocess
import sys
import time

from harness import Process, Server, World, binary, check, config, free_port, wait_for

SHARED = pathlib.Path(os.environ.get("ZIPTONE_SHARED", pathlib.Path(__file__).resolve().parents[3] / "shared")) / "data" / "cpa"
EVERY = int(sys.argv[2]) if len(sys.argv) > 2 else 1
LOSS = float(sys.argv[3]) if len(sys.argv) > 3 else 0.01
JITTER_MS = int(sys.argv[4]) if len(sys.argv) > 4 else 20
AGENTS = 24
LEAST = 0.99
NEVER_SPOKE = "never spoke"  # the clock's word: connected, and still listened to


def recordings():
    if not (SHARED / "labels.csv").exists():
        print("skipped: not here: ../shared/data/cpa")
        sys.exit(77)
    with open(SHARED / "labels.csv", newline="") as file:
        return [row["file"] for row in csv.DictReader(file)][::EVERY]


def number(i):
    return f"+90532{1000000 + i}"


def of_files(files):
    """What is said of each as a file: the first finding, for the clock's `unsure` is none."""
    with World("files") as world:
        (world.work / "list").write_text("\n".join(str(SHARED / f) for f in files))
        done = subprocess.run([binary(), "analyse", "--list", str(world.work / "list"), "--json"], capture_output=True, text=True, check=True)
        return [row["verdict"] for row in json.loads(done.stdout)]


def finding(revisions):
    """The first that is not the clock's word; None: not yet."""
    return next((r for r in revisions if not r["early"] and r["cause"] != NEVER_SPOKE), None)


class Floor:
    """Ends and wraps up what is put through, once the analysis has found something, or after ten seconds."""

    def __init__(self, server):
        self.server, self.since = server, {}

    def attend(self, now):
        for agent in self.server.get("/api/v1/agents"):
            path = f"/api/v1/agents/{agent['name']}/"
            if agent["state"] == "Engaged":
                began = self.since.setdefault(agent["attempt"], now)
                analysis = self.server.get(f"/api/v1/attempts/{agent['attempt']}/analysis")
                if finding(analysis["revisions"]) or now - began > 10:
                    self.server.request("POST", path + "end")
            elif agent["state"] == "WrappingUp":
                self.server.request("POST", path + "wrap-up", {"code": "Sale"})


def call_all(world, files):
    trunk_port, phone_port = free_port(), free_port()
    directory = "".join(f'[[entry]]\nnumber = "{number(i)}"\npersona = "recording"\nsound = "{SHARED / f}"\n' for i, f in enumerate(files))
    (world.work / "directory.toml").write_text(directory)
    world.add(Process([binary(), "carrier", "--port", str(trunk_port), "--directory", str(world.work / "directory.toml"),
                       "--loss", str(LOSS), "--jitter", str(JITTER_MS)], world.work / "carrier.log"))
    names = [f"a{i}" for i in range(AGENTS)]
    text = config(world.work, trunk_port, {name: "" for name in names}).replace("phone_port = 0", f"phone_port = {phone_port}")
    for i, name in enumerate(names):
        text = text.replace(f'name = "{name}"\nteams = ["sales"]\nphone_uri = ""', f'name = "{name}"\nteams = ["sales"]\nphone_user = "{1001 + i}"\nphone_password = "secret"')
    server = world.add(Server(binary(), world.work, text))
    world.add(Process([binary(), "phones", "--registrar", f"127.0.0.1:{phone_port}", "--count", str(AGENTS), "--password", "secret"], world.work / "phones.log"))
    people = world.work / "people.csv"
    people.write_text("key;phone\n" + "".join(f"K{i};{number(i)}\n" for i in range(len(files))))
    server.command("import", "--config", str(server.config), "--list", "people", "--country", "TR", str(people))
    for name in names:
        wait_for(f"{name}'s phone", lambda: server.request("POST", f"/api/v1/agents/{name}/sign-in")[0] == 200 and
                 server.request("POST", f"/api/v1/agents/{name}/available")[0] == 200, 20)
    server.post("/api/v1/campaigns/autumn/start")
    return server


def ended(server):
    return [a for a in server.get("/api/v1/attempts?limit=1000") if a["outcome"] != "none"]


def main():
    files = recordings()
    expected = of_files(files)
    with World("verdicts") as world:
        server = call_all(world, files)
        floor = Floor(server)

        def done():
            floor.attend(time.monotonic())
            return len(ended(server)) >= len(files)
        wait_for("all to be called", done, 120 + 2 * len(files))
        said = {}
        for attempt in ended(server):
            found = finding(server.get(f"/api/v1/attempts/{attempt['id']}/analysis")["revisions"])
            said.setdefault(attempt["number"], (found or {"verdict": "unsure", "at_ms": -1}))
    different = [(f, e, said[number(i)]) for i, (f, e) in enumerate(zip(files, expected)) if said[number(i)]["verdict"] != e]
    for file, was, found in different:
        print(f"{file}: {was} as a file, {found['verdict']} at {found['at_ms']} ms over RTP")
    share = 1 - len(different) / len(files)
    print(f"{len(files) - len(different)} of {len(files)} verdicts agree: {100 * share:.1f} %, with {100 * LOSS:g} % of the packets lost and up to {JITTER_MS} ms of jitter")
    print(collections.Counter((was, found["verdict"]) for _, was, found in different))
    check("the same verdicts", share >= LEAST, share)


if __name__ == "__main__":
    main()
