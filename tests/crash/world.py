"""One campaign's world: our carrier, robot phones and the server, which is killed and started again on one data folder.

    world = CrashWorld(work, binary, contacts=200)
    life = world.start(sync=17)      # dies at its 17th sync; None: lives until it is told otherwise
    life.wait_dead(5); world.after_kill(life)
"""

import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import sqlite3
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
import harness  # noqa: E402
from harness import Failure, Process, need, wait_for  # noqa: E402

# Who answers, by the number's last digit: short, so that a campaign of 200 ends within a minute.
PERSON = 'persona = "person"\npost_dial_ms = 20\nring_ms = 100\nhello_ms = 60\npatience_ms = 0'
PERSONAS = {
    **{digit: PERSON for digit in "012"},
    "3": 'persona = "quick"\npatience_ms = 0',
    "4": 'persona = "hangs_up"\npost_dial_ms = 20\nring_ms = 60\ntalk_ms = 250',
    "5": 'persona = "busy"\npost_dial_ms = 20\nring_ms = 80',
    "6": 'persona = "no_answer"\npost_dial_ms = 20',
    "7": 'persona = "crossing"\npost_dial_ms = 20\npatience_ms = 0',
    "8": 'persona = "person"\npost_dial_ms = 20\nring_ms = 700\npatience_ms = 0',
    "9": 'persona = "declined"\npost_dial_ms = 20\nring_ms = 60',
}
DIRECTORY = "".join(f'[[entry]]\nsuffix = "{digit}"\n{lines}\n' for digit, lines in PERSONAS.items())

CONFIG = """
[server]
data_dir = "{data}"
drain_s_max = 1
[log]
level = "info"
[api]
port = 0
[sip]
trunk_port = {trunk_port}
phone_port = {phone_port}
[media]
port_min = {media_port}
port_max = {media_port_max}
workers = 1
[[destination]]
country = "TR"
[[trunk]]
name = "carrier"
host = "127.0.0.1"
port = {carrier_port}
cps = 100.0
channels = 100
options_s = 0
[[team]]
name = "sales"
[[queue]]
name = "sales"
teams = ["sales"]
[[entry_point]]
name = "main"
caller_id = "+902121234567"
trunks = ["carrier"]
{agents}
[[campaign]]
name = "autumn"
queue = "sales"
entry_point = "main"
brand = "Ziptone Test"
callback_number = "+902121234567"
lists = ["people"]
windows = [{{open = "00:00", close = "24:00"}}]
ring_ms_min = 1000
ring_ms_max = 1000
wrap_up_s_max = 3600
wrap_up_required = true
[campaign.analysis]
on = {analysis}
[campaign.caps]
per_contact = {cap}
per_number = {cap}
per_number_day = {cap}
gap_min_min = 0
{retries}
"""
CAP = 6
OUTCOMES = ("person machine fax busy no_answer unreachable invalid_number rejected blocked redirect_refused forbidden "
            "congestion trunk_failed bad_request dead_air screened false_answer abandoned contact_hung_up agent_lost "
            "stopped not_placed unknown failed").split()


def config_text(data, trunk_port, phone_port, carrier_port, phones_port, agents, media_port, analysis, registering):
    def phone(user):
        if registering:
            return f'phone_user = "{user}"\nphone_password = "1234"'
        return f'phone_uri = "sip:{user}@127.0.0.1:{phones_port}"'
    people = "".join(f'[[agent]]\nname = "{name}"\nteams = ["sales"]\n{phone(1001 + i)}\n' for i, name in enumerate(agents))
    retries = "".join(f'[campaign.retry.{o}]\nthen = "same_number"\ndelay_min = 0\nattempts_max = 2\n' for o in OUTCOMES)
    return CONFIG.format(data=data, trunk_port=trunk_port, phone_port=phone_port, carrier_port=carrier_port,
                         agents=people, media_port=media_port,
                         media_port_max=media_port + 1999, analysis=str(analysis).lower(), cap=CAP, retries=retries)


