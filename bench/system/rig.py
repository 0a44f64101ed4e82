"""What the whole-system benches share: `ziptone serve` pinned to one core, its far ends on another, and what both cost."""

import http.client
import json
import os
import pathlib
import resource
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "e2e"))
from harness import Failure, Process, Server, World, config, wait_for  # noqa: E402, F401

BINARY, PEERS = sys.argv[1], sys.argv[2]
PIN_SERVER, PIN_PEER = ("0", "1") if (os.cpu_count() or 1) > 1 else ("0", "0")
FIELDS = ("invited", "answered", "acked", "sound", "heard", "first_heard", "spoken", "ended", "bye_answered")


def raise_files():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


def pair(values):
    return f"{percentile(values, 0.5):.1f} / {percentile(values, 0.99):.1f}"


def load():
    return f"load {os.getloadavg()[0]:.1f}"


class Peer:
    """The process of peer.cpp, and the calls that it has told of."""

    def __init__(self, work, *more):
        self.errors = open(work / "peer.log", "wb")
        self.process = subprocess.Popen(["taskset", "-c", PIN_PEER, PEERS + "/bench_system_peer", *more], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=self.errors, text=True)
        self.trunk, self.phones = map(int, self.process.stdout.readline().split())
        self.calls = []

    def command(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def collect(self):
        """Takes what has ended since; returns all calls so far."""
        self.command("report")
        while (line := self.process.stdout.readline().strip()) != ".":
            if not line:
                raise Failure("the far ends are gone")
            self.calls.append(dict(zip(FIELDS, map(int, line.split()))))
        return self.calls

    def heard(self):
        """What the callees heard since `listen`, as Ears::text has it, and how many calls stand."""
        self.command("heard")
        return self.process.stdout.readline().split()

    def stop(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.errors.close()


class Api:
    """One connection that stays open, so that its making is not measured."""

    def __init__(self, server):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        self.headers = {"Authorization": "Bearer " + server.token, "Content-Type": "application/json"}

    def post(self, path, body=""):
        self.connection.request("POST", "/api/v1" + path, body, self.headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise Failure(f"POST {path}: {answer.status} {text}")

    def agent(self, name):
        self.connection.request("GET", "/api/v1/agents/" + name, headers=self.headers)
        return json.loads(self.connection.getresponse().read())


def numbered(work, name, first, count):
    """A contact file of Turkish mobile numbers 0532 2xx xx xx and on, each once."""
    path = work / name
    with open(path, "w", encoding="utf-8") as out:
        out.write("key;name;phone\n")
        for n in range(first, first + count):
            out.write(f"K{n:08};Deniz {n};053{n // 6_000_000 + 2}{2_000_000 + n % 6_000_000:07}\n")
    return path


class Rig:
    """A server with agents, a trunk without limits, and contacts; nobody is available yet. Phones are up; browsers join and
    sign in when the bench says so."""

    def __init__(self, world, agents, rows, wrap=None, silent=(), browsers=False):
        self.world, self.names = world, [f"a{n}" for n in range(agents)]
        self.peer = world.add(Peer(world.work, *silent))
        text = config(world.work, self.peer.trunk,
                      {name: f"sip:{name}@127.0.0.1:{self.peer.phones}" for name in self.names if not browsers}, "classic", "false",
                      "wrap_up_s_max = 1\nauto_code = \"Sale\"\nring_ms_min = 1000\n")
        text = text.replace('level = "debug"', 'level = "info"').replace("cps = 10.0", "cps = 1000.0\nchannels = 10000")
        text = text.replace("port_min = 34000", "port_min = 10000").replace("port_max = 38999", "port_max = 59999")
        if browsers:
            text += "".join(f'[[agent]]\nname = "{name}"\nteams = ["sales"]\nleg = "webrtc"\n' for name in self.names)
        launcher = world.work / "ziptone"
        launcher.write_text(f"#!/bin/sh\nexec taskset -c {PIN_SERVER} {wrap or ''} {BINARY} \"$@\"\n")
        launcher.chmod(0o755)
        self.server = world.add(Server(str(launcher), world.work, text))
        self.server.binary = BINARY
        self.import_(numbered(world.work, "people.csv", 0, rows), "people")
        self.api = Api(self.server)
        if not browsers:
            self.sign_in()
        self.server.post("/api/v1/campaigns/autumn/start")

    def sign_in(self):
        for name in self.names:
            self.api.post(f"/agents/{name}/sign-in")
        wait_for("the agents' legs to be up", lambda: all(a["leg"] == "Up" for a in self.server.get("/api/v1/agents")), 60)

    def import_(self, path, name):
        self.server.command("import", "--config", str(self.server.config), "--list", name, "--country", "TR", str(path))

    def pid(self):
        """The server's own, also under strace: the one that has the threads."""
        children = subprocess.run(["pgrep", "-f", f"serve --config {self.server.config}"], capture_output=True,
                                  text=True).stdout.split()
        return next(p for p in children if os.readlink(f"/proc/{p}/exe") == os.path.realpath(BINARY))


def cpu_seconds(pid):
    """Of a process, with all its threads."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def threads(pid):
    """Processor seconds of each thread by name."""
    found = {}
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            text = (task / "stat").read_text()
        except OSError:
            continue
        fields = text.rsplit(")", 1)[1].split()
        name = text[text.index("(") + 1:text.rindex(")")]
        found[name] = found.get(name, 0) + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return found
