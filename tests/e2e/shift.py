#!/usr/bin/env python3
"""What an agent chooses when signing in: one of the teams, whose campaigns alone call then, and the browser or the phone."""

import time

from harness import Person, Rtp, Server, Sipp, World, binary, check, config, free_port, wait_for

PASSWORD = "sonbahar yaprakları"


class Desk(Person):
    """The agent's own view, by a session of theirs."""

    def __init__(self, server):
        super().__init__(server)
        status, answer = server.request("PUT", "/api/v1/users/a1", {"role": "agent", "agent": "a1", "password": PASSWORD, "must_change_password": False})
        check("the agent's user", status == 200, answer)
        self.ask("POST", "session", {"sign_in": "a1", "password": PASSWORD})

    def look(self):
        status, desk = self.ask("GET", "desk")
        check("the desk", status == 200, desk)
        return desk

    def sign_in(self, expect=200, **choice):
        status, answer = self.ask("POST", "agents/a1/sign-in", choice)
        check(f"sign-in with {choice}", status == expect, (status, answer))
        return answer


def refused(desk):
    for choice, field in (({"team": "nobody"}, "team"), ({"team": "office"}, "team"), ({"leg": "tin can"}, "leg")):
        check(f"{choice} is told at its field", desk.sign_in(422, **choice)["errors"][0]["field"] == field)
    check("an agent without a phone", desk.server.request("POST", "/api/v1/agents/b2/sign-in", {"leg": "phone"})[0] == 422)


def one_team(desk, agent_phone, ear):
    desk.sign_in(team="support", leg="phone")
    seen = desk.look()
    check("the desk says so", seen["agent"]["team"] == "support" and seen["agent"]["teams"] == ["sales", "support"]
          and set(seen["agent"]["legs"]) == {"webrtc", "phone"} and seen["leg"]["mode"] == "nailed_up", seen)
    check("its campaign alone", [c["name"] for c in seen["campaigns"]] == ["winter"], seen["campaigns"])
    check("the same again is no change", desk.sign_in(team="support", leg="phone") is not None)
    check("another one waits for the end", desk.sign_in(409, team="sales")["reason"] == "signed_in")
    desk.ask("POST", "agents/a1/available")
    desk.server.wait_agent("a1", "Available")
    check("joined by hand: not yet", seen["campaigns"][0]["joined"] is False and desk.server.get("/api/v1/calls") == [], seen)
    check("another team's", desk.ask("POST", "agents/a1/campaigns/autumn/join")[1]["reason"] == "unknown_campaign")
    since = time.monotonic()
    check("joins", desk.ask("POST", "agents/a1/campaigns/winter/join")[0] == 200 and desk.look()["campaigns"][0]["joined"] is True)
    desk.server.wait_agent("a1", "Engaged")
    wait_for("the campaign's own zip tone", lambda: ear.tone_ms(660, since) > 300)
    check("and no other", ear.tone_ms(1000, since) == 0)
    call = desk.look()["attempt"]
    check("the team's campaign called", call["campaign"]["name"] == "winter" if isinstance(call["campaign"], dict) else call["campaign"] == "winter", call)
    check("on the phone", "INVITE sip:a1@" in agent_phone.messages())
    desk.ask("POST", "agents/a1/idle")
    desk.ask("POST", "agents/a1/end")
    desk.server.wait_agent("a1", "WrappingUp")
    wrap_up = desk.look()["wrap_up"]
    check("no code is required", wrap_up["required"] is False and wrap_up["guide_required"] is False, wrap_up)
    attempt = call["id"] if "id" in call else call["attempt"]
    check("finished without one", desk.ask("POST", "agents/a1/wrap-up", {"attempt": attempt})[0] == 200)
    check("kept so", desk.server.get("/api/v1/attempts?limit=1")[0]["wrap_ups"][0]["code"] == "", desk.server.get("/api/v1/attempts?limit=1"))
    desk.ask("POST", "agents/a1/sign-out")
    desk.server.wait_agent("a1", "Away")


def browser(desk, agent_phone):
    calls = agent_phone.messages().count("INVITE sip:a1@")
    desk.sign_in(leg="webrtc")
    seen = desk.look()
    check("the browser, and all teams", seen["leg"]["mode"] == "webrtc" and seen["agent"]["team"] is None
          and {c["name"] for c in seen["campaigns"]} == {"autumn", "winter"}, seen)
    status, _ = desk.server.request("PUT", "/api/v1/teams/third", {})
    check("something else changes", status == 200)
    desk.ask("POST", "agents/a1/sign-out")
    desk.sign_in()
    check("without a choice as it is set up", desk.look()["leg"]["mode"] == "nailed_up", desk.look()["leg"])
    wait_for("the phone to be called", lambda: agent_phone.messages().count("INVITE sip:a1@") == calls + 1)


with World("shift") as world:
    far, phone = world.add(Rtp()), world.add(Rtp(phone=True))
    trunk_port, phone_port = free_port(), free_port()
    world.add(Sipp(world.work, "customer", "answer.xml", trunk_port, far.port, "-d", "300"))
    handset = world.add(Sipp(world.work, "agent", "answer.xml", phone_port, phone.port))
    text = config(world.work, trunk_port, {"a1": f"sip:a1@127.0.0.1:{phone_port}"}, analysis="false")
    text = text.replace('[[team]]\nname = "sales"\n', '[[team]]\nname = "sales"\n[[team]]\nname = "support"\n[[team]]\nname = "office"\n[[queue]]\nname = "support"\nteams = ["support"]\n')
    text = text.replace('[[agent]]\nname = "a1"\nteams = ["sales"]', '[[agent]]\nname = "b2"\nteams = ["sales"]\nleg = "webrtc"\n[[agent]]\nname = "a1"\nteams = ["sales", "support"]')
    start = text.index("[[campaign]]")
    text += text[start:].replace('"autumn"', '"winter"').replace('queue = "sales"', 'queue = "support"').replace('"people"', '"others"').replace('mode = "silent"', 'mode = "silent"\njoin_by_hand = true\nzip_tone = "long_beep"')
    running = world.add(Server(binary(), world.work, text))
    for name, first in (("people", 10), ("others", 20)):
        (world.work / f"{name}.csv").write_text("key;phone\n" + "".join(f"K{i};0532 123 45 {i}\n" for i in range(first, first + 3)))
        running.command("import", "--config", str(running.config), "--list", name, "--country", "TR", str(world.work / f"{name}.csv"))
    for campaign in ("autumn", "winter"):
        running.post(f"/api/v1/campaigns/{campaign}/start")
    own = Desk(running)
    refused(own)
    one_team(own, handset, phone)
    browser(own, handset)
print("ok")
