#!/usr/bin/env python3
"""The whole system from outside: `ziptone serve` between the far ends of peer.cpp, over real SIP and RTP on loopback.

    system_bench ZIPTONE PEERS [WORD...]      WORD: idle import slow load; none: all; PEERS: the far ends' folder

The server is pinned to one core, the far ends to another. Printed with each figure: the machine's load.
Times are taken by the far ends (CLOCK_MONOTONIC, user space): they hold both ends' wake-ups.
"""

import os
import shutil
import signal
import sys
import time

from rig import (BINARY, PIN_PEER, PIN_SERVER, Process, Rig, World, cpu_seconds, load, numbered, pair, percentile, raise_files,
                 threads, wait_for)

SAMPLES = int(os.environ.get("ZIPTONE_BENCH_SAMPLES", "100"))
SECONDS = float(os.environ.get("ZIPTONE_BENCH_SECONDS", "30"))
ROWS = int(os.environ.get("ZIPTONE_BENCH_ROWS", "1000000"))
AGENTS = [int(n) for n in os.environ.get("ZIPTONE_BENCH_AGENTS", "20,120,300,480,600").split(",")]


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
    raise_files()
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
