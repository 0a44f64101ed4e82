"""Kills the real server at its N-th sync and at random times while a campaign runs, and compares three witnesses.

    crash_loop.py path/to/ziptone [CAMPAIGN...]        # of an earlier run, as sync-7 random-2, with its seed

Environment: ZIPTONE_CRASH_SYNCS (points; 0 = every sync of a campaign of 200), ZIPTONE_CRASH_RANDOM (random times),
ZIPTONE_CRASH_SEED (of an earlier run), ZIPTONE_CRASH_JOBS (campaigns at once), ZIPTONE_CRASH_KEEP (a folder for the
logs). How it works and what was measured: docs/internals/crash-loop.md.
"""

import concurrent.futures
import os
import pathlib
import random
import shutil
import sys
import tempfile
import threading
import time

from robot import Robot
from witnesses import Comparison, calls_of, legs_up
from world import CrashWorld, Failure, need, wait_for

STEP = 60  # syncs of a process between its start-up and its death, in the full run
LIFE_S = (0.05, 3.0)  # of a process that is killed at a random time
KILLED = (-9, 137)  # what SIGKILL makes of an exit code, without and with strace around it
STALL_S = 30  # without a new attempt or an ended one: the campaign does not go on


class Totals:
    def __init__(self):
        self.campaigns = self.sync_kills = self.random_kills = self.starting_kills = 0
        self.attempts = self.invites = self.answered = self.unknown = self.not_placed = 0
        self.wrap_ups = self.owed = self.barred = self.power_losses = self.legs_cut = self.unheard = 0


class Campaign:
    """One campaign from its import to its end over as many processes as the plan kills."""

    def __init__(self, binary, work, plan, contacts, seed, slot=0, **more):
        self.plan, self.seed = plan, seed
        self.random = random.Random(seed)
        self.world = CrashWorld(work, binary, contacts, media_port=20000 + 2000 * slot, **more)
        self.comparison = Comparison(self.world)
        self.kills = {"sync": 0, "random": 0}
        self.starting_kills = 0
        self.power_losses = 0

    def run(self):
        try:
            finished = False
            for kind, value in [*self.plan, ("end", None)]:
                finished = self._life(kind, value)
                if finished:
                    break
            if not finished:
                raise Failure("the campaign did not end")
        finally:
            self.world.close()

    def _life(self, kind, value):
        """One process. True: the campaign is over and the process stopped as asked."""
        world = self.world
        life = world.start(sync=value if kind == "sync" else None, traced=kind == "count")
        kill_at = time.monotonic() + value if kind == "random" else None
        robot = None
        moved_at, last = time.monotonic(), None
        finished = False
        try:
            while not life.dead():
                now = time.monotonic()
                if kill_at is not None and now >= kill_at:
                    life.kill()
                    break
                if life.serves() and robot is None:
                    robot = Robot(world, life, self.random.random())
                if robot and world.campaign_started:
                    progress = self._progress()
                    finished = progress[0] == 0
                    if finished:
                        break
                    moved_at, last = (now, progress) if progress != last else (moved_at, last)
                else:
                    last = None
                if now - moved_at > STALL_S:
                    raise Failure(f"nothing moves for {STALL_S} s: {progress if robot else 'not served'}, "
                                  f"{robot and robot.request('GET', '/api/v1/campaigns/autumn/explain')}, "
                                  f"{robot and robot.request('GET', '/api/v1/agents')}")
                time.sleep(0.03)  # poll: death, the campaign's progress, the time of the kill
            if finished:
                self._calls_over()
        finally:
            if robot:
                robot.stop()
                self.comparison.hear(robot)
        if finished:
            code = life.stop()
            if code == 0:
                self._compare_end()
                return True
            if kind != "sync" or code not in KILLED:  # its last syncs are those of its stop
                raise Failure(f"the server ended with {code} on SIGTERM")
        if kind not in self.kills or life.process.process.returncode not in KILLED:
            raise Failure(f"the server died by itself ({life.process.process.returncode}):\n"
                          + "\n".join(life.process.text().splitlines()[-15:]))
        life.wait_dead(1)
        self.kills[kind] += 1
        self.starting_kills += life.served_at is None
        if kind == "sync" and (keep := world.unsynced(life)) is not None:
            self._power_loss(life, keep)
        database = world.snapshot()
        self.comparison.at_death(database)
        if database:
            database.close()
        return False

    def _power_loss(self, life, keep):
        """Looks at the data without what was never synced; every second time the next process starts from that."""
        database = self.world.snapshot(keep)
        self.comparison.at_power_loss(database, life.started_at)
        database.close()
        if self.random.random() < 0.5:
            os.truncate(self.world.data / "ziptone.db-wal", keep)
            self.power_losses += 1

    def _progress(self):
        """(contacts and attempts that are not over, attempts): (0, n) at the end."""
        return self.world.look(
            "SELECT (SELECT count(*) FROM contacts WHERE phase NOT IN ('done', 'exhausted', 'suppressed'))"
            " + (SELECT count(*) FROM attempts WHERE live = 1), (SELECT count(*) FROM attempts)")[0]

    def _calls_over(self):
        def over():
            return all(call.ended_at for call in calls_of(self.world.carrier_log.read()).values())
        self._within("every call to end at the carrier", over, 40)

    @staticmethod
    def _within(what, condition, limit_s):
        try:
            wait_for(what, condition, limit_s)
        except Failure:
            pass  # the comparison says which calls or legs are left

    def _compare_end(self):
        self._within("the agents' legs to be down", lambda: not legs_up(self.world.phones_log.read()), 5)
        database = self.world.snapshot()
        self.rows, self.calls = self.comparison.at_end(database)
        database.close()

    def add_to(self, totals):
        c = self.comparison
        totals.campaigns += 1
        totals.sync_kills += self.kills["sync"]
        totals.random_kills += self.kills["random"]
        totals.starting_kills += self.starting_kills
        totals.attempts += len(self.rows)
        totals.invites += sum(len(call.invites) for call in self.calls.values())
        totals.answered += sum(1 for call in self.calls.values() if call.answered_at)
        totals.unknown += sum(1 for row in self.rows.values() if row["outcome"] == "unknown")
        totals.not_placed += sum(1 for row in self.rows.values() if row["outcome"] == "not_placed")
        totals.wrap_ups += len(c.wrapped)
        totals.owed += len(c.owed)
        totals.barred += len(c.barred)
        totals.power_losses += self.power_losses
        totals.legs_cut += c.legs_cut
        totals.unheard += c.unheard


