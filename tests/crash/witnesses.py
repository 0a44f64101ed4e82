"""Three witnesses that do not trust each other, compared: the carrier's log, the phones' log, the database, and
what the robot was promised over REST. Each check says what it found as a sentence; no sentence is agreement."""

import re

# Served seconds after a death until a call that was up has its BYE (reliability.md I12).
END_S = 5
# When an answer that nobody ACKs is repeated, in seconds after the first (RFC 3261 13.3.1.4).
REPEATED_S = (0, 0.5, 1.5, *(3.5 + 4 * i for i in range(8)))
HEARD_S = 0.5  # so long after the start of service and before the death it was there to hear, whatever the clocks say

ANSWERED_OUTCOMES = {"person", "machine", "fax", "dead_air", "screened", "false_answer", "abandoned", "contact_hung_up",
                     "agent_lost", "stopped", "unknown"}


class Call:
    """What the carrier saw of one Call-ID."""

    def __init__(self, call_id):
        self.id = call_id
        self.attempt = attempt_of(call_id)
        self.invites, self.codes = [], []
        self.number = ""
        self.answered_at = self.acked_at = self.ended_at = self.cancelled_at = None
        self.bye = None
        self.no_ack = False


def attempt_of(call_id):
    found = re.fullmatch(r"a(\d+)\.[0-9a-f]{16}", call_id)
    return int(found[1]) if found else None


def calls_of(lines):
    calls = {}
    for line in lines:
        if not line.get("call"):
            continue
        call = calls.setdefault(line["call"], Call(line["call"]))
        at, event = line["at"] / 1e6, line["event"]
        if event == "invite":
            call.invites.append((at, line["cseq"]))
            call.number = "+" + line["to"].lstrip("+")
        elif event == "response" and line.get("method") == "INVITE":
            call.codes.append(line["code"])
            if 200 <= line["code"] < 300:
                call.answered_at = at
            elif line["code"] >= 300:
                call.ended_at = call.ended_at or at
        elif event == "ack":
            call.acked_at = at
        elif event == "no_ack":
            call.no_ack = True
        elif event == "cancel":
            call.cancelled_at = at
        elif event == "bye":
            call.bye = line.get("direction")
            call.ended_at = call.ended_at or at
        elif event == "end":
            call.ended_at = call.ended_at or at
    return {id_: call for id_, call in calls.items() if call.invites}


class Leg:
    """What an agent's phone saw of one call to it."""

    def __init__(self, phone, up_at):
        self.phone, self.up_at = phone, up_at
        self.acked_at = self.down_at = self.bye = None


def legs_of(lines):
    legs = {}
    for line in lines:
        event, leg, at = line["event"], legs.get(line.get("call")), line["at"] / 1e6
        if event == "leg_up":
            legs[line["call"]] = Leg(line["phone"], at)
        elif leg and event == "ack":
            leg.acked_at = leg.acked_at or at
        elif leg and event == "bye":
            leg.bye = leg.bye or line.get("direction")
        elif leg and event == "leg_down":
            leg.down_at = at
    return legs


def legs_up(lines):
    return [leg for leg in legs_of(lines).values() if leg.down_at is None]


def has_attempts(database):
    return bool(list(database.execute("SELECT 1 FROM sqlite_master WHERE name = 'attempts'")))


def rows_of(database):
    database.row_factory = lambda cursor, row: {d[0]: v for d, v in zip(cursor.description, row)}
    return {row["id"]: row for row in database.execute("SELECT * FROM attempts")}


