#!/usr/bin/env python3
"""A campaign that agents join by hand, on the page: an agent with a desk phone sees it, joins, gets the call, finishes without a reason, leaves."""

from browser import Chromium, Page, look
from harness import Rtp, Server, Sipp, World, binary, check, config, free_port, wait_for

PASSWORD = "sonbahar yaprakları"


def shift(world):
    far, phone = world.add(Rtp()), world.add(Rtp(phone=True))
    trunk_port, phone_port = free_port(), free_port()
    world.add(Sipp(world.work, "customer", "answer.xml", trunk_port, far.port, "-d", "500"))
    world.add(Sipp(world.work, "agent", "answer.xml", phone_port, phone.port))
    server = world.add(Server(binary(), world.work, config(world.work, trunk_port, {"ayse": f"sip:ayse@127.0.0.1:{phone_port}"}, analysis="false", more="join_by_hand = true")))
    people = world.work / "people.csv"
    people.write_text("name;Telefon\nCan;0532 123 45 67\nEce;0532 123 45 68\n")
    server.command("import", "--config", str(server.config), "--list", "people", "--country", "TR", str(people))
    status, answer = server.request("PUT", "/api/v1/users/ayse", {"name": "Ayşe", "role": "agent", "agent": "ayse", "password": PASSWORD, "must_change_password": False})
    check("the agent's user", status == 200, answer)
    server.post("/api/v1/campaigns/autumn/start")
    page = Page(world.add(Chromium(world.work)), "ayse", language="tr")
    page.sign_in(f"http://127.0.0.1:{server.port}/", "ayse", PASSWORD)
    page.sees('button:has-text("Vardiyaya başla"):not([data-disabled]):not([disabled])')
    look(page, "join-1-start-of-shift")
    page.button("Vardiyaya başla")
    server.wait_agent("ayse", "Away")
    page.click("[data-testid=state]")
    page.click('[role=menuitem]:has-text("Uygun")')
    server.wait_agent("ayse", "Available")
    return server, page


with World("join") as work_world:
    running, desk = shift(work_world)
    desk.sees(".campaign :text('Katılmıyorsunuz')")
    look(desk, "join-2-not-joined")
    check("nobody is called", running.get("/api/v1/calls") == [])
    desk.click('button[aria-label="autumn kampanyasına katıl"]')
    running.wait_agent("ayse", "Engaged")
    desk.sees(".campaign :text('Katılıyorsunuz')")
    desk.click('button[aria-label="autumn kampanyasından ayrıl"]')
    desk.sees(".campaign :text('Katılmıyorsunuz')")
    running.post("/api/v1/agents/ayse/end")
    desk.sees("[data-testid=wrap-up]")
    look(desk, "join-3-wrap-up")
    desk.button("Neden seçmeden bitir")
    running.wait_agent("ayse", "Available")
    attempt = running.get("/api/v1/attempts")[0]
    check("finished without a code, by the agent", [(w["code"], w["by_timer"]) for w in attempt["wrap_ups"]] == [("", False)], attempt)
    wait_for("nobody else is called", lambda: running.get("/api/v1/calls") == [])
print("ok")
