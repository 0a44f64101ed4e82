#!/usr/bin/env python3
"""The load of a full house of browsers, from outside: `ziptone serve` with all agents signed in, their DTLS-SRTP paths up and
sending 50 packets a second, a fifth of them in calls with the callees of peer.cpp, every desk's live WebSocket open.

    browsers_bench ZIPTONE PEERS      ZIPTONE_BENCH_AGENTS=50,100,250,500 ZIPTONE_BENCH_SECONDS=30: which loads, how long each

The server is pinned to one core with all its threads, the far ends and this program to another. Calls last 20 to 40 s, one
second of wrap-up, then the next, so some three of a hundred change every second, each seen on its agent's desk; beside that ten
agents a second, one after the other, choose another idle code, and the time until their own desk shows it is measured. Sound: lost is what a
speaker sent between two packets that were heard; delay is from the sending far end to the kernel of the hearing one.
"""

import hashlib
import json
import os
import pathlib
import sqlite3
import subprocess
import threading
import time

from rig import (PEERS, PIN_PEER, PIN_SERVER, Failure, Rig, World, cpu_seconds, load, percentile, raise_files, threads, wait_for)

AGENTS = [int(n) for n in os.environ.get("ZIPTONE_BENCH_AGENTS", "50,100,250,500").split(",")]
SECONDS = float(os.environ.get("ZIPTONE_BENCH_SECONDS", "30"))
TALK_S = 20, 20  # at least, and at random up to so much longer
PRESSES = 10  # a second
JOINING = 20  # at once: some handshakes' time, and no more