class Comparison:
    def __init__(self, world):
        self.world = world
        self.disagreements = []
        self.ended = {}  # attempt -> what an earlier snapshot said of its end
        self.cut = set()  # attempts that were live at a death
        self.unheard = 0  # answers that the carrier repeated only while no process was there
        self.legs_cut = 0  # agents' legs that a death cut and the next process ended
        self.owed = {}  # attempt -> agent id, merged and without a wrap-up at a death
        self.wrapped, self.barred, self.seen_wrapping = [], [], set()
        self.refusals = {}

    def say(self, what):
        self.disagreements.append(what)

    def hear(self, robot):
        self.wrapped += robot.wrapped
        self.barred += robot.barred
        self.seen_wrapping |= robot.seen_wrapping
        for key, count in robot.refusals.items():
            self.refusals[key] = self.refusals.get(key, 0) + count

    # ---- what must be true at every instant, so also between a death and the next start

    def at_death(self, database):
        if database is None or not has_attempts(database):
            if calls_of(self.world.carrier_log.read()):
                self.say("the carrier was called and there is no database")
            return
        rows = self._always(database)
        self.cut |= {id_ for id_, row in rows.items() if row["outcome"] == "none"}
        wrapped = {row["attempt_id"] for row in database.execute("SELECT attempt_id FROM wrap_ups")}
        for id_, row in rows.items():
            if row["live"] and row["merged"] and id_ not in wrapped:
                self.owed[id_] = row["talked_agent_id"] or row["current_agent_id"]

    def at_power_loss(self, database, started_at):
        """Of a copy without the bytes that were never synced: what was done or promised must have been synced before.
        `started_at`: of the process that died."""
        if not has_attempts(database):
            return
        kept = len(self.disagreements)
        self._promises(database, rows_of(database))
        dialogs = {row["call_id"] for row in database.execute("SELECT call_id FROM dialogs")}
        for call in calls_of(self.world.carrier_log.read()).values():
            caught = call.answered_at and call.acked_at and call.invites[0][0] > started_at
            if caught and call.id not in dialogs:
                self.say(f"the answer of attempt {call.attempt} was ACKed and its dialog is unknown")
        self.disagreements[kept:] = [said + " once the unsynced is lost" for said in self.disagreements[kept:]]

    def _always(self, database):
        rows = rows_of(database)
        self._promises(database, rows)
        for id_, end in self.ended.items():
            now = rows.get(id_)
            if now is None or self._end(now) != end:
                self.say(f"attempt {id_} ended as {end} and is now {now and self._end(now)}")
        self.ended = {id_: self._end(row) for id_, row in rows.items() if row["outcome"] != "none"}
        return rows

    def _promises(self, database, rows):
        if (damage := database.execute("PRAGMA integrity_check").fetchone()["integrity_check"]) != "ok":
            self.say(f"the database is damaged: {damage}")
        for call in calls_of(self.world.carrier_log.read()).values():
            row = rows.get(call.attempt)
            if row is None:
                self.say(f"INVITE {call.id} has no attempt in the database")
            elif row["number"] != call.number:
                self.say(f"attempt {call.attempt} is {row['number']} in the database, the carrier was asked for {call.number}")
            elif row["committed_at"] / 1e6 > call.invites[0][0]:
                self.say(f"attempt {call.attempt} was called before it was committed")
        wrap_ups = {(row["attempt_id"], row["agent"], row["code"]) for row in database.execute(
            "SELECT w.attempt_id, a.sign_in AS agent, c.name_en AS code FROM wrap_ups w"
            " JOIN agents a ON a.id = w.agent_id JOIN codes c ON c.id = w.code_id")}
        for attempt, agent, code, *_ in self.wrapped:
            if (attempt, agent, code) not in wrap_ups:
                self.say(f"{agent} was told that attempt {attempt} is wrapped up as {code}; the database does not know")
        dnc = {row["number"] for row in database.execute("SELECT number FROM dnc")}
        for number, *_ in self.barred:
            if number not in dnc:
                self.say(f"{number} was acknowledged as do-not-call and is not in the database")
        count = database.execute("SELECT count(*) AS n, coalesce(max(sequence), 0) AS last FROM event_rows").fetchone()
        if count["n"] != count["last"]:
            self.say(f"the event rows have gaps: {count['n']} rows, the last is {count['last']}")

    @staticmethod
    def _end(row):
        return row["outcome"], row["ended_at"], row["sip_code"], row["reason"]

    # ---- what must be true when the campaign is over

    def at_end(self, database):
        rows = self._always(database)
        calls = calls_of(self.world.carrier_log.read())
        self._one_invite(calls)
        self._calls_end(rows, calls)
        self._attempts(rows, {call.attempt: call for call in calls.values()})
        self._wrap_ups(database, rows)
        self._contacts(database, rows)
        self._do_not_call(rows)
        self._legs()
        for row in database.execute("SELECT * FROM dialogs WHERE ended = 0"):
            self.say(f"the database holds a dialog that nobody ended: attempt {row['attempt_id']}, agent {row['agent_id']}")
        return rows, calls

    def _one_invite(self, calls):
        by_attempt = {}
        for call in calls.values():
            if call.attempt is None:
                self.say(f"a call of no attempt: {call.id}")
            by_attempt.setdefault(call.attempt, []).append(call)
            cseqs = [cseq for _, cseq in call.invites]
            retries = sum(1 for code in call.codes if code in (401, 407, 422))
            if len(cseqs) != len(set(cseqs)) or len(cseqs) > 1 + retries:
                self.say(f"{len(cseqs)} INVITEs with the Call-ID {call.id}")
        for attempt, same in by_attempt.items():
            if len(same) > 1:
                self.say(f"attempt {attempt} was called under {len(same)} Call-IDs")

    def served(self, since, until):
        """Seconds between the two in which the server was there to act."""
        total = 0.0
        for life in self.world.lives:
            if life.served_at is not None:
                total += max(0.0, min(until, life.dead_at or until) - max(since, life.served_at))
        return total

    def _heard(self, call, since):
        """When a process was there to hear the call's answer; None: each time it came, there was none."""
        for at in (call.answered_at + after for after in REPEATED_S):
            for life in self.world.lives:
                if since < at < call.ended_at and life.served_at is not None and life.served_at + HEARD_S < at and (
                        life.dead_at is None or at < life.dead_at - HEARD_S):
                    return at
        return None

    def _calls_end(self, rows, calls):
        deaths = [life.dead_at for life in self.world.lives if life.dead_at is not None]
        for call in calls.values():
            if call.ended_at is None:
                self.say(f"attempt {call.attempt} never ended at the carrier ({'answered' if call.answered_at else 'ringing'})")
                continue
            # From the intent on: on a full machine the carrier reads an INVITE when its sender is dead already.
            begun = min(call.invites[0][0], rows[call.attempt]["committed_at"] / 1e6) if call.attempt in rows else call.invites[0][0]
            since = next((at for at in deaths if begun < at < call.ended_at), None)
            if since is not None and call.answered_at and (call.acked_at is None or call.acked_at > since):
                since = self._heard(call, since)
                if since is None:
                    self.unheard += call.no_ack  # else the callee has hung up before
                    continue
            if call.no_ack:
                self.say(f"attempt {call.attempt} was answered and never ACKed")
            if since is not None and (left_s := self.served(since, call.ended_at)) > END_S:
                self.say(f"attempt {call.attempt} was up for {left_s:.1f} s of service after the death that cut it")

    def _attempts(self, rows, calls):
        for id_, row in rows.items():
            call = calls.get(id_)
            outcome = row["outcome"]
            if outcome == "none":
                self.say(f"attempt {id_} has no outcome")
            if row["live"]:
                self.say(f"attempt {id_} is still live in the database ({row['state']})")
            if outcome == "unknown" and id_ not in self.cut:
                self.say(f"attempt {id_} is unknown and no death cut it")
            if outcome != "unknown" and id_ in self.cut:
                self.say(f"attempt {id_} was cut by a death and is {outcome}")
            if outcome == "failed":
                self.say(f"attempt {id_} failed by a bug: {row['reason']}")
            if call is None:
                if outcome not in ("unknown", "not_placed"):
                    self.say(f"attempt {id_} is {outcome} and the carrier saw no INVITE")
                continue
            if outcome == "not_placed":
                self.say(f"attempt {id_} is not_placed and the carrier saw its INVITE")
            if call.answered_at and outcome not in ANSWERED_OUTCOMES:
                self.say(f"attempt {id_} was answered and is {outcome}")
            if outcome == "person" and not call.answered_at:
                self.say(f"attempt {id_} is person and was never answered")
            if outcome == "busy" and 486 not in call.codes or outcome == "rejected" and 603 not in call.codes:
                self.say(f"attempt {id_} is {outcome} and the carrier said {call.codes}")

    def _wrap_ups(self, database, rows):
        first = {}
        for row in database.execute("SELECT * FROM wrap_ups WHERE correction = 0"):
            if row["attempt_id"] in first:
                self.say(f"attempt {row['attempt_id']} has two first wrap-ups")
            first[row["attempt_id"]] = row
        for id_, row in rows.items():
            if row["merged"] and id_ not in first:
                self.say(f"attempt {id_} reached its agent and has no wrap-up")
        names = {row["id"]: row["sign_in"] for row in database.execute("SELECT id, sign_in FROM agents")}
        for id_, agent in self.owed.items():
            done = first.get(id_)
            if done is None or done["agent_id"] != agent or done["by_timer"]:
                self.say(f"{names.get(agent)} owed the wrap-up of attempt {id_} and it is {done}")

    def _contacts(self, database, rows):
        contacts = list(database.execute("SELECT * FROM contacts"))
        if len(contacts) != self.world.contacts:
            self.say(f"{self.world.contacts} contacts were imported, {len(contacts)} are there")
        counted, last = {}, {}
        for id_, row in rows.items():
            if row["follows"] is None and row["outcome"] != "not_placed":
                counted[row["contact_id"]] = counted.get(row["contact_id"], 0) + 1
            last[row["contact_id"]] = row
        for contact in contacts:
            attempts = counted.get(contact["id"], 0)
            if contact["attempts"] != attempts:
                self.say(f"contact {contact['id']} says {contact['attempts']} attempts, its rows are {attempts}")
            if attempts > self.world.cap:
                self.say(f"contact {contact['id']} was called {attempts} times, over its cap of {self.world.cap}")
            if contact["phase"] not in ("done", "exhausted", "suppressed"):
                self.say(f"contact {contact['id']} is {contact['phase']} at the end")

    def _do_not_call(self, rows):
        barred = {}
        for number, _, at in self.barred:
            barred[number] = min(at, barred.get(number, at))
        for id_, row in rows.items():
            at = barred.get(row["number"])
            if at is not None and row["committed_at"] / 1e6 > at and row["outcome"] != "not_placed":
                self.say(f"attempt {id_} was made {row['committed_at'] / 1e6 - at:.3f} s after {row['number']} was barred")

    def _legs(self):
        deaths = [life.dead_at for life in self.world.lives if life.dead_at is not None]
        for id_, leg in legs_of(self.world.phones_log.read()).items():
            if leg.down_at is None:
                self.say(f"phone {leg.phone}'s leg {id_} is still up")
                continue
            cut_at = next((at for at in deaths if leg.up_at < at < leg.down_at), None)
            # One whose answer nobody had ACKed may also end when the phone is called anew.
            if cut_at is None or leg.acked_at is None or leg.acked_at > cut_at:
                continue
            self.legs_cut += 1
            left_s = self.served(cut_at, leg.down_at)
            if leg.bye != "in" or left_s > END_S:
                self.say(f"phone {leg.phone}'s leg {id_} was cut by a death and had its BYE from {leg.bye} after "
                         f"{left_s:.1f} s of service")
