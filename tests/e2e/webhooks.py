#!/usr/bin/env python3
"""Webhooks of the real server after real calls to SIPp, told to real HTTP servers: signed, once each, again with the same key and body after
a failure and after a kill, over TLS with a certificate that is judged, never to this machine's networks unless that is allowed."""

import hashlib
import hmac
import json
import os
import signal
import subprocess

from harness import Rtp, Server, Sipp, World, binary, check, config, free_port, need, wait_for
from receiver import SECRET, Receiver

def signed(headers, body):
    at, mac = headers["X-Ziptone-Signature"].split(",")
    expected = hmac.new(SECRET.encode(), at.removeprefix("t=").encode() + b"." + body, hashlib.sha256).hexdigest()
    return mac == "v1=" + expected


def make(server, name, to, expect=200, **more):
    status, answer = server.request("PUT", f"/api/v1/webhooks/{name}", {"url": to, "secret": SECRET, "events": ["attempt_ended", "wrap_up", "guide_submitted"]} | more)
    check(f"webhook {name}", status == expect, (status, answer))
    return answer


def deliveries(server, name, state=""):
    return server.get(f"/api/v1/webhooks/{name}/deliveries?limit=1000" + (f"&state={state}" if state else ""))


def set_up(server, crm):
    shown = make(server, "crm", f"http://127.0.0.1:{crm.port}/hook?of=ziptone")
    check("the secret is never shown", "secret" not in shown and SECRET not in json.dumps(server.get("/api/v1/webhooks")), shown)
    for fault, field in (({"url": "ftp://host/"}, "url"), ({"url": "https://me:pass@host/"}, "url"), ({"secret": "short"}, "secret"),
                         ({"events": ["everything"]}, "events"), ({"events": []}, "events"), ({"enabled": "yes"}, "enabled")):
        answer = make(server, "faulty", f"http://127.0.0.1:{crm.port}/", 422, **fault)
        check(f"{fault} is told at its field", answer["errors"][0]["field"] == field, answer)
    check("a name of digits is none", server.request("PUT", "/api/v1/webhooks/12", {"url": "http://x/", "secret": SECRET, "events": ["wrap_up"]})[0] == 422)
    server.post("/api/v1/webhooks/crm/test")
    wait_for("the test", lambda: crm.of("test"))
    path, headers, body = crm.told[0]
    check("where and how", path == "/hook?of=ziptone" and headers["Content-Type"] == "application/json" and signed(headers, body), (path, headers))


def call(server, code, answers=None):
    """One conversation, its guide and its wrap-up; the attempt's id."""
    server.wait_agent("a1", "Engaged")
    attempt = server.agent("a1")["attempt"]
    if answers:
        server.post("/api/v1/agents/a1/answers/submit", {"attempt": attempt, "answers": answers})
    server.post("/api/v1/agents/a1/end")
    server.wait_agent("a1", "WrappingUp")
    server.post("/api/v1/agents/a1/wrap-up", {"attempt": attempt, "code": code})
    return attempt


def told_once(server, crm, attempt):
    def all_three():
        return all(any(t["attempt"]["id"] == attempt for t in crm.of(e)) for e in ("attempt_ended", "wrap_up", "guide_submitted"))
    wait_for("the three news of a call", all_three)
    ended, wrapped, guide = (next(t for t in crm.of(e) if t["attempt"]["id"] == attempt) for e in ("attempt_ended", "wrap_up", "guide_submitted"))
    check("an attempt's end", ended["attempt"]["outcome"] == "person" and ended["campaign"] == "autumn" and ended["agent"] == "a1"
          and ended["contact"]["numbers"][0]["number"].startswith("+90532") and ended["at"].endswith("Z"), ended)
    check("a wrap-up", wrapped["wrap_up"]["code"] == "Sale" and not wrapped["wrap_up"]["by_timer"], wrapped)
    check("a guide", guide["guide"]["name"] == "mood" and guide["guide"]["answers"] == {"mood": ["good"]}, guide)
    check("all signed, each with a key of its own", all(signed(h, b) for _, h, b in crm.told)
          and len({h["X-Ziptone-Delivery"] for _, h, _ in crm.told}) == len(crm.told))


