#!/usr/bin/env python3
"""The whole system from outside: `ziptone serve` between the far ends of peer.cpp, over real SIP and RTP on loopback.

    system_bench ZIPTONE PEER [WORD...]      WORD: idle import slow load; none: all

The server is pinned to one core, the far ends to another. Printed with each figure: the machine's load.
Times are taken by the far ends (CLOCK_MONOTONIC, user space): they hold both ends' wake-ups.
"""

import http.client
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "e2e"))
from harness import Failure, Process, Server, World, config, wait_for  # noqa: E402

BINARY, PEER = sys.argv[1], sys.argv[2]
PIN_SERVER, PIN_PEER = ("0", "1") if (os.cpu_count() or 1) > 1 else ("0", "0")
SAMPLES = int(os.environ.get("ZIPTONE_BENCH_SAMPLES", "100"))
SECONDS = float(os.environ.get("ZIPTONE_BENCH_SECONDS", "30"))
ROWS = int(os.environ.get("ZIPTONE_BENCH_ROWS", "1000000"))
AGENTS = [int(n) for n in os.environ.get("ZIPTONE_BENCH_AGENTS", "20,120,300,480,600").split(",")]
FIELDS = ("invited", "answered", "acked", "sound", "heard", "first_heard", "spoken", "ended", "bye_answered")


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
        self.process = subprocess.Popen(["taskset", "-c", PIN_PEER, PEER, *more], stdin=subprocess.PIPE,
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
        import json
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
    """A server with agents whose phones are up, a trunk without limits, and contacts; nobody is available yet."""

    def __init__(self, world, agents, rows, wrap=None, silent=()):
        self.world, self.names = world, [f"a{n}" for n in range(agents)]
        self.peer = world.add(Peer(world.work, *silent))
        text = config(world.work, self.peer.trunk,
                      {name: f"sip:{name}@127.0.0.1:{self.peer.phones}" for name in self.names}, "classic", "false",
                      "wrap_up_s_max = 1\nauto_code = \"Sale\"\nring_ms_min = 1000\n")
        text = text.replace('level = "debug"', 'level = "info"').replace("cps = 10.0", "cps = 1000.0\nchannels = 10000")
        text = text.replace("port_min = 34000", "port_min = 10000").replace("port_max = 38999", "port_max = 59999")
        launcher = world.work / "ziptone"
        launcher.write_text(f"#!/bin/sh\nexec taskset -c {PIN_SERVER} {wrap or ''} {BINARY} \"$@\"\n")
        launcher.chmod(0o755)
        self.server = world.add(Server(str(launcher), world.work, text))
        self.server.binary = BINARY
        self.import_(numbered(world.work, "people.csv", 0, rows), "people")
        self.api = Api(self.server)
        for name in self.names:
            self.api.post(f"/agents/{name}/sign-in")
        wait_for("the phones to be up", lambda: all(a["leg"] == "Up" for a in self.server.get("/api/v1/agents")), 60)
        self.server.post("/api/v1/campaigns/autumn/start")

    def import_(self, path, name):
        self.server.command("import", "--config", str(self.server.config), "--list", name, "--country", "TR", str(path))

    def pid(self):
        """The server's own, also under strace: the one that has the threads."""
        children = subprocess.run(["pgrep", "-f", f"serve --config {self.server.config}"], capture_output=True,
                                  text=True).stdout.split()
        return next(p for p in children if os.readlink(f"/proc/{p}/exe") == os.path.realpath(BINARY))


def press_available(rig, samples, go_on=lambda: True):
    """Available pressed -> INVITE at the carrier, in ms, with one agent; each call is answered, ended and wrapped up."""
    api, took = rig.api, []
    while len(took) < samples and go_on():
        pressed = time.monotonic_ns() // 1000
        api.post("/agents/a0/available")
        wait_for("the call", lambda: api.agent("a0")["state"] == "Engaged", 30)
        api.post("/agents/a0/idle")
        api.post("/agents/a0/end")
        wait_for("the wrap-up", lambda: api.agent("a0")["state"] in ("WrappingUp", "Away"), 30)
        if api.agent("a0")["state"] == "WrappingUp":
            api.post("/agents/a0/wrap-up", '{"code": "Sale"}')
        wait_for("the agent to be idle", lambda: api.agent("a0")["state"] == "Away", 30)
        last = wait_for("the peer's account", lambda: [c for c in rig.peer.collect() if c["invited"] >= pressed])[0]
        took.append((last["invited"] - pressed) / 1000)
    return took


def latency(title, wrap=None, during=None):
    with World("bench") as world:
        rig = Rig(world, 1, 2 * SAMPLES + 2000, wrap)
        rig.peer.command("talk 0")
        press_available(rig, 5)
        importing = during(rig) if during else None
        took = press_available(rig, SAMPLES, (lambda: importing.running()) if importing else (lambda: True))
        if importing and importing.running():
            wait_for("the import to end", lambda: not importing.running(), 600)
        print(f"Available -> INVITE, {title}, p50  {percentile(took, 0.5):.2f} ms")
        print(f"Available -> INVITE, {title}, p99  {percentile(took, 0.99):.2f} ms   ({len(took)} samples, {load()})",
              flush=True)
        if wrap:
            os.kill(rig.pid(), signal.SIGTERM)  # strace, told to end, lets it go on


def big_import(rig):
    path = numbered(rig.world.work, "big.csv", 10_000_000, ROWS)
    return rig.world.add(Process([BINARY, "import", "--config", str(rig.server.config), "--list", "big", "--country", "TR",
                                  str(path)], rig.world.work / "import.log"))


def slow_sync(ms):
    strace = shutil.which("strace")
    if not strace:
        return None
    return f"{strace} -f --seccomp-bpf -qq -o /dev/null -e trace=fdatasync,fsync " \
           f"-e inject=fdatasync,fsync:delay_exit={ms * 1000}"


def cpu_seconds(pid):
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


def calls_a_second(agents):
    """Every agent in a loop: call, 200 ms of talk, the callee's BYE, one second of wrap-up, the next call."""
    with World("bench") as world:
        rig = Rig(world, agents, int(agents * (SECONDS + 12)) + 1000)
        pid = rig.pid()
        for name in rig.names:
            rig.api.post(f"/agents/{name}/available")
        settle = time.monotonic() + 5
        while time.monotonic() < settle:
            time.sleep(0.5)
            rig.peer.collect()
        begun, cpu, used = time.monotonic(), cpu_seconds(pid), threads(pid)
        while time.monotonic() < begun + SECONDS:
            time.sleep(0.5)
            rig.peer.collect()
        span = time.monotonic() - begun
        cpu = (cpu_seconds(pid) - cpu) / span
        now = threads(pid)
        spent = " ".join(f"{n} {100 * (s - used.get(n, 0)) / span:.0f}%"
                         for n, s in sorted(now.items(), key=lambda e: used.get(e[0], 0) - e[1]) if s - used.get(n, 0) > 0.01 * span)
        calls = [c for c in rig.peer.collect() if begun <= c["invited"] / 1e6 < begun + span - 2]
        span -= 2
        heard = [(c["heard"] - c["answered"]) / 1000 for c in calls if c["heard"]]
        first = [c for c in calls if c["heard"] and c["first_heard"] == 0]
        through = [(c["heard"] - c["sound"]) / 1000 for c in first]
        acked = [(c["acked"] - c["answered"]) / 1000 for c in calls if c["acked"]]
        deaf = sum(1 for c in calls if not c["heard"])
        dumb = sum(1 for c in calls if not c["spoken"])
        name = f"{agents} agents"
        print(f"{name}: {len(calls) / span:.1f} calls/s   (one core {100 * cpu:.0f} %: {spent}; {load()})")
        print(f"{name}, answer -> agent hears, p50 / p99: {pair(heard)} ms")
        print(f"{name}, first packet through, p50 / p99: {pair(through)} ms   ({len(first)} of {len(calls)} calls heard it)")
        print(f"{name}, 200 -> ACK, p50 / p99: {pair(acked)} ms   ({deaf} not heard by the agent, {dumb} not by the callee)",
              flush=True)


def main():
    words = sys.argv[3:] or ["idle", "import", "slow", "load"]
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))
    print(f"{os.cpu_count()} cores, {load()}; the server on core {PIN_SERVER}, the far ends on core {PIN_PEER}; loopback")
    print("for comparison, on one core: Asterisk 22 80-100 calls/s, originate -> INVITE 2-5 ms, answer -> agent hears 10 / 20 ms"
          "\n                             FreeSWITCH  40 calls/s, answer -> agent hears 82 / 105 ms (light load, both)")
    if "idle" in words:
        latency("idle")
    if "import" in words:
        latency(f"during an import of {ROWS} rows", during=big_import)
    if "slow" in words:
        if shutil.which("strace"):
            for ms in (5, 50):
                latency(f"syncs delayed by {ms} ms", slow_sync(ms))
        else:
            print("skipped: strace is not here, so no slow syncs")
    if "load" in words:
        for agents in AGENTS:
            calls_a_second(agents)


if __name__ == "__main__":
    main()