def steady_port(taken=set(), pick=random.Random()):
    """A port that stays free while nobody listens on it, between two processes of the server: outside the range that
    the kernel gives to anybody's connections (32768 and up)."""
    while True:
        port = pick.randrange(10000, 20000)
        if port in taken:
            continue
        try:
            for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                with socket.socket(socket.AF_INET, kind) as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        taken.add(port)
        return port


class JsonLog:
    """A witness's log, read on as it grows."""

    def __init__(self, path):
        self.path, self.lines, self.at = path, [], 0

    def read(self):
        if self.path.exists():
            with open(self.path, "rb") as file:
                file.seek(self.at)
                text = file.read()
            whole = text.rfind(b"\n") + 1
            self.at += whole
            self.lines.extend(json.loads(line) for line in text[:whole].splitlines())
        return self.lines


class Life:
    """One process of the server, from its start to its death."""

    def __init__(self, world, number, wrapper=(), dies=None):
        self.world = world
        self.dies = dies  # the trace of a process that is killed at a sync, which is its last line
        self.started_at = time.time()
        self.served_at = None
        self.dead_at = None
        self.log = world.work / f"server{number}.log"
        (world.data / "api.port").unlink(missing_ok=True)
        self.process = Process([*wrapper, world.binary, "serve", "--config", str(world.config)], self.log,
                               start_new_session=True)
        self.port = self.token = None

    def dead(self):
        if self.dead_at is None and not self.process.running():
            self.dead_at = time.time()
            if self.dies and self.dies.exists():
                self.dead_at = min(self.dead_at, max(self.dies.stat().st_mtime, self.served_at or self.started_at))
        return self.dead_at is not None

    def serves(self):
        """True from when the interface for people is there; False when the process is dead."""
        if self.served_at is None and "serves http" in self.process.text():
            self.served_at = time.time()
            self.port = int((self.world.data / "api.port").read_text())
            self.token = (self.world.data / "token").read_text().strip()
        return self.served_at is not None

    def wait_served(self, limit_s=60):
        wait_for("the server to serve or to die", lambda: self.serves() or self.dead(), limit_s)
        return self.serves()

    def pid(self):
        """Of the server itself, also below strace: it writes it into its lock."""
        if self.process.process.args[0].endswith("ziptone"):
            return self.process.process.pid
        try:
            pid = int((self.world.data / "ziptone.lock").read_text())
            return pid if os.path.exists(f"/proc/{pid}") else None
        except (OSError, ValueError):
            return None

    def kill(self):
        pid = self.pid()
        if pid and not self.dead():
            os.kill(pid, signal.SIGKILL)
        self.process.process.wait()
        self.dead()
        self.process.out.close()

    def wait_dead(self, limit_s):
        try:
            self.process.process.wait(limit_s)
        except Exception:
            return False
        self.dead()
        self.process.out.close()
        return True

    def stop(self):
        pid = self.pid()
        if pid and not self.dead():
            os.kill(pid, signal.SIGTERM)
            if not self.wait_dead(30):
                self.kill()
                raise Failure("the server did not stop within 30 s of SIGTERM")
        return self.process.process.returncode


