#!/usr/bin/env python3
"""The operating points of src/analysis/operating_point.cpp, chosen on odds for speakers that the trees had not heard.

    choose.py PREDICTIONS.csv LABELS.csv [--restarts N]

PREDICTIONS.csv comes from tools/analysis/train. Prints for each preset the thresholds and what they give: people called machines, machines that pass,
the time after a person's first turn (p50, p95) and a machine's time from the answer. Needs python3-numpy."""

import argparse
import csv
import random

import numpy as np

SILENCES = np.array([300, 500, 700, 900, 1100, 1300])
SINCE_ONSET = np.array([1000, 1500, 2000, 2500, 3000, 4000])
# What a preset may cost at most (people lost, machines passed, and how much a share more than that weighs), and the times that all keep.
GOALS = {"protect_people": (0.013, 0.20, 12, 3), "balanced": (0.034, 0.080, 3, 3), "protect_agents": (0.080, 0.045, 3, 6)}
PERSON_MS, PERSON_MS_P95, MACHINE_MS = 570, 1440, 2880


class Calls:
    """One row a call, one column a look: odds, now, silence, time since the onset."""

    def __init__(self, predictions, labels):
        rows = list(csv.DictReader(open(labels, encoding="utf-8")))
        rows = [r for r in rows if r["label"] in ("human", "machine", "music")]
        number = {r["file"].rsplit("/", 1)[-1]: i for i, r in enumerate(rows)}
        self.label = np.array([r["label"] for r in rows])
        self.subtype = np.array([r["subtype"] for r in rows])
        self.turn_end = np.array([float(r["first_turn_end_ms"] or "nan") for r in rows])
        self.odds, self.now, self.silence, self.since = (np.full((len(rows), 220), np.nan, np.float32) for _ in range(4))
        column = np.zeros(len(rows), int)
        with open(predictions, encoding="utf-8") as lines:
            next(lines)
            for line in lines:
                name, now, since, silence, odds = line.split(",")
                i = number[name]
                k = column[i]
                column[i] += 1
                self.odds[i, k], self.now[i, k], self.silence[i, k], self.since[i, k] = float(odds), 1000 * float(now), 1000 * float(silence), 1000 * float(since)

    def decide(self, point):
        """As Classifier::judge does: (decided, is a person, when)."""
        person_at = np.interp(self.silence, SILENCES, point["person"])
        machine_at = np.interp(self.since, SINCE_ONSET, point["machine"])
        late = (self.since >= point["longest_greeting_ms"]) | (self.now >= point["maximum_analysis_ms"])
        over = ~late & (self.silence >= point["last_silence_ms"])
        person = (late & (self.odds >= point["at_limit"])) | (over & (self.odds >= point["after_silence"]))
        machine = (late & (self.odds < point["at_limit"])) | (over & (self.odds < point["after_silence"]))
        early = ~late & ~over
        person |= early & (self.silence >= point["first_silence_ms"]) & (self.odds >= person_at)
        machine |= early & ~person & (self.since >= SINCE_ONSET[0]) & (self.odds <= machine_at)
        either = person | machine
        first = np.argmax(either, 1)
        rows = np.arange(len(first))
        return either.any(1), person[rows, first], self.now[rows, first]

    def figures(self, point):
        decided, passed, at = self.decide(point)
        # Who never gets so far goes to an agent by the clock; a beep without a word is the tone bank's to find.
        passed = (passed | ~decided) & (self.subtype != "beep_only")
        people, machines = self.label == "human", self.label == "machine"
        delay = (at - self.turn_end)[people & passed & decided]
        machine_at = at[machines & ~passed & decided]
        return {"right": float(((people & passed) | (machines & ~passed)).sum() / (people | machines).sum()),
                "lost": float((people & ~passed).sum() / people.sum()), "passed": float((machines & passed).sum() / machines.sum()),
                "music_passed": float(((self.label == "music") & passed & decided).sum() / (self.label == "music").sum()),
                "person_p50": float(np.percentile(delay, 50)), "person_p95": float(np.percentile(delay, 95)),
                "machine_p50": float(np.percentile(machine_at, 50))}

    def by_subtype(self, point):
        decided, passed, _ = self.decide(point)
        passed = np.where(decided, passed, self.subtype != "beep_only")
        return {f"{label} {s}": f"{100 * passed[(self.subtype == s) & (self.label == label)].mean():.1f}"
                for label in ("human", "machine") for s in sorted(set(self.subtype[self.label == label]))}


def worth(f, goal):
    most_lost, most_passed, lost_weighs, passed_weighs = goal
    over = lambda value, limit, weight: max(0.0, value - limit) * weight
    return (f["right"] - over(f["lost"], most_lost, lost_weighs) - over(f["passed"], most_passed, passed_weighs) - over(f["music_passed"], 0.08, 0.1)
            - over(f["person_p50"], PERSON_MS, 0.003) - over(f["person_p95"], PERSON_MS_P95, 0.0008) - over(f["machine_p50"], MACHINE_MS, 0.001))


START = {"person": [2.85, 2.8, 2.5, 2.3, 2.2, 1.85], "machine": [-3.5, -3.5, -3, -2.4, -2.5, -2.5], "first_silence_ms": 300, "last_silence_ms": 1400,
         "after_silence": 0.35, "at_limit": 0.5, "longest_greeting_ms": 5500, "maximum_analysis_ms": 7000}
BOUNDS = {"first_silence_ms": (240, 600, 60), "last_silence_ms": (1000, 1620, 60), "longest_greeting_ms": (3500, 6000, 500)}


def moved(point, where, step, sign):
    new = {k: (list(v) if isinstance(v, list) else v) for k, v in point.items()}
    if isinstance(where, tuple):
        for i in range(where[1], where[2]):
            new[where[0]][i] = round(new[where[0]][i] + sign * step, 3)
    elif where in BOUNDS:
        low, high, unit = BOUNDS[where]
        new[where] = min(high, max(low, new[where] + sign * unit))
    else:
        new[where] = round(new[where] + sign * step, 3)
    return new


def search(calls, goal, restarts):
    best = (-9, START)
    places = [(k, i, i + 1) for k in ("person", "machine") for i in range(6)] + [(k, 0, 6) for k in ("person", "machine")] + [("person", 0, 3), ("person", 3, 6)]
    places += ["after_silence", "at_limit", *BOUNDS]
    for restart in range(restarts):
        rng = random.Random(restart)
        point = START if restart == 0 else moved(moved(START, ("person", 0, 6), rng.uniform(-1, 1), 1), ("machine", 0, 6), rng.uniform(-1, 1), 1)
        value = worth(calls.figures(point), goal)
        for step in (0.8, 0.4, 0.2, 0.1):
            for _ in range(3):
                better = False
                for where in rng.sample(places, len(places)):
                    for sign in (1, -1):
                        trial = moved(point, where, step, sign)
                        v = worth(calls.figures(trial), goal)
                        if v > value + 1e-6:
                            point, value, better = trial, v, True
                            break
                if not better:
                    break
        if value > best[0]:
            best = (value, point)
    return best[1]


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("predictions"), p.add_argument("labels"), p.add_argument("--restarts", type=int, default=2)
    p.add_argument("--preset", choices=list(GOALS))
    a = p.parse_args()
    calls = Calls(a.predictions, a.labels)
    for name in [a.preset] if a.preset else GOALS:
        point = search(calls, GOALS[name], a.restarts)
        print(name, {k: round(v, 4) for k, v in calls.figures(point).items()})
        print("  ", point)
        print("  ", calls.by_subtype(point), flush=True)


if __name__ == "__main__":
    main()
