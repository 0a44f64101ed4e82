#!/usr/bin/env python3
"""Every screen of the office on the real server, filled: a person and a machine of the synthetic network have been called, and there is one of
everything that is set up. axe and the page's own faults on each, in Turkish by night and in English by day; ZIPTONE_SCREENS=all turns both round
too. ZIPTONE_SHOTS names a folder for the screenshots."""

import os

from browser import Chromium, Page, look
from harness import Process, Rtp, Server, Sipp, World, binary, check, config, free_port, tone, wait_for
from page import GUIDE, PASSWORD

PEOPLE = "name;phone\nİlkay Işık;05321234500\nIris;05321234510\n"  # the last two digits choose the persona: a person, a machine
WAYS = [("tr", "dark"), ("en", "light")] + ([("tr", "light"), ("en", "dark")] if os.environ.get("ZIPTONE_SCREENS") == "all" else [])
LOADED = "main:has(h1):not(:has(.waiting))"


def fill(server):
    (server.work / "people.csv").write_text(PEOPLE)
    server.command("import", "--config", str(server.config), "--list", "people", "--country", "TR", str(server.work / "people.csv"))
    for path, body in (
            ("guides/teklif", GUIDE),
            ("users/ada", {"name": "Ada", "role": "administrator", "password": PASSWORD, "must_change_password": False}),
            ("users/ayse", {"name": "Ayşe", "role": "agent", "agent": "a1", "password": PASSWORD}),
            ("teams/evening", {}),
            ("codes/Appointment", {"effect": "success", "name_tr": "Randevu", "name_en": "Appointment"}),
            ("idle-codes/77", {"name_tr": "Nöbet", "name_en": "Watch duty"}),
            ("webhooks/crm", {"url": "https://crm.example/hook", "secret": "a secret of the CRM's own", "events": ["wrap_up"], "enabled": False}),
            ("dnc/+905321234599", {})):
        status, answer = server.request("PUT", "/api/v1/" + path, body)
        check(f"PUT {path}", status in (200, 201), answer)
    server.post("/api/v1/tokens", {"name": "crm", "scope": "read"}, 201)
    status, answer = server.request("PUT", "/api/v1/campaigns/autumn/prompts/machine_message/tr?name=mesaj.wav", tone(700, 2))
    check("a prompt", status == 200, answer)


def calls(server):
    """The person is talked to and wrapped up; the machine is seen by the analysis alone."""
    for what in ("sign-in", "available"):
        server.post(f"/api/v1/agents/a1/{what}")
    server.post("/api/v1/campaigns/autumn/start")
    agent = server.wait_agent("a1", "Engaged", limit_s=40)
    server.post("/api/v1/agents/a1/end")
    server.wait_agent("a1", "WrappingUp")
    server.post("/api/v1/agents/a1/wrap-up", {"attempt": agent["attempt"], "code": "Sale"})
    ended = wait_for("the machine to be called", lambda: [a for a in server.get("/api/v1/attempts") if a["outcome"] != "none"][1:] and
                     server.get("/api/v1/attempts"), 60)
    for attempt, who in zip(ended, ("machine", "person")):
        status, answer = server.request("PUT", f"/api/v1/attempts/{attempt['id']}/judged", {"who": who})
        check("judged", status == 200, answer)
    for attempt in ended:
        wait_for("its clip", lambda: server.get(f"/api/v1/attempts/{attempt['id']}/analysis")["clip"], 20)
    return [a["id"] for a in ended], ended[0]["contact"]


def screens(page, url, attempts, contact):
    """What the navigation offers, then what is behind it."""
    page.sees(".office-nav a[href='/campaigns']")
    yield from (s.lstrip("/") for s in page.evaluate("[...document.querySelectorAll('.office-nav a')].map((a) => a.pathname)"))
    yield from ("campaigns/autumn", "campaigns/new", "campaigns/autumn/replay", "analysis?by=hour", "guides/teklif", "people?search=%C4%B0lkay", f"people/{contact}")
    yield from (f"attempts/{a}" for a in attempts)
    yield from (f"{section}/new" for section in ("users", "teams", "agent-settings", "queues", "entry-points", "trunks", "codes", "idle-codes", "webhooks", "tokens"))
    yield from ("users/edit/ayse", "teams/edit/sales", "queues/edit/sales", "trunks/edit/carrier", "webhooks/edit/crm", "not/there")


def walk(page, url, tag, attempts, contact):
    seen = 0
    for screen in screens(page, url, attempts, contact):
        page.goto(url + screen)
        page.sees(LOADED)
        look(page, f"screens-{tag}-{screen.replace('/', '-').replace('?', '-')}")
        seen += 1
    page.goto(url + "campaigns/edit/autumn")
    page.sees(LOADED)
    for step in range(6):
        page.click(f"ol.steps button >> nth={step}")
        page.sees("ol.steps li:nth-child({}) button[aria-current=step]".format(step + 1))
        look(page, f"screens-{tag}-campaign-step-{step + 1}")
    page.goto(url + "campaigns/autumn/replay")
    page.sees(LOADED)
    page.selectOption("form [name='analysis.preset']", "silence_rule")
    page.fill("form [name='analysis.maximum_analysis_ms']", "1000")
    page.click("form button[type=submit]")
    page.sees("#replay-result")
    look(page, f"screens-{tag}-replayed")
    check("every screen was there", seen > 40, seen)
    check(f"{tag} has no fault", not page.faults(), page.faults())


def run():
    with World("screens") as world:
        phone = world.add(Rtp(phone=True))
        trunk_port, phone_port = free_port(), free_port()
        world.add(Process([binary(), "carrier", "--port", str(trunk_port)], world.work / "carrier.log"))
        world.add(Sipp(world.work, "agent", "answer.xml", phone_port, phone.port))
        text = config(world.work, trunk_port, {"a1": f"sip:a1@127.0.0.1:{phone_port}"}, more='clip_days = 7\nguide = "teklif"\n')
        server = world.add(Server(binary(), world.work, text))
        fill(server)
        attempts, contact = calls(server)
        chromium = world.add(Chromium(world.work))
        url = f"http://127.0.0.1:{server.port}/"
        for language, scheme in WAYS:
            page = Page(chromium, f"{language}-{scheme}", language=language, scheme=scheme)
            page.sign_in(url, "ada", PASSWORD)
            page.setViewportSize({"width": 1280, "height": 1600})  # so that the whole of a screen is on its picture
            page.sees(".office-nav")
            page.selectOption(".choice select >> nth=0", language)
            wait_for("the choice to be kept", lambda: language in [u["language"] for u in server.get("/api/v1/users") if u["sign_in"] == "ada"])
            walk(page, url, f"{language}-{scheme}", attempts, contact)
            page.close()


if __name__ == "__main__":
    run()
