#!/usr/bin/env python3
"""What the interface keeps about its own use: the first administrator by a link that is good once, sessions over a restart and a kill, the
audit log without secrets, answers that are said again for an Idempotency-Key, and patience that ends."""

import json
import signal
import subprocess
import threading

from harness import Person, Server, World, binary, check, config, free_port

PASSWORD, FIRST = "sonbahar yaprakları", "a first password"


class Somebody(Person):
    def done(self, method, path, body=None, **headers):
        status, answer = self.ask(method, path, body, **headers)
        check(f"{method} {path}", status == 200, (status, answer))
        return answer


def first_start(world, text):
    server = world.add(Server(binary(), world.work, text))
    link = world.work / "data" / "setup-link"
    check("the link is its user's alone", link.stat().st_mode & 0o777 == 0o600)
    secret = link.read_text().strip().removeprefix("/setup#")
    check("the log tells it", f"open http://127.0.0.1:{server.port}/setup#{secret}" in server.process.text(), server.process.text())
    person = Somebody(server)
    check("it is needed", person.done("GET", "setup") == {"needed": True})
    body = {"token": secret, "sign_in": "elif", "name": "Elif", "password": PASSWORD, "language": "tr"}
    check("another secret opens nothing", person.ask("POST", "setup", body | {"token": "0" * 64})[0] == 403)
    status, answer = person.ask("POST", "setup", body | {"password": "short"})
    check("a short password is told at its field", status == 422 and answer["errors"][0]["field"] == "password", answer)
    answers = []
    people = [Somebody(server) for _ in range(4)]
    threads = [threading.Thread(target=lambda p=p, i=i: answers.append((*p.ask("POST", "setup", body | {"sign_in": f"elif{i}"}), p)))
               for i, p in enumerate(people)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    made = [a for a in answers if a[0] == 201]
    check("one of four at once is the first", len(made) == 1 and all(a[0] in (201, 403, 409) for a in answers), [a[:2] for a in answers])
    person = made[0][2]
    check("and is signed in", person.done("GET", "session")["user"]["role"] == "administrator")
    check("the link is used up", not link.exists() and person.done("GET", "setup") == {"needed": False})
    check("and opens nothing", person.ask("POST", "setup", body)[0] == 409)
    return server, person


def sessions(world, text, server, person):
    server.stop()
    server = world.add(Server(binary(), world.work, text, "server2"))
    check("no link where there is an administrator", "setup#" not in server.process.text())
    person.server = server
    person.done("GET", "session")
    other = Somebody(server)
    person.done("PUT", "users/gone", {"role": "administrator", "password": FIRST, "must_change_password": False})
    other.done("POST", "session", {"sign_in": "gone", "password": FIRST})
    other.done("DELETE", "session")
    last = other.cookie
    server.process.stop(signal.SIGKILL)
    server = world.add(Server(binary(), world.work, text, "server3"))
    person.server = other.server = server
    person.done("GET", "session")
    other.cookie = last
    check("who signed out is out", other.ask("GET", "session")[0] == 401)
    return server


def audit(person):
    person.done("PUT", "teams/north", {})
    person.done("PUT", "queues/outdial", {"teams": ["north"]})
    person.done("PUT", "queues/outdial", {"teams": ["north", "sales"]})
    person.done("DELETE", "queues/outdial")
    person.done("POST", "campaigns/autumn/start")
    check("a wrong password is refused", Somebody(person.server).ask("POST", "session", {"sign_in": "mallory", "password": "let me in please"})[0] == 401)
    log = person.done("GET", "audit?limit=1000")
    me = person.done("GET", "session")["user"]["sign_in"]
    check("the newest is first", [c["id"] for c in log] == sorted((c["id"] for c in log), reverse=True))
    seen = [(c["action"].split()[0], c["status"], c["before"] and c["before"]["teams"], c["after"] and c["after"]["teams"])
            for c in reversed(log) if c["what"] == "queues/outdial"]
    check("a queue's life", seen == [("PUT", 200, None, ["north"]), ("PUT", 200, ["north"], ["north", "sales"]),
                                     ("DELETE", 200, ["north", "sales"], None)], seen)
    check("by whom", all(c["who"] == me and c["role"] == "administrator" and c["address"] == "127.0.0.1"
                         for c in log if c["what"] == "queues/outdial"))
    check("a start", any(c["what"] == "campaigns/autumn" and c["action"].endswith("/start") for c in log))
    check("the first administrator", any(c["action"] == "POST /api/v1/setup" and c["status"] == 201 for c in log))
    check("a failed sign-in, by the name that was tried", any(c["who"] == "mallory" and c["status"] == 401 for c in log))
    text = json.dumps(log)
    check("no secret", all(word not in text for word in (FIRST, PASSWORD, "let me in", "argon2")), text[:2000])
    check("who", {c["who"] for c in person.done("GET", f"audit?who={me}")} == {me})
    check("what", {c["what"] for c in person.done("GET", "audit?what=queues/")} == {"queues/outdial"})
    page = person.done("GET", f"audit?limit=2&before={log[1]['id']}")
    check("pages", [c["id"] for c in page] == [c["id"] for c in log[2:4]], page)
    check("nothing is from before the beginning", person.done("GET", "audit?until=2020-01-01T00:00:00Z") == [])
    check("a time that is none", person.ask("GET", "audit?from=yesterday")[0] == 422)


def said_again(world, text, server, person):
    key = "9f0c-1"
    once = person.done("POST", "campaigns/autumn/pause", Idempotency_Key=key)
    check("the first time is the first", person.headers["Idempotency-Replayed"] is None)
    person.done("POST", "campaigns/autumn/resume")
    check("again is the same answer", person.done("POST", "campaigns/autumn/pause", Idempotency_Key=key) == once
          and person.headers["Idempotency-Replayed"] == "true")
    state = person.done("GET", "campaigns/autumn")["state"]
    check("and was done once", state == "Running", state)
    status, answer = person.ask("POST", "campaigns/autumn/stop", Idempotency_Key=key)
    check("another request with the key is refused", status == 422 and answer["reason"] == "idempotency_key_reused", answer)
    server.process.stop(signal.SIGKILL)
    person.server = server = world.add(Server(binary(), world.work, text, "server4"))
    person.done("POST", "campaigns/autumn/pause", Idempotency_Key=key)
    check("over a kill too", person.headers["Idempotency-Replayed"] == "true")


def command_line(server, person):
    def user(*words, typed="", expect=0):
        done = subprocess.run([server.binary, "user", words[0], "--config", str(server.config), *words[1:]], input=typed, capture_output=True, text=True, timeout=60)
        check(f"ziptone user {words}", done.returncode == expect, done.stdout + done.stderr)
        return done.stdout + done.stderr
    user("add", "deniz", "--role", "supervisor", "--team", "sales", typed="a first password\n")
    check("a short one is told", "10 to 200" in user("password", "deniz", typed="short\n", expect=1))
    user("password", "deniz", typed="another password\n")
    other = Somebody(server)
    check("signs in, and must change it", other.done("POST", "session", {"sign_in": "deniz", "password": "another password"})["must_change_password"])
    user("disable", "deniz")
    check("is out", other.ask("GET", "session")[0] == 401)
    check("is listed", {u["sign_in"]: u["enabled"] for u in json.loads(user("list"))}["deniz"] is False)
    check("by whom", person.done("GET", "audit?what=users/deniz")[0]["who"] == "token:first")


def patience(person):
    status, tries = 200, 0
    while status == 200 and tries < 5000:
        status, answer = person.ask("GET", "session")
        tries += 1
    check("too many are told to wait", status == 429 and int(person.headers["Retry-After"]) >= 1 and tries > 300, (status, tries))
    check("others are not", Somebody(person.server).ask("GET", "setup")[0] == 200)


with World("office") as work_world:
    settings = config(work_world.work, free_port(), {})
    running, elif_ = first_start(work_world, settings)
    running = sessions(work_world, settings, running, elif_)
    audit(elif_)
    said_again(work_world, settings, running, elif_)
    command_line(elif_.server, elif_)
    patience(elif_)
print("ok")