class Browsers:
    """The process of browsers.cpp; what it prints is kept as it comes."""

    def __init__(self, work, port):
        self.errors = open(work / "browsers.log", "wb")
        self.process = subprocess.Popen(["taskset", "-c", PIN_PEER, PEERS + "/bench_system_browsers", str(port)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True)
        self.up, self.gone, self.desks, self.told = set(), [], [], []
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            kind, *rest = line.split()
            if kind == "desk":
                number, at, state, code, progress = rest
                self.desks.append((int(at), int(number), state, int(code), progress))
            elif kind == "up":
                self.up.add(int(rest[0]))
            elif kind == "heard":
                self.told.append(rest)
            else:
                self.gone.append(line)

    def command(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def heard(self):
        before = len(self.told)
        self.command("heard")
        wait_for("the browsers' account", lambda: len(self.told) > before)
        return self.told[-1]

    def stop(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.reader.join()
        self.errors.close()


def give_tokens(rig):
    """A token for every agent, put where the product keeps them."""
    with sqlite3.connect(rig.world.work / "data" / "ziptone.db", timeout=10) as db:
        for name in rig.names:
            db.execute("INSERT INTO tokens (hash, name, role, agent_id, created_at, expires_at)"
                       " SELECT ?, sign_in, 'agent', id, 0, 0 FROM agents WHERE sign_in = ?",
                       (hashlib.sha256(f"token of {name}".encode()).hexdigest(), name))


def memory_mb(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def join_all(rig, browsers):
    for first in range(0, len(rig.names), JOINING):
        group = rig.names[first:first + JOINING]
        for name in group:
            browsers.command("join token of " + name)
        wait_for("the voice paths", lambda: len(browsers.up) >= first + len(group) or browsers.gone, 30)
        if browsers.gone:
            raise Failure(f"a browser is not served: {browsers.gone[0]}")
    rig.sign_in()


class Presses:
    """Idle codes chosen by agents who are not in calls, in turn; then each is found on its desk."""

    def __init__(self, rig, names):
        self.rig, self.numbers, self.made, self.code = rig, names, [], 0

    def one(self):
        number = self.numbers[len(self.made) % len(self.numbers)]
        self.code = 1 + len(self.made) // len(self.numbers) % 2
        self.made.append((time.monotonic_ns() // 1000, number, self.code))
        self.rig.api.post(f"/agents/{self.rig.names[number]}/idle", json.dumps({"idle_code": self.code}))

    def shown_ms(self, desks):
        by_agent = {}
        for at, number, _, code, _ in desks:
            by_agent.setdefault(number, []).append((at, code))
        found = []
        for at, number, code in self.made:
            seen = [there for there, shown in by_agent.get(number, []) if there >= at and shown == code]
            found.append((min(seen) - at) / 1000 if seen else float("inf"))
        return found


def busy(pid, since, span):
    """Per cent of a core by thread, most first."""
    spent = {name: 100 * (s - since.get(name, 0)) / span for name, s in threads(pid).items()}
    return " ".join(f"{name} {share:.1f}" for name, share in sorted(spent.items(), key=lambda e: -e[1]) if share >= 0.1)


def house(agents):
    """One row of the table."""
    in_calls = max(1, round(agents / 5 * 1.045))  # of them a few are between two calls at any moment
    with World("bench") as world:
        rig = Rig(world, agents, int(in_calls * (SECONDS + 60) / TALK_S[0]) + 1000, browsers=True)
        pid = rig.pid()
        empty = memory_mb(pid)
        give_tokens(rig)
        browsers = world.add(Browsers(world.work, rig.server.port))
        join_all(rig, browsers)
        rig.peer.command(f"talk {TALK_S[0]}000000 {TALK_S[1]}000000")
        talkers, others = rig.names[:in_calls], range(in_calls, agents)
        for name in talkers:
            rig.api.post(f"/agents/{name}/available")
        wait_for("the calls", lambda: int(rig.peer.heard()[6]) >= agents // 5, 30)
        presses, stand = Presses(rig, others), []
        time.sleep(3)  # poll: the bursts of joining are over
        for part in (rig.peer, browsers):
            part.command("listen")
        generator = [rig.peer.process.pid, browsers.process.pid, os.getpid()]
        begun, cpu, since = time.monotonic(), cpu_seconds(pid), threads(pid)
        own, first_desk = sum(map(cpu_seconds, generator)), len(browsers.desks)
        while (now := time.monotonic()) < begun + SECONDS:
            presses.one()
            if len(presses.made) % PRESSES == 0:
                rig.peer.collect()
                stand.append(int(rig.peer.heard()[6]))
            time.sleep(max(0, begun + len(presses.made) / PRESSES - now))  # poll: until the next press is due
        span = time.monotonic() - begun
        share, spent = 100 * (cpu_seconds(pid) - cpu) / span, busy(pid, since, span)
        own = 100 * (sum(map(cpu_seconds, generator)) - own) / span
        to_callee, to_agent = [float(x) for x in rig.peer.heard()], [float(x) for x in browsers.heard()]
        desks = browsers.desks[first_desk:]
        time.sleep(0.5)  # poll: the last desks are on their way
        shown = presses.shown_ms(browsers.desks)
        if browsers.gone:
            raise Failure(f"lost on the way: {browsers.gone[:3]}")
        late = [max(to_agent[i], to_callee[i]) for i in (4, 5)]
        row = (agents, f"{sum(stand) / len(stand):.0f}", f"{share:.1f} %", f"{memory_mb(pid):.0f} MB", both(shown, 1),
               lost(to_agent), lost(to_callee), f"{to_agent[2]:.1f} / {to_agent[3]:.1f} ms",
               f"{to_callee[2]:.1f} / {to_callee[3]:.1f} ms", f"{own:.0f} %, {late[0]:.1f} / {late[1]:.1f} ms")
        print("| " + " | ".join(map(str, row)) + " |")
        print(f"  {load()}; per cent of the core: {spent}; {empty:.0f} MB without agents; {len(shown)} presses, {len(desks) / span:.0f} "
              "desks/s", flush=True)


def both(values, digits):
    return f"{percentile(values, 0.5):.{digits}f} / {percentile(values, 0.99):.{digits}f} ms"


def lost(account):
    return f"{account[0] - account[1]:.0f} of {account[0]:,.0f}"


def main():
    raise_files()
    if PIN_PEER != PIN_SERVER:
        os.sched_setaffinity(0, {int(PIN_PEER)})
    print(f"{os.cpu_count()} cores, {load()}; the server on core {PIN_SERVER}, the far ends on core {PIN_PEER}; {SECONDS:.0f} s each")
    print("| agents | in calls | the server's core | memory | pressed -> shown, p50 / p99 | lost to the browsers | lost to the callees "
          "| delay to the browsers, p50 / p99 | to the callees | the far ends: their core, how late p99 / worst |\n" + "|---" * 10 + "|")
    for agents in AGENTS:
        house(agents)


if __name__ == "__main__":
    main()
