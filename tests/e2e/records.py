#!/usr/bin/env python3
"""What is on record, asked of the real server after real calls to SIPp: people by number and name and why they are not dialed, a dry run,
attempts narrowed in every way and as CSV, one attempt with its events, figures over time, an agent's callbacks and day."""

import csv
import io
import time
import urllib.parse

from harness import Rtp, Server, Sipp, World, binary, check, config, free_port, wait_for

PEOPLE = "key;name;phone\nK1;=SUM(A1) Işıl İnce;0532 123 45 67\nK2;Çağrı Öztürk;0532 123 45 68\nK3;Zoë \"Z\" Ünal, Jr;0532 123 45 69\n"


def q(path, **words):
    return "/api/v1/" + path + "?" + urllib.parse.urlencode(words)


def search(server):
    find = lambda text: [c["key"] for c in server.get(q("contacts", search=text))["contacts"]]
    for text, keys in (("+905321234567", ["K1"]), ("0532 123 45 68", ["K2"]), ("4569", ["K3"]), ("ISIL", ["K1"]), ("ışıl ince", ["K1"]), ("IŞIL İNCE", ["K1"]),
                       ("cagri", ["K2"]), ("ozturk", ["K2"]), ("zoe", ["K3"]), ("nobody", [])):
        check(f"found by {text}", find(text) == keys, find(text))
    check("two letters are too few", server.request("GET", q("contacts", search="ız"))[0] == 422)
    found = server.get(q("contacts", search="oztur"))
    check("with list and campaign, and whether that is all", found["complete"] and found["contacts"][0]["list_name"] == "people"
          and found["contacts"][0]["campaign"] == "autumn", found)


def before_calls(server):
    run = server.get("/api/v1/campaigns/autumn/dry-run")
    check("a campaign that was not started", run == {"contacts": 3, "dialable": 3, "blocked": []}, run)
    check("do-not-call", server.request("PUT", "/api/v1/dnc/+905321234569")[0] == 200)
    run = server.get("/api/v1/campaigns/autumn/dry-run")
    check("counts at once", run == {"contacts": 3, "dialable": 2, "blocked": [{"gate": "do_not_call", "contacts": 1, "opens_at": None}]}, run)
    person = server.get(q("contacts", search="zoe"))["contacts"][0]
    one = server.get(f"/api/v1/contacts/{person['id']}")
    check("why not", one["why"] == [{"number": "+905321234569", "gate": "do_not_call", "opens_at": None}] and not one["dialable"], one)
    check("who is not there", server.request("GET", "/api/v1/contacts/999")[0] == 404)


def two_calls(server):
    server.post("/api/v1/agents/a1/sign-in")
    server.post("/api/v1/agents/a1/available")
    server.post("/api/v1/campaigns/autumn/start")
    for code in ("Sale", "No Answer"):
        server.wait_agent("a1", "Engaged")
        attempt = server.agent("a1")["attempt"]
        if code == "Sale":
            server.post("/api/v1/agents/a1/hold")
            held = time.monotonic()
            wait_for("a second and a half on hold", lambda: time.monotonic() - held > 1.5)
            server.post("/api/v1/agents/a1/resume")
        check("a note", server.request("POST", "/api/v1/agents/a1/note", {"attempt": attempt, "text": f"said {code}"})[0] == 200)
        server.post("/api/v1/agents/a1/end")
        server.wait_agent("a1", "WrappingUp")
        server.post("/api/v1/agents/a1/wrap-up", {"attempt": attempt, "code": code})
    server.wait_agent("a1", "Available")


def attempts(server):
    everything = server.get("/api/v1/attempts")
    check("two attempts", len(everything) == 2, everything)
    ids = lambda **words: [a["id"] for a in server.get(q("attempts", **words))]
    new, old = (a["id"] for a in everything)
    between = everything[0]["committed_at"]
    for words, want in (({"code": "Sale"}, [old]), ({"code": "No Answer"}, [new]), ({"code": "Busy"}, []), ({"outcome": "person"}, [new, old]),
                        ({"outcome": "busy"}, []), ({"agent": "a1"}, [new, old]), ({"number": everything[1]["number"]}, [old]), ({"from": between}, [new]),
                        ({"until": between}, [old]), ({"campaign": "autumn", "code": "Sale", "agent": "a1", "outcome": "person"}, [old])):
        check(f"attempts narrowed to {words}", ids(**words) == want, ids(**words))
    for field, wrong in (("outcome", "bussy"), ("agent", "nobody"), ("code", "Sold"), ("number", "abc"), ("campaign", "none"), ("from", "yesterday")):
        status, answer = server.request("GET", q("attempts", **{field: wrong}))
        check(f"{field} {wrong} is refused at its field", status == 422 and answer["errors"][0]["field"] == field, answer)
    return everything


def as_csv(server):
    status, text = server.request("GET", q("attempts.csv", agent="a1"))
    check("a file, with the mark that Excel wants", status == 200 and text.startswith("\ufeffid,campaign,list,key"), text[:80])
    rows = list(csv.DictReader(io.StringIO(text[1:])))
    check("its lines", [r["wrap_up"] for r in rows] == ["No Answer", "Sale"] and all(r["agent"] == "a1" and r["campaign"] == "autumn" for r in rows), rows)
    names = {r["key"]: r["name"] for r in rows}
    check("nothing begins like a formula", names["K1"] == "'=SUM(A1) Işıl İnce" and all(r["number"].startswith("'+90") for r in rows), rows)