def tried_again(server, crm, attempt):
    """A 500, a redirect and a receiver that answers nothing; another webhook does not wait for it."""
    mine = wait_for("what failed", lambda: [d for d in deliveries(server, "crm", "waiting") if d["attempt"] == attempt and d["tries"] >= 1])
    check("why", all(d["error"] in ("HTTP 500", "HTTP 302") and d["next_at"] for d in mine), mine)
    keys = {d["key"] for d in mine}
    wait_for("the next try takes it", lambda: not any(d["key"] in keys for d in deliveries(server, "crm", "waiting")), 30)
    for key in keys:
        bodies = [b for _, h, b in crm.told if h["X-Ziptone-Delivery"] == key]
        check("again the same", len(bodies) == 2 and bodies[0] == bodies[1], bodies)
    check("nobody went elsewhere", all(path != "/elsewhere" for path, _, _ in crm.told))


def killed(world, server, crm, text, environment, attempt):
    """The process dies with a delivery that was never answered."""
    waiting = wait_for("a delivery without an answer", lambda: [h for _, h, b in crm.told if json.loads(b).get("attempt", {}).get("id") == attempt])
    server.process.stop(signal.SIGKILL)
    crm.silent.clear()
    before = len(crm.told)
    server = world.add(start(world, text, "server2", environment))
    key = waiting[0]["X-Ziptone-Delivery"]
    wait_for("it comes again with its key", lambda: any(h["X-Ziptone-Delivery"] == key for _, h, _ in crm.told[before:]), 30)
    wait_for("nothing waits", lambda: deliveries(server, "crm", "waiting") == [], 30)
    ended = [t for t in crm.of("attempt_ended") if t["attempt"]["id"] == attempt]
    check("the end is told, and under one key", ended and len({h["X-Ziptone-Delivery"] for _, h, b in crm.told
          if h["X-Ziptone-Event"] == "attempt_ended" and json.loads(b)["attempt"]["id"] == attempt}) == 1, ended)
    return server


def by_hand(server, crm):
    last = deliveries(server, "crm", "delivered")[0]
    count = len(crm.told)
    server.post(f"/api/v1/webhooks/crm/deliveries/{last['id']}/again")
    wait_for("again by hand", lambda: any(h["X-Ziptone-Delivery"] == last["key"] for _, h, _ in crm.told[count:]))
    check("what is not there", server.request("POST", "/api/v1/webhooks/crm/deliveries/99999/again")[0] == 404)
    make(server, "crm", f"http://127.0.0.1:{crm.port}/hook", enabled=False)
    check("switched off: no test", server.request("POST", "/api/v1/webhooks/crm/test")[0] == 409)
    check("gone", server.request("DELETE", "/api/v1/webhooks/crm")[0] == 200 and server.request("DELETE", "/api/v1/webhooks/crm")[0] == 404)
    check("with its deliveries", server.request("GET", "/api/v1/webhooks/crm/deliveries")[0] == 404)


def over_tls(server, good, stranger):
    make(server, "good", f"https://localhost:{good.port}/")
    make(server, "stranger", f"https://localhost:{stranger.port}/")
    make(server, "misnamed", f"https://127.0.0.1:{good.port}/")
    for name in ("good", "stranger", "misnamed"):
        server.post(f"/api/v1/webhooks/{name}/test")
    wait_for("a certificate of an authority that we know", lambda: good.of("test"))
    for name in ("stranger", "misnamed"):
        refused = wait_for(f"{name} is refused", lambda: [d for d in deliveries(server, name, "waiting") if d["tries"]])
        check("by its certificate", "certificate verify failed" in refused[0]["error"], refused)
    check("and was told nothing", not stranger.told)


