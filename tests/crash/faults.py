"""What is not a death: a sync that fails, a full disk, a process that stands still, fifty calls up, a wrong data folder.

    faults.py path/to/ziptone [NAME...]

Each test ends like a campaign of the crash loop: the server goes on with the same data, and the witnesses agree.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from crash_loop import Campaign
from robot import Robot
from witnesses import calls_of, legs_of
from world import Failure, need, wait_for


class Fault(Campaign):
    present = None  # its processes are ended also when the test fails

    def __init__(self, binary, folder, name, contacts=40, **more):
        super().__init__(binary, folder / name, [], contacts, f"faults/{name}", **more)
        self.robot = None
        Fault.present = self

    def begin(self, inject=None):
        """A served life with a robot on it."""
        life = self.world.start(inject=inject)
        if not life.wait_served():
            raise Failure("the server died at its start:\n" + life.process.text())
        self.robot = Robot(self.world, life, self.seed)
        return life

    def over(self):
        self.robot.stop()
        self.comparison.hear(self.robot)
        database = self.world.snapshot()
        self.comparison.at_death(database)
        database.close()

    def finish(self):
        """The campaign to its end on the same data; then the comparison."""
        try:
            if not self._life("end", None):
                raise Failure("the campaign did not end")
        finally:
            self.world.close()
        if self.comparison.disagreements:
            raise Failure("; ".join(self.comparison.disagreements[:5]))

    def seen(self):
        return calls_of(self.world.carrier_log.read()).values()


def expect(condition, what):
    if not condition:
        raise Failure(what)


def health(life):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{life.port}/health", timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def store_fails(fault, life):
    """From the store's failure on: loud, no INVITE, the calls that are up finish, the process can be stopped."""
    wait_for("the store to fail", lambda: "the store has failed" in life.process.text(), 60)
    failed_at = time.time()
    expect("critical" in life.process.text(), "the failure is not in the log as critical")
    up = [call for call in fault.seen() if not call.ended_at]
    status, said = health(life)
    expect(status == 503 and "store_failed" in json.dumps(said), f"/health says {status} {said}")
    wait_for("the calls that were up to finish", lambda: all(call.ended_at for call in fault.seen()), 45)
    wait_for("two seconds without a call", lambda: time.time() > failed_at + 2)
    late = [call for call in fault.seen() if call.invites[0][0] > failed_at + 0.05]
    expect(not late, f"{len(late)} INVITEs after the store had failed")
    expect(life.stop() == 0, f"the server ended with {life.process.process.returncode} on SIGTERM")
    fault.over()
    return len(up)


def sync_fails(binary, folder):
    fault = Fault(binary, folder, "sync_fails")
    life = fault.begin(inject="fdatasync:error=EIO:when=80")
    up = store_fails(fault, life)
    syncs = fault.world.syncs(life)
    bad = [i for i, line in enumerate(syncs) if "EIO" in line]
    expect(len(bad) == 1, f"{len(bad)} syncs failed, 1 was to fail")
    later = [line for line in syncs[bad[0] + 1:] if "ziptone.db" in line]
    expect(not later, f"synced again after the failure: {later[:2]}")
    fault.finish()
    return f"EIO at sync {bad[0] + 1}, no sync after it, {up} calls that were up finished"


def disk_full(binary, folder):
    data = folder / "disk_full" / "data"
    data.mkdir(parents=True)
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1400k", "none", data],
                                           capture_output=True).returncode:
        return "skipped: a small file system can't be mounted here (root is needed)"
    fault = None
    try:
        fault = Fault(binary, folder, "disk_full")
        up = store_fails(fault, fault.begin())
        subprocess.run(["mount", "-o", "remount,size=64m", data], check=True)
        fault.finish()
    finally:
        if fault:
            fault.world.close()
        subprocess.run(["umount", "-l", data], check=True)
    return f"a full disk, {up} calls that were up finished; with room again the campaign went on"


def stands_still(binary, folder):
    fault = Fault(binary, folder, "stands_still", contacts=60)
    life = fault.begin()
    resumed = []
    for _ in range(3):
        wait_for("calls to be up", lambda: sum(1 for call in fault.seen() if not call.ended_at) >= 2, 30)
        os.kill(life.pid(), signal.SIGSTOP)
        until = time.monotonic() + 5
        wait_for("five seconds to pass", lambda: time.monotonic() > until)
        resumed.append(time.time())
        os.kill(life.pid(), signal.SIGCONT)
        wait_for("dialing to go on", lambda: any(c.invites[0][0] > resumed[-1] + 0.5 for c in fault.seen()), 30)
    life.kill()
    fault.over()
    fault.finish()
    ages = [call.invites[0][0] - fault.rows[call.attempt]["committed_at"] / 1e6 for call in fault.seen()]
    expect(max(ages) < 1.2, f"an INVITE left {max(ages):.1f} s after its intent")
    withdrawn = sum(1 for row in fault.rows.values() if row["outcome"] == "not_placed")
    return f"3 x 5 s; oldest intent dialed {max(ages) * 1000:.0f} ms, {withdrawn} withdrawn as stale"


