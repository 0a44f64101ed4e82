#!/usr/bin/env python3
"""The demo behind script/demo: a carrier, the server with its page, robot agents, two campaigns, and a live view of it all.

People sign in on the page beside the robots: the link and the names are printed.

    tools/demo.py build/release/ziptone [--seconds N] [--agents N] [--contacts N] [--home DIR]
"""

import argparse
import csv
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.parse

# Who may sign in on the page: sign-in name, what the server is told of the user.
PASSWORD = "ziptone-demo"
PEOPLE = {"admin": {"name": "Ada Admin", "role": "administrator", "language": "en"},
          "defne": {"name": "Defne Aksu", "role": "agent", "agent": "defne", "language": "tr"},
          "grace": {"name": "Grace Hill", "role": "agent", "agent": "grace", "language": "en"}}
WEB_PORT = 8080  # of the page, when it is free
ROOT = pathlib.Path(__file__).resolve().parent.parent
FIRST = "Ayşe Mehmet Zeynep Emre Elif Can Deniz Ece Burak Selin Kerem Defne".split()
LAST = "Yılmaz Kaya Demir Çelik Şahin Öztürk Aydın Arslan Doğan Kılıç".split()
FIRST_EN = "Olivia George Amelia Harry Isla Jack Ava Noah Emily Oscar Grace Leo".split()
LAST_EN = "Smith Jones Taylor Brown Wilson Evans Walker Wright Hall Green".split()
# The last two digits choose who answers (ziptone carrier's table), with these shares.
ANSWERS = {"person": (["87", "88", "89", "90", "91", "92", "93", "94", "95", "04", "00"], 58),
           "machine": (["10", "12", "14"], 14), "busy": (["30"], 8), "no answer": (["40"], 6),
           "invalid": (["50", "52"], 4), "unreachable": (["61"], 3), "declined": (["70"], 2),
           "fax": (["20"], 2), "screening": (["80"], 3)}
ENGLISH = {"person": ["01"], "machine": ["11"], "unreachable": ["62"]}
STAGES = ["lease", "dial", "analyse", "merge", "talk", "wrap up"]


def free_port(kind=socket.SOCK_DGRAM, wish=0):
    with socket.socket(socket.AF_INET, kind) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a demo that has just ended leaves its port at once
        try:
            s.bind(("127.0.0.1", wish))
        except OSError:
            s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def write_contacts(home, count):
    """Two lists: Turkish mobile numbers written nationally, English ones too."""
    dice = random.Random(7)
    kinds, weights = zip(*((kind, weight) for kind, (_, weight) in ANSWERS.items()))
    for name, first, last, header in (("kisiler", FIRST, LAST, ["Müşteri No", "Ad", "Soyad", "Telefon"]),
                                      ("people", FIRST_EN, LAST_EN, ["Customer No", "First name", "Last name", "Phone"])):
        turkish = name == "kisiler"
        with open(home / f"{name}.csv", "w", newline="", encoding="utf-8") as out:
            rows = csv.writer(out, delimiter=";" if turkish else ",")
            rows.writerow(header)
            for i in range(count):
                kind = dice.choices(kinds, weights)[0]
                digits = dice.choice(ANSWERS[kind][0] if turkish else ENGLISH.get(kind, ANSWERS[kind][0]))
                number = f"0532 {100 + i // 10:03} {i % 10}0 {digits}" if turkish else f"07400 1{i:03} {digits}"
                rows.writerow([f"{'M' if turkish else 'C'}{i:04}", dice.choice(first), dice.choice(last), number])


