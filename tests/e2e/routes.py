#!/usr/bin/env python3
"""The operations that no other program has a reason to ask: each once, so that each answer is held against the contract (harness.exchange). What is set up is
made, listed, read and taken back; a call is prolonged; a campaign comes to its end."""

from harness import Person, Rtp, Server, Sipp, World, binary, check, config, free_port, wait_for
from page import GUIDE

MADE = (("teams", "evening", {}),
        ("agents", "can", {"teams": ["evening"], "leg": "webrtc"}),
        ("queues", "late", {"teams": ["evening"]}),
        ("entry-points", "second", {"caller_id": "+902121234568", "trunks": ["carrier"]}),
        ("codes", "Appointment", {"effect": "success", "name_tr": "Randevu", "name_en": "Appointment"}),
        ("idle-codes", "77", {"name_tr": "Nöbet", "name_en": "Watch duty"}))


def put(server, path, body):
    status, answer = server.request("PUT", "/api/v1/" + path, body)
    check(f"PUT {path}", status == 200, (status, answer))


def made_and_taken_back(server):
    for kind, name, body in MADE:
        put(server, f"{kind}/{name}", body)
        listed = server.get(f"/api/v1/{kind}")
        check(f"{name} is listed", any(name in (one.get("name"), one.get("en"), str(one["id"])) for one in listed), listed)
    check("as it was set up", server.get("/api/v1/agents/can/settings")["teams"] == ["evening"])
    for kind, name, _ in (*MADE[1:5], MADE[0]):
        if kind == "teams":  # of a deactivated agent's it would be in use: they hold again when the agent is put back to work
            name = "night"
            put(server, "teams/night", {})
        status, answer = server.request("DELETE", f"/api/v1/{kind}/{name}")
        check(f"DELETE {kind}/{name}", status == 200, (status, answer))


def guide(server):
    put(server, "guides/teklif", GUIDE)
    check("is listed", [g["name"] for g in server.get("/api/v1/guides")] == ["teklif"])
    check("is read", server.get("/api/v1/guides/teklif")["document"]["languages"] == ["tr", "en"])
    check("has one version", len(server.get("/api/v1/guides/teklif/versions")) == 1)


def people(server):
    rows = "key;phone\nK1;05321234567\nK2;no number\n"
    status, report = server.request("POST", "/api/v1/lists/people/import?country=TR", rows)
    check("a row is bad", status == 200 and (report["inserted"], report["bad"]) == (1, 1), report)
    problems = server.get(f"/api/v1/imports/{report['import']}/problems")
    check("and is read again", [p["line"] for p in problems] == [3], problems)


def session(server):
    person = Person(server)
    put(server, "users/ayse", {"name": "Ayşe", "role": "agent", "agent": "a1", "password": "a first password"})
    check("users", [u["sign_in"] for u in server.get("/api/v1/users")] == ["ayse"])
    for method, path, body in (("POST", "session", {"sign_in": "ayse", "password": "a first password"}),
                               ("POST", "session/password", {"old": "a first password", "new": "her own long one"}), ("GET", "session", None),
                               ("PUT", "session/language", {"language": "en"}), ("DELETE", "session", None)):
        status, answer = person.ask(method, path, body)
        check(f"{method} {path}", status == 200, (status, answer))
    check("nobody is the administrator yet", person.ask("GET", "setup")[0] == 200)


def shift(server):
    for what in ("sign-in", "available", "campaigns/autumn/join"):
        server.post(f"/api/v1/agents/a1/{what}")
    server.post("/api/v1/campaigns/autumn/start")
    agent = server.wait_agent("a1", "Engaged")
    server.post("/api/v1/agents/a1/end")
    server.wait_agent("a1", "WrappingUp")
    server.post("/api/v1/agents/a1/extend", {"by_s": 30})
    server.post("/api/v1/agents/a1/wrap-up", {"attempt": agent["attempt"], "code": "Sale"})
    server.post("/api/v1/agents/a1/campaigns/autumn/leave")
    check("its outcome", "person" in str(server.get("/api/v1/campaigns/autumn/outcomes")))
    for what, state in (("pause", "Paused"), ("resume", "Running"), ("stop", "Done")):
        server.post(f"/api/v1/campaigns/autumn/{what}")
        wait_for(f"the campaign to be {state}", lambda: server.get("/api/v1/campaigns")[0]["state"] == state)
    check("defaults", server.get("/api/v1/campaigns/defaults")["mode"] == "silent")


with World("routes") as world:
    customer, phone = world.add(Rtp()), world.add(Rtp(phone=True))
    trunk_port, phone_port = free_port(), free_port()
    world.add(Sipp(world.work, "customer", "answer.xml", trunk_port, customer.port, "-d", "500"))
    world.add(Sipp(world.work, "agent", "answer.xml", phone_port, phone.port))
    running = world.add(Server(binary(), world.work, config(world.work, trunk_port, {"a1": f"sip:a1@127.0.0.1:{phone_port}"}, analysis="false", more="join_by_hand = true")))
    made_and_taken_back(running)
    guide(running)
    people(running)
    session(running)
    shift(running)
print("ok")