def fifty_calls(binary, folder):
    fault = Fault(binary, folder, "fifty_calls", contacts=50, agents=50, digits="012")
    life = fault.begin()
    fault.robot.talk_s = 1e9
    wait_for("50 calls to talk", lambda: fault.world.look(
        "SELECT count(*) FROM attempts WHERE live = 1 AND merged = 1")[0][0] == 50, 60)
    life.kill()
    fault.over()
    expect(len(fault.comparison.owed) == 50, f"{len(fault.comparison.owed)} wrap-ups are owed")
    life = fault.begin()
    fault.robot.talk_s = 0.1
    wait_for("50 BYEs", lambda: all(c.ended_at for c in fault.seen() if c.invites[0][0] < life.started_at), 15)
    took = max(c.ended_at for c in fault.seen() if c.invites[0][0] < life.started_at)
    expect(took < life.served_at + 5, f"the last BYE came {took - life.served_at:.1f} s after the start")
    wait_for("50 owed wrap-ups", lambda: fault.comparison.owed.keys() <= {w[0] for w in fault.robot.wrapped}, 30)
    life.kill()
    fault.over()
    fault.finish()
    return f"50 calls up; the last BYE {1000 * (took - life.started_at):.0f} ms after the new process began, 50 wrap-ups owed and given"


def phones_return(binary, folder):
    """Phones that register: a new process does not know where they are, and their agents don't wait to come back."""
    fault = Fault(binary, folder, "phones_return", contacts=30, digits="012", registering=True)
    life = fault.begin()
    fault.robot.talk_s = 1e9
    wait_for("4 calls to talk", lambda: fault.world.look(
        "SELECT count(*) FROM attempts WHERE live = 1 AND merged = 1")[0][0] == 4, 60)
    life.kill()
    fault.over()
    expect(len(fault.comparison.owed) == 4, f"{len(fault.comparison.owed)} wrap-ups are owed")
    life = fault.begin()
    wait_for("4 agents to talk again", lambda: fault.world.look(
        "SELECT count(*) FROM attempts WHERE live = 1 AND merged = 1 AND outcome = 'none'")[0][0] == 4, 60)
    asked = fault.world.look("SELECT count(*) FROM event_rows WHERE machine = 'leg' AND event = 'LegDown' AND at > ?",
                             life.started_at * 1e6)[0][0]
    expect(asked == 0, f"{asked} legs were given up instead of waiting for the phone")
    legs = [leg for leg in legs_of(fault.world.phones_log.read()).values() if leg.up_at > life.started_at]
    expect(len(legs) == 4, f"{len(legs)} legs to 4 phones")
    took = max(leg.up_at for leg in legs)
    life.kill()
    fault.over()
    fault.finish()
    return f"4 phones called {took - life.started_at:.1f} s after the new process began, at their next REGISTER (every 5 s)"


def refusals(binary, folder):
    """Folders that cannot be used are refused in one sentence, before anything is dialed."""
    fault = Fault(binary, folder, "refusals", contacts=10)
    life = fault.begin()
    text = fault.world.config.read_text()

    def refused(name, data, *words):
        config = folder / "refusals" / f"{name}.toml"
        config.write_text(text.replace(f'data_dir = "{fault.world.data}"', f'data_dir = "{data}"'))
        done = subprocess.run([binary, "serve", "--config", config], capture_output=True, text=True, timeout=30)
        said = (done.stdout + done.stderr).strip()
        expect(done.returncode == 1 and len(said.splitlines()) == 1 and all(w in said for w in words),
               f"{name}: exit {done.returncode}: {said}")
        return said

    told = [refused("two instances", fault.world.data, "in use by process", str(life.pid()))]
    if os.geteuid() == 0:
        other = folder / "refusals" / "theirs"
        other.mkdir()
        os.chown(other, 12345, 12345)
        told.append(refused("another owner", other, "belongs to user 12345"))
        sealed = folder / "refusals" / "sealed"
        sealed.mkdir()
        if not subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "none", sealed], capture_output=True).returncode:
            try:
                told.append(refused("read-only", sealed, "not writable"))
                told.append(refused("missing and cannot be made", sealed / "data", str(sealed / "data")))
            finally:
                subprocess.run(["umount", "-l", sealed], check=True)
    file = folder / "refusals" / "file"
    file.write_text("")
    told.append(refused("a file", file, str(file)))
    life.kill()
    fault.over()
    fault.finish()
    return "\n" + "\n".join("      " + line for line in told)


TESTS = [sync_fails, disk_full, stands_still, fifty_calls, phones_return, refusals]


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: faults.py path/to/ziptone [NAME...]")
    need("strace")
    folder = pathlib.Path(os.environ.get("ZIPTONE_CRASH_KEEP") or tempfile.mkdtemp(prefix="ziptone-faults-"))
    failed = 0
    for test in TESTS:
        if sys.argv[2:] and test.__name__ not in sys.argv[2:]:
            continue
        shutil.rmtree(folder / test.__name__, ignore_errors=True)
        started = time.monotonic()
        try:
            said = "ok: " + test(os.path.abspath(sys.argv[1]), folder)
            shutil.rmtree(folder / test.__name__, ignore_errors=True)
        except Exception as error:  # told with the test's name; the others go on
            failed += 1
            if Fault.present:
                Fault.present.world.close()
            said = f"FAILED: {type(error).__name__}: {error}; logs in {folder / test.__name__}"
        print(f"{test.__name__:14} {time.monotonic() - started:6.1f} s  {said}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