def not_inside(world, text, environment, crm, server):
    server.stop()
    server = world.add(start(world, text.replace("allow_private = true", "allow_private = false"), "server3", environment))
    for name, url in (("inside", f"http://127.0.0.1:{crm.port}/"), ("mapped", f"http://[::ffff:127.0.0.1]:{crm.port}/"), ("named", f"http://localhost:{crm.port}/")):
        make(server, name, url)
        count = len(crm.told)
        server.post(f"/api/v1/webhooks/{name}/test")
        refused = wait_for(f"{name} is refused", lambda: [d for d in deliveries(server, name, "waiting") if d["tries"]])
        check("by its address", "allow_private" in refused[0]["error"] and refused[0]["status"] is None and len(crm.told) == count, refused)


def certificate(work, name):
    files = work / f"{name}.crt", work / f"{name}.key"
    subprocess.run([need("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext",
                    "subjectAltName=DNS:localhost", "-keyout", str(files[1]), "-out", str(files[0])], check=True, capture_output=True)
    return files


def start(world, text, name, environment):
    os.environ.update(environment)
    return Server(binary(), world.work, text, name)


GUIDE = {"languages": ["tr", "en"], "sets": [{"id": "only", "title": {"tr": "Tek", "en": "Only"}, "next": "end", "questions": [
    {"id": "mood", "kind": "text", "required": True, "text": {"tr": "Nasılsınız?", "en": "How are you?"}}]}]}

with World("webhooks") as work_world:
    customer, phone = work_world.add(Rtp()), work_world.add(Rtp(phone=True))
    trunk_port, phone_port = free_port(), free_port()
    work_world.add(Sipp(work_world.work, "customer", "answer.xml", trunk_port, customer.port, "-d", "300"))
    work_world.add(Sipp(work_world.work, "agent", "answer.xml", phone_port, phone.port))
    known, unknown = certificate(work_world.work, "known"), certificate(work_world.work, "unknown")
    trusted = {"SSL_CERT_FILE": str(known[0])}
    settings = "[webhooks]\nallow_private = true\n" + config(work_world.work, trunk_port, {"a1": f"sip:a1@127.0.0.1:{phone_port}"}, analysis="false", more='guide = "mood"')
    running = work_world.add(start(work_world, settings, "server", trusted))
    status, answer = running.request("PUT", "/api/v1/guides/mood", GUIDE)
    check("the guide", status == 200, answer)
    (work_world.work / "people.csv").write_text("key;phone\n" + "".join(f"K{i};0532 123 45 {i}\n" for i in range(10, 16)))
    running.command("import", "--config", str(running.config), "--list", "people", "--country", "TR", str(work_world.work / "people.csv"))
    receiver, other = work_world.add(Receiver()), work_world.add(Receiver())
    set_up(running, receiver)
    make(running, "other", f"http://127.0.0.1:{other.port}/", events=["wrap_up"])
    for what in ("sign-in", "available"):
        running.post(f"/api/v1/agents/a1/{what}")
    running.post("/api/v1/campaigns/autumn/start")
    told_once(running, receiver, call(running, "Sale", {"mood": "good"}))
    receiver.statuses = [500, 302]
    tried_again(running, receiver, call(running, "No Answer"))
    receiver.silent.set()
    third = call(running, "Sale")
    wait_for("who answers does not wait for who does not", lambda: any(t["attempt"]["id"] == third for t in other.of("wrap_up")))
    running.post("/api/v1/campaigns/autumn/emergency-stop")
    running = killed(work_world, running, receiver, settings, trusted, third)
    check("only what was asked for", {h["X-Ziptone-Event"] for _, h, _ in other.told} == {"wrap_up"})
    by_hand(running, receiver)
    good_one, stranger_one = work_world.add(Receiver(known)), work_world.add(Receiver(unknown))
    over_tls(running, good_one, stranger_one)
    not_inside(work_world, settings, trusted, receiver, running)
print("ok")