def write_config(home, ports, agents):
    half = max(1, agents * 2 // 3)
    text = f"""# Written by script/demo.
[server]
data_dir = "data"
drain_s_max = 5
[log]
file = "server.log"
[api]
port = {ports['web']}
[sip]
trunk_port = {ports['trunk']}
phone_port = {ports['phone']}
[media]
port_min = 40000
port_max = 44999
[[destination]]
country = "TR"
[[destination]]
country = "GB"
[[trunk]]
name = "carrier"
host = "127.0.0.1"
port = {ports['carrier']}
cps = 4.0
channels = 60
options_s = 5
[[entry_point]]
name = "istanbul"
caller_id = "+902129990000"
trunks = ["carrier"]
[[entry_point]]
name = "london"
caller_id = "+442079460000"
trunks = ["carrier"]
"""
    for team in ("istanbul", "london"):
        text += f'[[team]]\nname = "{team}"\n[[queue]]\nname = "{team}"\nteams = ["{team}"]\n'
    for i in range(agents):
        team = "istanbul" if i < half else "london"
        name = (FIRST[i % len(FIRST)] if i < half else FIRST_EN[i % len(FIRST_EN)]).lower()
        text += (f'[[agent]]\nname = "{name}"\nteams = ["{team}"]\n'
                 f'phone_user = "{1001 + i}"\nphone_password = "1234"\n')
    for name, team in (("defne", "istanbul"), ("grace", "london")):
        text += f'[[agent]]\nname = "{name}"\nteams = ["{team}"]\nleg = "webrtc"\n'
    for name, queue, contacts, mode in (("Güz kampanyası", "istanbul", "kisiler", "silent"),
                                        ("Autumn offer", "london", "people", "classic")):
        text += f"""[[campaign]]
name = "{name}"
queue = "{queue}"
entry_point = "{queue}"
brand = "Ziptone Demo"
callback_number = "+902129990000"
lists = ["{contacts}"]
mode = "{mode}"
start = true
guide = "offer"
ring_ms_max = 16000
wrap_up_s_max = 15
windows = [{{open = "00:00", close = "24:00"}}]
[campaign.analysis]
on = {"true" if mode == "silent" else "false"}
"""
    (home / "ziptone.toml").write_text(text, encoding="utf-8")


class Api:
    def __init__(self, data):
        self.port = int((data / "api.port").read_text())
        self.token = (data / "token").read_text().strip()
        self.connection = None

    def request(self, method, path, body=None):
        """The answer's status and JSON; one connection is kept open and made anew when it broke."""
        for last in (False, True):
            try:
                if not self.connection:
                    self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                self.connection.request(method, path, json.dumps(body) if body is not None else None,
                                        {"Authorization": "Bearer " + self.token})
                answer = self.connection.getresponse()
                return answer.status, json.loads(answer.read())
            except (OSError, http.client.HTTPException):
                self.connection = None
                if last:
                    raise

    def get(self, path):
        return self.request("GET", path)[1]


class Robots:
    """What people do at the desktop: become available, talk, sometimes hold, end, choose a code."""

    CODES = (["Sale"] * 4 + ["No Answer"] + ["Voicemail"])

    def __init__(self, api):
        self.api, self.dice, self.plans, self.asked = api, random.Random(3), {}, {}

    def act(self, agent, verb, body=None):
        self.api.request("POST", f"/api/v1/agents/{urllib.parse.quote(agent['name'])}/{verb}", body)

    def work(self, agents, calls):
        held = {c["attempt"] for c in calls if c["state"] == "Held"}
        for agent in agents:
            if agent["name"] in PEOPLE:
                continue
            state, since = agent["state"], agent["since_s"]
            if state == "Away":
                # A phone needs a moment to register; asking again every second is enough.
                if time.monotonic() - self.asked.get(agent["id"], 0) > 1:
                    self.asked[agent["id"]] = time.monotonic()
                    if agent.get("why") == "signed_out":
                        self.act(agent, "sign-in")
                    self.act(agent, "available")
            elif state == "Engaged":
                plan = self.plans.setdefault(agent["attempt"], {
                    "end": self.dice.uniform(5, 14), "hold": 3 if self.dice.random() < 0.2 else None})
                if agent["attempt"] in held:
                    if since > plan["hold"] + 2.5:
                        self.act(agent, "resume")
                        plan["hold"] = None
                elif plan["hold"] and since > plan["hold"]:
                    self.act(agent, "hold")
                elif since > plan["end"]:
                    self.act(agent, "end")
            elif state == "WrappingUp" and since > 1.5:
                self.act(agent, "wrap-up", {"code": self.dice.choice(self.CODES)})


def bar(value, scale=1):
    return "▇" * max(0, min(40, round(value * scale)))


def invitation(port):
    """Where a person may join in; the first line is short enough for every terminal."""
    names = ", ".join(f"{name} ({'Turkish agent' if user['language'] == 'tr' else 'English agent' if user['role'] == 'agent' else user['role']})"
                      for name, user in PEOPLE.items())
    return [f"The page: http://127.0.0.1:{port}/   password of all: {PASSWORD}", f"  sign in as {names}"]


def screen(started, port, campaigns, agents, calls, outcomes, gates):
    lines = [f"\033[1mZiptone demo\033[0m   {int(time.monotonic() - started)} s   Ctrl-C ends it", *invitation(port), ""]
    lines.append("\033[1mAgents\033[0m")
    by_attempt = {c["attempt"]: c for c in calls}
    for a in agents:
        call = by_attempt.get(a.get("attempt"))
        doing = f"{call['stage']}: {call['state']} {call['number'][:6]}•••{call['number'][-4:]}" if call else a.get("why", "")
        lines.append(f"  {a['name']:<10} {a['state']:<11} {a['since_s']:6.1f} s  {a.get('campaign', ''):<16} {doing}")
    lines += ["", "\033[1mCalls by stage\033[0m"]
    for stage in STAGES:
        count = sum(c["stage"] == stage for c in calls)
        lines.append(f"  {stage:<10} {count:>3} {bar(count)}")
    for name, campaign in campaigns.items():
        contacts = campaign.get("contacts", {})
        lines += ["", f"\033[1m{name}\033[0m  {campaign['state']}   "
                  + "  ".join(f"{k} {v}" for k, v in contacts.items() if v and k != "total")
                  + f"  of {contacts.get('total', 0)}"]
        found = outcomes[name]
        lines.append("  outcomes  " + "  ".join(f"{k} {v}" for k, v in sorted(found["outcomes"].items(), key=lambda kv: -kv[1])))
        lines.append("  codes     " + "  ".join(f"{k} {v}" for k, v in found["wrap_up_codes"].items()))
        shut = [g for g in gates[name]["gates"] if not g["open"] or g["count"]]
        lines.append("  gates     " + "  ".join(
            f"{'' if g['open'] else 'SHUT '}{g['name']} {g['count']}" for g in shut))
    return lines


def line(started, agents, calls, outcomes):
    states, totals = {}, {}
    for a in agents:
        states[a["state"]] = states.get(a["state"], 0) + 1
    for found in outcomes.values():
        for k, v in found["outcomes"].items():
            totals[k] = totals.get(k, 0) + v
    stages = {s: sum(c["stage"] == s for c in calls) for s in STAGES}
    return (f"{int(time.monotonic() - started):>4} s  agents " + " ".join(f"{k}={v}" for k, v in sorted(states.items()))
            + "  calls " + (" ".join(f"{k}={v}" for k, v in stages.items() if v) or "none")
            + "  outcomes " + (" ".join(f"{k}={v}" for k, v in sorted(totals.items())) or "none yet"))


class Demo:
    def __init__(self, binary, options):
        self.binary, self.options, self.children = str(pathlib.Path(binary).resolve()), options, []
        self.home = pathlib.Path(options.home)
        self.first_call = None  # seconds after the start

    def spawn(self, name, *arguments):
        log = open(self.home / f"{name}.out", "wb")
        child = subprocess.Popen([self.binary, *arguments], cwd=self.home, stdout=log, stderr=subprocess.STDOUT,
                                 stdin=subprocess.DEVNULL, start_new_session=True)
        self.children.append((name, child))
        return child

    def start(self):
        ports = {"carrier": free_port(), "trunk": free_port(), "phone": free_port(),
                 "web": free_port(socket.SOCK_STREAM, WEB_PORT)}
        write_contacts(self.home, self.options.contacts // 2)
        write_config(self.home, ports, self.options.agents)
        self.spawn("carrier", "carrier", "--port", str(ports["carrier"]), "--sounds", "sounds", "--log", "carrier.log")
        # The carrier speaks before anybody calls: a trunk that was down begins slowly.
        self.wait("the carrier", lambda: (self.home / "carrier.out").stat().st_size > 0, 20)
        self.spawn("server", "serve", "--config", "ziptone.toml")
        self.wait("the server", (self.home / "data" / "api.port").exists, 20)
        self.api = Api(self.home / "data")
        self.admit()
        self.spawn("phones", "phones", "--registrar", f"127.0.0.1:{ports['phone']}", "--count",
                   str(self.options.agents), "--first", "1001", "--password", "1234", "--sounds", "sounds")
        for contacts, country in (("kisiler", "TR"), ("people", "GB")):
            done = subprocess.run([self.binary, "import", "--config", "ziptone.toml", "--list", contacts, "--country",
                                   country, f"{contacts}.csv"], cwd=self.home, capture_output=True, text=True, check=False)
            print(f"{contacts}: {done.stdout.strip() or done.stderr.strip()}")

    def admit(self):
        """People's names and passwords, and the guide that they walk with the contact."""
        wanted = {"guides/offer": json.loads((ROOT / "tools" / "demo_guide.json").read_text(encoding="utf-8"))}
        for name, user in PEOPLE.items():
            wanted["users/" + name] = {**user, "password": PASSWORD, "must_change_password": False}
        for path, body in wanted.items():
            status, answer = self.api.request("PUT", "/api/v1/" + path, body)
            if status != 200:
                raise SystemExit(f"demo: PUT {path} gives {status}: {answer}")

    def wait(self, who, ready, limit_s):
        until = time.monotonic() + limit_s
        while not ready():
            for name, child in self.children:
                if child.poll() is not None:
                    raise SystemExit(f"demo: the {name} did not start:\n" + (self.home / f"{name}.out").read_text())
            if time.monotonic() > until:
                raise SystemExit(f"demo: {who} did not start within {limit_s} s; see {self.home}")
            time.sleep(0.05)  # poll: for the process to be ready

    def look(self):
        campaigns = {c["name"]: c for c in self.api.get("/api/v1/campaigns")}
        outcomes, gates = {}, {}
        for name in campaigns:
            path = "/api/v1/campaigns/" + urllib.parse.quote(name)
            outcomes[name], gates[name] = self.api.get(path + "/outcomes"), self.api.get(path + "/explain")
        return campaigns, outcomes, gates

    def run(self):
        started = time.monotonic()
        robots, tty = Robots(self.api), sys.stdout.isatty()
        if not tty:
            print("\n".join(invitation(self.api.port)), flush=True)
        shown_at = 0.0
        end = started + self.options.seconds if self.options.seconds else float("inf")
        while time.monotonic() < end:
            for name, child in self.children:
                if child.poll() is not None:
                    raise SystemExit(f"demo: the {name} ended by itself; see {self.home}/{name}.out")
            agents, calls = self.api.get("/api/v1/agents"), self.api.get("/api/v1/calls")
            robots.work(agents, calls)
            if self.first_call is None and any(c["placed_at"] for c in calls):
                self.first_call = time.monotonic() - self.begun
            if time.monotonic() - shown_at > (0.5 if tty else 1.0):
                shown_at = time.monotonic()
                campaigns, outcomes, gates = self.look()
                if tty:
                    rows = shutil.get_terminal_size().lines - 1
                    text = screen(started, self.api.port, campaigns, agents, calls, outcomes, gates)[:rows]
                    sys.stdout.write("\033[H" + "\033[K\n".join(text) + "\033[K\033[J")
                else:
                    print(line(started, agents, calls, outcomes))
                sys.stdout.flush()
                if all(c["state"] == "Done" for c in campaigns.values()):
                    break
            time.sleep(0.25)  # poll: the robots' reaction time

    def summary(self):
        campaigns, outcomes, _ = self.look()
        print("\n" + "=" * 78)
        if self.first_call is not None:
            print(f"The first call left {self.first_call:.1f} s after the start.")
        for name, campaign in campaigns.items():
            total = sum(outcomes[name]["outcomes"].values())
            print(f"{name}: {total} attempts")
            for outcome, count in sorted(outcomes[name]["outcomes"].items(), key=lambda kv: -kv[1]):
                print(f"  {outcome:<18}{count:>5}")
            for code, count in sorted(outcomes[name]["wrap_up_codes"].items(), key=lambda kv: -kv[1]):
                print(f"  code {code:<24}{count:>5}")
        print(f"Logs, the database and the configuration are in {self.home}")

    def stop(self):
        """The server first: it ends its calls while the network is still there."""
        bad = []
        for wanted in ("server", "phones", "carrier"):
            for name, child in self.children:
                if name != wanted or child.poll() is not None:
                    continue
                child.send_signal(signal.SIGTERM)
                try:
                    child.wait(15)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()
                if child.returncode not in (0, -signal.SIGTERM):
                    bad.append(f"{name} ended with {child.returncode}")
        return bad


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--seconds", type=float, default=0, help="end by itself after so many seconds")
    parser.add_argument("--agents", type=int, default=6)
    parser.add_argument("--contacts", type=int, default=400)
    parser.add_argument("--home", default=ROOT / ".demo", help="where everything that it makes lies")
    options = parser.parse_args()
    demo = Demo(options.binary, options)
    shutil.rmtree(demo.home / "data", ignore_errors=True)
    demo.home.mkdir(exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    demo.begun = time.monotonic()
    try:
        demo.start()
        if sys.stdout.isatty():
            sys.stdout.write("\033[2J\033[?25l")
        demo.run()
    except KeyboardInterrupt:
        pass
    finally:
        if sys.stdout.isatty():
            sys.stdout.write("\033[?25h")
        if hasattr(demo, "api"):
            try:
                demo.summary()
            except (OSError, http.client.HTTPException, ValueError):
                print(f"the server answers no more; see {demo.home}/server.log")
        bad = demo.stop()
    if bad:
        print("\n".join(bad))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