class CrashWorld:
    def __init__(self, work, binary, contacts, agents=4, analysis=False, media_port=20000, digits="0123456789",
                 registering=False):
        self.work, self.binary, self.cap = work, binary, CAP
        work.mkdir(parents=True, exist_ok=True)
        self.data = work / "data"
        self.data.mkdir(exist_ok=True)
        self.agents = [f"agent{i + 1}" for i in range(agents)]
        self.contacts = contacts
        self.numbers = [f"+90532{100000 + i // len(digits)}{digits[i % len(digits)]}" for i in range(contacts)]
        self.trunk_port, self.phone_port, self.carrier_port, self.phones_port = (steady_port() for _ in range(4))
        self.config = work / "ziptone.toml"
        self.config.write_text(config_text(self.data, self.trunk_port, self.phone_port, self.carrier_port,
                                           self.phones_port, self.agents, media_port, analysis, registering))
        (work / "directory.toml").write_text(DIRECTORY)
        self.carrier_log = JsonLog(work / "carrier.jsonl")
        self.phones_log = JsonLog(work / "phones.jsonl")
        self.carrier = Process([binary, "carrier", "--port", str(self.carrier_port), "--directory",
                                str(work / "directory.toml"), "--log", str(self.carrier_log.path)],
                               work / "carrier.log")
        self.phones = Process([binary, "phones", "--registrar", f"127.0.0.1:{self.phone_port}", "--port",
                               str(self.phones_port), "--count", str(agents), "--first", "1001",
                               "--expires", "10", "--log",
                               str(self.phones_log.path)], work / "phones.log")
        self.lives = []
        self.imported = self.campaign_started = False  # acknowledged
        wait_for("the carrier to be there",
                 lambda: any(line["event"] == "started" for line in self.carrier_log.read()), 60)

    def start(self, sync=None, inject=None, traced=False):
        """A new process of the server. `sync`: SIGKILL at its N-th sync; `inject`: strace's words instead; `traced`:
        its writes and syncs are written down, and nothing disturbs it."""
        if sync is not None:
            inject = f"fdatasync,fsync:signal=KILL:when={sync}"
        wrapper = []
        if inject is not None or traced:
            wrapper = [need("strace"), "-f", "-qq", "-y", "-s", "0", "-e", "trace=fdatasync,fsync,pwrite64", "-o",
                       str(self._trace(len(self.lives)))]
        if inject is not None:
            wrapper += ["-e", "inject=" + inject]
        life = Life(self, len(self.lives), wrapper, self._trace(len(self.lives)) if sync is not None else None)
        self.lives.append(life)
        return life

    def _trace(self, number):
        return self.work / f"trace{number}"

    def syncs(self, life):
        lines = self._trace(self.lives.index(life)).read_text().splitlines()
        return [line for line in lines if "sync(" in line]

    def unsynced(self, life):
        """The offset in the write-ahead log from which on nothing was synced when this life ended; None: all was."""
        first, syncing = None, set()
        for line in self._trace(self.lives.index(life)).read_text().splitlines():
            thread = line.split(maxsplit=1)[0]
            if "sync resumed>" in line:  # another thread's line came between the sync's call and its return
                if thread in syncing and line.endswith("= 0"):
                    first = None
                syncing.discard(thread)
            elif "ziptone.db-wal>" not in line:
                continue
            elif "sync(" in line:
                if line.endswith("= 0"):
                    first = None
                elif line.endswith("<unfinished ...>"):
                    syncing.add(thread)
            elif found := re.search(r"pwrite64\(.*, (\d+)(?:\)| <unfinished)", line):
                first = min(int(found[1]), first) if first is not None else int(found[1])
        return first

    def snapshot(self, keep=None):
        """The database as a process that starts now would find it, in a copy: reading must not mend it. `keep`: only
        so many bytes of the write-ahead log, as after a loss of power."""
        copy = self.work / "snapshot"
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir()
        for name in ("ziptone.db", "ziptone.db-wal"):
            if (self.data / name).exists():
                shutil.copy(self.data / name, copy / name)
        if keep is not None:
            os.truncate(copy / "ziptone.db-wal", keep)
        return sqlite3.connect(copy / "ziptone.db") if (copy / "ziptone.db").exists() else None

    def look(self, query, *values):
        """A read of the living database."""
        database = sqlite3.connect(f"file:{self.data / 'ziptone.db'}?mode=ro", uri=True, timeout=10)
        try:
            return database.execute(query, values).fetchall()
        finally:
            database.close()

    def close(self):
        for life in self.lives:
            if not life.dead():
                life.kill()
        self.phones.stop()
        self.carrier.stop()
