#!/usr/bin/env python3
"""The agent's desktop over its live WebSocket: two tabs, a call from dialing to its wrap-up with fields, screen pop,
note, guide and callback, what a restart keeps, do-not-call from a call, and a desktop that goes away."""

import base64
import hashlib
import json
import os
import pathlib
import signal
import socket
import sqlite3
import struct
import time

from harness import Failure, Rtp, Server, Sipp, World, binary, check, config, free_port, wait_for

GUIDE = pathlib.Path(__file__).resolve().parent.parent / "guide" / "subscription.json"
MORE = """
guide = "survey"
wrap_up_required = true
screen_pop = {url = "https://crm.example.com/?who={{name}}", hosts = ["crm.example.com"], where = "tab"}
"""
TOKEN = "a token of ayse's alone"


class Tab:
    """One tab of the desktop: a WebSocket client (RFC 6455) that answers pings and keeps the newest desk."""

    def __init__(self, server):
        self.sock = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        key = base64.b64encode(os.urandom(16)).decode()
        self.sock.sendall((f"GET /api/v1/desk/live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
                           f"Authorization: Bearer {TOKEN}\r\n\r\n").encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.sock.recv(1)
        check("the server switches to WebSocket", b" 101 " in head.split(b"\r\n")[0], head)
        self.desk = None

    def exactly(self, count):
        data = b""
        while len(data) < count:
            more = self.sock.recv(count - len(data))
            if not more:
                raise Failure("the desk's socket broke off")
            data += more
        return data

    def send(self, kind, body):
        mask = os.urandom(4)
        masked = bytes(b ^ mask[i % 4] for i, b in enumerate(body))
        self.sock.sendall(struct.pack("!BB", 0x80 | kind, 0x80 | len(body)) + mask + masked)

    def say(self, **frame):
        self.send(1, json.dumps(frame).encode())

    def next(self):
        """The next message; pings are answered on the way."""
        while True:
            head = self.exactly(2)
            length = head[1] & 0x7F
            if length == 126:
                length = struct.unpack("!H", self.exactly(2))[0]
            elif length == 127:
                length = struct.unpack("!Q", self.exactly(8))[0]
            body = self.exactly(length)
            if head[0] & 0x0F == 9:
                self.send(10, body)
            elif head[0] & 0x0F == 1:
                frame = json.loads(body)
                self.desk = frame.get("desk", self.desk)
                return frame

    def until(self, what, condition, limit_s=25):
        """The first desk that fits, and all that came on the way to it, itself the last."""
        end, seen = time.monotonic() + limit_s, []
        while True:
            if self.desk is not None and condition(self.desk):
                return self.desk, seen
            if time.monotonic() > end:
                raise Failure(f"waited {limit_s} s in vain for: {what}; seen: {json.dumps(self.desk)[:1500]}")
            frame = self.next()
            if frame["type"] == "desk":
                seen.append(frame["desk"])

    def close(self):
        self.sock.close()

    stop = close


def give_token(world):
    """An agent's token, put where the product keeps them."""
    with sqlite3.connect(world.work / "data" / "ziptone.db", timeout=10) as db:
        db.execute("INSERT INTO tokens (hash, name, role, agent_id, created_at, expires_at)"
                   " SELECT ?, 'ayse', 'agent', id, 0, 0 FROM agents WHERE sign_in = 'ayse'",
                   (hashlib.sha256(TOKEN.encode()).hexdigest(),))


def as_agent(server, method, what, body=None, expect=200):
    status, answer = server.request(method, "/api/v1/agents/ayse/" + what, body, token=TOKEN)
    check(f"{method} {what} gives {expect}", status == expect, (status, answer))
    return answer


def set_up(server):
    status, answer = server.request("PUT", "/api/v1/guides/survey", GUIDE.read_bytes())
    check("the guide is kept", status == 200 and answer["version"] == 1, answer)
    broken = json.loads(GUIDE.read_text())
    broken["sets"][0]["next"] = "nowhere"
    status, answer = server.request("PUT", "/api/v1/guides/survey", broken)
    check("a guide with a fault is refused", status == 422 and answer["errors"][0]["field"] == "set opening", answer)


def tabs(world, server):
    status, answer = server.request("GET", "/api/v1/desk")
    check("an administrator has no desk", status == 404, (status, answer))
    old = world.add(Tab(server))
    check("the desk comes first", old.next()["type"] == "desk")
    new = world.add(Tab(server))
    check("the newer tab is the active one", new.next()["type"] == "desk")
    check("the older one is told", old.next()["type"] == "elsewhere")
    old.desk = None
    old.say(type="take")
    check("and may take it back", old.next()["type"] == "desk" and new.next()["type"] == "elsewhere")
    old.say(type="webrtc", sdp="v=0")
    check("an agent with a phone has no voice here", old.next()["reason"] == "not_negotiable")
    new.close()
    return old


def first_call(server, tab):
    _, seen = tab.until("the call to be connected", lambda d: d["attempt"] and d["attempt"]["progress"] == "connected")
    before = [d["attempt"] for d in seen if d["attempt"] and d["attempt"]["progress"] != "connected"]
    check("the progress has its words", {a["progress"] for a in before} <= {"dialing", "ringing", "analysing"}, before)
    check("nobody sees who is called before the merge", all(a["contact"] is None for a in before), before)
    call = tab.desk["attempt"]
    check("the fields are there", (call["contact"]["name"], call["contact"]["fields"]) ==
          ("Deniz Öz", {"Şehir": "İzmir"}), call)
    check("the number and its zone", (call["contact"]["number"], call["contact"]["zone"]) ==
          ("+905321234567", "Europe/Istanbul"), call)
    check("the screen pop is encoded", call["screen_pop"] ==
          {"url": "https://crm.example.com/?who=Deniz%20%C3%96z", "where": "tab"}, call)
    check("the guide is named", call["guide"]["version"] == 1, call)
    attempt = call["id"]

    as_agent(server, "POST", "hold")
    tab.until("the hold", lambda d: d["attempt"]["progress"] == "held" and d["attempt"]["held_at"])
    as_agent(server, "POST", "dtmf", {"digits": "1"}, expect=409)
    as_agent(server, "POST", "resume")
    tab.until("the talk", lambda d: d["attempt"]["progress"] == "connected")
    as_agent(server, "POST", "dtmf", {"digits": "12#"})
    as_agent(server, "POST", "note", {"attempt": attempt, "text": "call back <b>soon</b>"})
    tab.until("the note", lambda d: d["attempt"]["note"] == "call back <b>soon</b>")
    as_agent(server, "POST", "note", {"attempt": 99, "text": "x"}, expect=422)
    as_agent(server, "POST", "idle", {"idle_code": 777}, expect=422)
    as_agent(server, "POST", "idle", {"idle_code": 1})
    tab.until("what follows", lambda d: d["agent"]["next"] == {"state": "idle", "idle_code": 1})
    return attempt


def guide_and_wrap_up(world, server, tab, attempt):
    newer = json.loads(GUIDE.read_text())
    newer["sets"][0]["title"]["en"] = "Another opening"
    status, answer = server.request("PUT", "/api/v1/guides/survey", newer)
    check("the guide has a second version", status == 200 and answer["version"] == 2, answer)
    in_call = as_agent(server, "GET", f"guide?attempt={attempt}")
    check("the call keeps the version that it began with", in_call["version"] == 1, in_call)
    check("and its words", in_call["document"]["sets"][0]["title"]["en"] == "Opening", in_call)
    answers = {"right_person": ["yes"], "good_time": ["yes"]}
    draft = as_agent(server, "PUT", "answers", {"attempt": attempt, "answers": answers})
    check("the draft says what is next", draft["walk"]["next"] == "consent", draft)
    as_agent(server, "POST", "callback", {"attempt": attempt, "at": "2020-01-01T10:00:00Z"}, expect=409)
    as_agent(server, "POST", "callback", {"attempt": attempt, "at": "2040-01-01T10:00:00+03:00", "who": "me"})
    tab.until("the callback", lambda d: (d["attempt"]["contact"]["callback_at"] or "").startswith("2040-01-01T07:00"))
    as_agent(server, "POST", "end")
    tab.until("the wrap-up", lambda d: d["wrap_up"] and d["wrap_up"]["attempt"] == attempt)
    check("a required wrap-up has no end", tab.desk["wrap_up"]["ends_at"] is None, tab.desk["wrap_up"])
    missing = as_agent(server, "POST", "answers/submit", {"attempt": attempt}, expect=422)
    check("what is missing is named", missing["errors"][0]["field"] == "consent", missing)
    answers = {"right_person": ["no"], "closing_wrong": []}
    for _ in range(2):  # as if the first answer had been lost
        as_agent(server, "POST", "answers/submit", {"attempt": attempt, "answers": answers})
    as_agent(server, "PUT", "answers", {"attempt": attempt, "answers": {}}, expect=409)
    tab.until("the suggested code", lambda d: d["wrap_up"]["suggested_code"] == 4)
    status, csv = server.request("GET", "/api/v1/guides/survey/answers?version=1")
    check("the answers are in the CSV", status == 200 and f"{attempt},ayse," in csv, csv)
    counts = {q["id"]: q for q in server.get("/api/v1/guides/survey/drop-off?version=1")["questions"]}
    check("the drop-off is counted", counts["right_person"]["answered"] == 1, counts["right_person"])

    # Power goes before anything was wrapped up: the promise is still there, and so is the debt.
    server.process.process.send_signal(signal.SIGKILL)
    server.process.stop()
    again = world.add(Server(binary(), world.work, server.config.read_text(), "server2"))
    as_agent(again, "POST", "sign-in")
    again.wait_agent("ayse", "WrappingUp")
    code = {"code": "Sale", "attempt": attempt}
    as_agent(again, "POST", "wrap-up", code)
    as_agent(again, "POST", "wrap-up", code)
    contact = again.get("/api/v1/lists/people/contacts")[0]
    check("the callback stands", contact["phase"] == "callback_at" and contact["next_at"].startswith("2040"), contact)
    again.process.process.send_signal(signal.SIGKILL)
    again.process.stop()
    third = world.add(Server(binary(), world.work, server.config.read_text(), "server3"))
    as_agent(third, "POST", "wrap-up", code)
    as_agent(third, "POST", "wrap-up", {"code": "Busy", "attempt": attempt}, expect=409)
    attempts = [a for a in third.get("/api/v1/attempts") if a["id"] == attempt]
    check("one wrap-up is kept", len(attempts[0]["wrap_ups"]) == 1, attempts)
    return third


def second_call(world, server):
    tab = world.add(Tab(server))
    as_agent(server, "POST", "sign-in")
    tab.until("the leg", lambda d: d["leg"]["state"] == "Up")
    as_agent(server, "POST", "available")
    server.post("/api/v1/campaigns/autumn/start")
    tab.until("the next call", lambda d: d["attempt"] and d["attempt"]["progress"] == "connected")
    call = tab.desk["attempt"]
    check("the campaign is on the desk", [c["name"] for c in tab.desk["campaigns"]] == ["autumn"], tab.desk["campaigns"])
    check("the newest guide", call["guide"]["version"] == 2, call)
    as_agent(server, "POST", "dnc", {"attempt": call["id"]})
    tab.until("the desk to say so", lambda d: d["attempt"]["contact"]["do_not_call"])
    numbers = [d["number"] for d in server.get("/api/v1/dnc")]
    check("the number is not called again", numbers == [call["contact"]["number"]], numbers)
    as_agent(server, "POST", "end")
    tab.until("the wrap-up", lambda d: d["wrap_up"])
    as_agent(server, "POST", "wrap-up", {"code": "No Answer", "attempt": call["id"]})
    tab.until("the agent to be free", lambda d: d["agent"]["state"] == "Available" and d["attempt"] is None)
    tab.close()
    away = server.wait_agent("ayse", "Away")
    check("a desktop that went is noticed", away["why"] == "disconnected", away)
    back = world.add(Tab(server))
    back.until("the agent to be back", lambda d: d["agent"]["state"] == "Available")


def main():
    with World("desk") as world:
        customer, agent = world.add(Rtp()), world.add(Rtp(phone=True))
        trunk_port, phone_port = free_port(), free_port()
        world.add(Sipp(world.work, "customer", "answer.xml", trunk_port, customer.port, "-d", "500"))
        world.add(Sipp(world.work, "phone", "answer.xml", phone_port, agent.port, "-d", "200"))
        server = world.add(Server(binary(), world.work, config(
            world.work, trunk_port, {"ayse": f"sip:101@127.0.0.1:{phone_port}"}, analysis="false", more=MORE)))
        people = world.work / "people.csv"
        people.write_text("Ad;Telefon;Şehir\nDeniz Öz;0532 123 45 67;İzmir\nCan;0532 123 45 68;Muş\n")
        server.command("import", "--config", str(server.config), "--list", "people", "--country", "TR", str(people))
        give_token(world)
        set_up(server)
        tab = tabs(world, server)
        as_agent(server, "POST", "sign-in")
        tab.until("the leg to be up", lambda d: d["leg"]["state"] == "Up")
        as_agent(server, "POST", "available")
        tab.until("the agent to be available", lambda d: d["agent"]["state"] == "Available")
        server.post("/api/v1/campaigns/autumn/start")
        attempt = first_call(server, tab)
        third = guide_and_wrap_up(world, server, tab, attempt)
        second_call(world, third)
        check("the server stops cleanly", third.stop() == 0, third.process.text()[-500:])
        print("two tabs, two calls, a guide in two versions, three processes: the desk told it all")


if __name__ == "__main__":
    main()