class Loop:
    def __init__(self, binary, only):
        self.binary, self.only = binary, only
        self.seed = int(os.environ.get("ZIPTONE_CRASH_SEED") or time.time())
        self.syncs = os.environ.get("ZIPTONE_CRASH_SYNCS")
        self.randoms = int(os.environ.get("ZIPTONE_CRASH_RANDOM") or 6)
        self.full = self.syncs == "0"
        self.contacts = 200 if self.full or self.randoms > 50 else 60
        self.jobs = min(6, int(os.environ.get("ZIPTONE_CRASH_JOBS") or 1))  # each has 2,000 ports from 20000 on
        self.folder = pathlib.Path(os.environ.get("ZIPTONE_CRASH_KEEP") or tempfile.mkdtemp(prefix="ziptone-crash-"))
        self.totals = Totals()
        self.lock = threading.Lock()
        self.slots = list(range(self.jobs))
        self.failures = []

    def campaign(self, name, plan, analysis=False):
        seed = f"{self.seed}/{name}"
        with self.lock:
            slot = self.slots.pop()
        work = self.folder / name
        shutil.rmtree(work, ignore_errors=True)
        started = time.monotonic()
        campaign = Campaign(self.binary, work, plan, self.contacts, seed, slot, analysis=analysis)
        try:
            campaign.run()
            with self.lock:
                campaign.add_to(self.totals)
            said = campaign.comparison.disagreements
        except Exception as error:  # told with the campaign's name; the others go on
            said = [*campaign.comparison.disagreements, f"{type(error).__name__}: {error}"]
        finally:
            with self.lock:
                self.slots.append(slot)
        kills = sum(campaign.kills.values())
        print(f"{name:12} {kills:4} kills  {len(getattr(campaign, 'rows', {})):5} attempts  "
              f"{time.monotonic() - started:6.1f} s  {'agreed' if not said else f'{len(said)} DISAGREEMENTS'}", flush=True)
        if campaign.comparison.refusals:
            print(f"{'':12} refused: {campaign.comparison.refusals}", flush=True)
        for sentence in said[:20]:
            print(f"    {sentence}", flush=True)
        if said:
            self.failures.append((name, len(said)))
        else:
            shutil.rmtree(work, ignore_errors=True)
        return campaign

    def run(self):
        need("strace")
        print(f"seed {self.seed}, {self.contacts} contacts a campaign, logs of failures in {self.folder}", flush=True)
        began = time.monotonic()
        self.measure()
        plans = [plan for plan in (*self.sync_plans(), *self.random_plans()) if not self.only or plan[0] in self.only]
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            list(pool.map(lambda named: self.campaign(*named), plans))
        # A campaign may be over before its last death.
        more = len(self.random_plans())
        while self.totals.random_kills < self.randoms and not self.failures and not self.only:
            more += 1
            self.campaign(*self.random_plan(more, self.randoms - self.totals.random_kills))
        self.table(time.monotonic() - began)
        if not self.failures:
            shutil.rmtree(self.folder, ignore_errors=True)
        return 1 if self.failures else 0

    def measure(self):
        """A campaign without kills: how many syncs its start and all of it take; then those of a restart."""
        shutil.rmtree(self.folder / "undisturbed", ignore_errors=True)
        campaign = Campaign(self.binary, self.folder / "undisturbed", [("count", None)], self.contacts, self.seed)
        campaign.run()
        campaign.add_to(self.totals)
        world = campaign.world
        syncs = world.syncs(world.lives[0])
        self.total_syncs = len(syncs)
        threads = [line.split()[0] for line in syncs]
        self.opening_syncs = next((i for i, thread in enumerate(threads) if thread != threads[0]), 0)
        again = world.start(traced=True)
        again.wait_served()
        again.stop()
        self.restart_syncs = len(world.syncs(again))
        said = campaign.comparison.disagreements
        print(f"undisturbed: {len(campaign.rows)} attempts, {self.total_syncs} syncs, {self.restart_syncs} of a restart, "
              f"{'agreed' if not said else said}", flush=True)
        if said:
            self.failures.append(("undisturbed", len(said)))

    def sync_plans(self):
        """Chains of kills: counted over its lives, a campaign's syncs are kill points at every step-th place."""
        rng = random.Random(f"{self.seed}/syncs")

        def deaths(plan, length, step):
            while len(plan) < length:
                starting = len(plan) % 5 == 4  # dies again while it mends what the last death left
                plan.append(("sync", rng.randint(1, self.restart_syncs) if starting else self.restart_syncs + step))
            return plan

        if not self.full:
            points = int(self.syncs or 12)
            if points:
                step = max(1, (self.total_syncs - self.restart_syncs) // points)
                yield "sync-1", deaths([("sync", rng.randint(1, self.restart_syncs))], points, step), False
            return
        for chain in range(1, STEP + 1):  # each goes on until its campaign is over
            yield f"sync-{chain}", deaths([("sync", chain)], self.total_syncs, STEP), chain % 4 == 0
        # strace counts each thread by itself: the storing thread's first syncs come after the main thread's.
        for sync in range(1, self.opening_syncs + 1):
            yield f"opened-{sync}", deaths([("sync", self.opening_syncs), ("sync", sync)], 5, STEP), False

    def random_plan(self, index, count):
        rng = random.Random(f"{self.seed}/random-{index}")
        return f"random-{index}", [("random", rng.uniform(*LIFE_S)) for _ in range(count)], index % 4 == 0

    def random_plans(self):
        each = 25 if self.contacts > 100 else 8
        return [self.random_plan(i + 1, min(each, self.randoms - i * each)) for i in range(-(-self.randoms // each))]

    def table(self, took_s):
        t = self.totals
        rows = [("campaigns (contacts)", f"{t.campaigns} ({self.contacts})"), ("kills at a sync", t.sync_kills),
                ("of these as a loss of power", t.power_losses), ("kills at a random time", t.random_kills),
                ("kills before it served", t.starting_kills),
                ("attempts", t.attempts), ("INVITEs the carrier saw", t.invites), ("answered", t.answered),
                ("unknown outcomes", t.unknown), ("not placed", t.not_placed), ("acknowledged wrap-ups", t.wrap_ups),
                ("wrap-ups owed over a death", t.owed), ("agents' legs cut and ended", t.legs_cut),
                ("answers nobody was there for", t.unheard), ("acknowledged do-not-call", t.barred),
                ("disagreements", sum(n for _, n in self.failures)), ("seconds", f"{took_s:.0f}"), ("seed", self.seed)]
        print("\n" + "\n".join(f"  {name:28} {value:>12}" for name, value in rows))
        for name, _ in self.failures:
            print(f"FAILED: {name}; again: ZIPTONE_CRASH_SEED={self.seed} and {name} as an argument; logs in {self.folder / name}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: crash_loop.py path/to/ziptone [CAMPAIGN...]")
    sys.exit(Loop(os.path.abspath(sys.argv[1]), sys.argv[2:]).run())