def one_attempt(server, everything):
    one = server.get(f"/api/v1/attempts/{everything[1]['id']}")
    states = [r["to"] for r in one["rows"] if r["machine"] == "call"]
    check("its events in order", [r["sequence"] for r in one["rows"]] == sorted(r["sequence"] for r in one["rows"]) and states[-1] == "Ended"
          and "Talking" in states, states)
    check("its note", [(n["agent"], n["text"]) for n in one["notes"]] == [("a1", "said Sale")], one["notes"])
    check("its contact", one["contact"]["key"] == "K1" and one["answers"] == [] and one["guide"] is None, one["contact"])
    check("none of that number", server.request("GET", "/api/v1/attempts/77")[0] == 404 and server.request("GET", "/api/v1/attempts/x")[0] == 404)
    person = server.get(f"/api/v1/contacts/{one['attempt']['contact']}")
    check("the person's history", [a["id"] for a in person["attempts"]] == [one["attempt"]["id"]] and person["notes"][0]["text"] == "said Sale"
          and person["why"][0]["gate"] in ("closed", "exhausted") and not person["dialable"], person["why"])


def figures(server):
    minute = int(time.time()) // 60 * 60
    iso = lambda at: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
    got = server.get(q("campaigns/autumn/figures", **{"from": iso(minute - 600), "to": iso(minute + 60), "step": 60}))
    check("every step is there", got["step_s"] == 60 and len(got["steps"]) == 11, got)
    total = lambda key: sum(s[key] for s in got["steps"])
    check("and they add up", (total("attempts"), total("answered"), total("abandoned")) == (2, 2, 0)
          and sum(s["outcomes"].get("person", 0) for s in got["steps"]) == 2, got)
    at_work = [s["agents"] for s in got["steps"]]
    check("one agent, since a moment", 0 < sum(at_work) <= 2 and at_work[0] == 0 and max(at_work) <= 1, at_work)
    waits = [s["wait_s"] for s in got["steps"] if s["attempts"]]
    check("how long the contact waited", all(0 <= w < 5 for w in waits), waits)
    check("too many steps", server.request("GET", q("campaigns/autumn/figures", **{"from": "2026-01-01T00:00:00Z", "step": 60}))[0] == 422)
    day = server.get("/api/v1/agents/a1/day")
    check("the agent's day", day["calls"] == 2 and day["by_code"] == {"Sale": 1, "No Answer": 1} and day["talk_s"] + day["wrap_up_s"] + day["available_s"]
          + day["idle_s"] < 120, day)
    check("and what of it was on hold", 1 <= day["hold_s"] <= day["talk_s"], day)
    check("no callbacks", server.get("/api/v1/agents/a1/callbacks") == [])


def do_not_call(server):
    lines = ["\ufefftelefon;not", "0532 999 00 01;a", '"+90 532 999 00 02"', "", "12;short", "0532 999 00 01"]
    lines += [f"+9053300{i:05}" for i in range(3000)]
    status, answer = server.request("POST", q("dnc/import", country="TR"), "\r\n".join(lines).encode())
    check("a file of numbers", status == 200 and (answer["read"], answer["added"], answer["already"], answer["bad"]) == (3004, 3002, 1, 1)
          and answer["problems"][0]["line"] == 5, answer)
    status, text = server.request("GET", "/api/v1/dnc.csv")
    check("and back", status == 200 and text.count("\r\n") == 3004 and "+905329990001,import," in text, text[:200])
    run = server.get("/api/v1/campaigns/autumn/dry-run")
    check("the core knew", server.request("POST", q("dnc/import", country="TR"), b"0532 123 45 68\n")[0] == 200
          and server.get("/api/v1/campaigns/autumn/dry-run")["dialable"] == run["dialable"] - 1, run)
    check("and forgets", server.request("DELETE", "/api/v1/dnc/+905321234568")[0] == 200
          and server.get("/api/v1/campaigns/autumn/dry-run") == run)
    check("no country", server.request("POST", q("dnc/import", country="Turkey"), b"1")[0] == 422)


with World("records") as world:
    customer, phone = world.add(Rtp()), world.add(Rtp(phone=True))
    trunk_port, phone_port = free_port(), free_port()
    world.add(Sipp(world.work, "customer", "answer.xml", trunk_port, customer.port, "-d", "1500"))
    world.add(Sipp(world.work, "agent", "answer.xml", phone_port, phone.port))
    running = world.add(Server(binary(), world.work, config(world.work, trunk_port, {"a1": f"sip:a1@127.0.0.1:{phone_port}"}, analysis="false")))
    (world.work / "people.csv").write_text(PEOPLE)
    running.command("import", "--config", str(running.config), "--list", "people", "--country", "TR", str(world.work / "people.csv"))
    search(running)
    before_calls(running)
    do_not_call(running)
    two_calls(running)
    seen = wait_for("both attempts on record", lambda: attempts(running), 20)
    as_csv(running)
    one_attempt(running, seen)
    figures(running)
print("ok")
