#!/usr/bin/env python3
"""What an administrator does behind the first set-up, on the real server: a prompt is uploaded, found and taken back, a webhook is made and tested and its delivery
seen, a token is made, opens what it may and is taken back; an agent of two teams with a phone chooses one of each for the shift."""

from browser import Chromium, Page, look
from harness import Rtp, Server, Sipp, World, binary, check, config, free_port, tone, wait_for
from page import PASSWORD
from receiver import SECRET, Receiver


def users(server):
    for name, role, agent in (("ada", "administrator", None), ("ayse", "agent", "a1")):
        body = {"name": name, "role": role, "password": PASSWORD, "must_change_password": False} | ({"agent": agent} if agent else {})
        status, answer = server.request("PUT", f"/api/v1/users/{name}", body)
        check(f"user {name}", status == 200, answer)


def prompt(page, url, work):
    (work / "şirket müziği.wav").write_bytes(tone(440, 3))
    (work / "wrong.wav").write_bytes(tone(440, 3, rate=16000))
    page.goto(url + "campaigns/autumn")
    upload = "input[aria-label^='Upload: Hold music']"
    page.sees(upload, state="attached")
    page.setInputFiles(upload, str(work / "wrong.wav"))
    page.sees("main [role=alert]:has-text('8 kHz')")
    page.setInputFiles(upload, str(work / "şirket müziği.wav"))
    page.sees("td:has-text('şirket müziği.wav'):has-text('0:03')")
    look(page, "office-prompt")
    page.click("button[aria-label^='Back to ours: Hold music']")
    page.button("Yes")
    page.misses("td:has-text('şirket müziği.wav')")


def webhook(page, url, crm):
    page.goto(url + "webhooks/new")
    for name, value in (("name", "crm"), ("url", f"http://127.0.0.1:{crm.port}/told"), ("secret", SECRET)):
        page.fill(f"form [name='{name}']", value)
    page.click("form button[type=submit]")
    page.click("main table a:has-text('crm')")
    page.button("Send a test")
    page.sees("td:has-text('Delivered')")
    look(page, "office-webhook")
    check("it was told", len(crm.of("test")) == 1, crm.told)


def token(page, url, server):
    page.goto(url + "tokens")
    page.fill("form input", "crm")
    page.click("form button[type=submit]")
    page.sees("main code")
    look(page, "office-token")
    secret = page.textContent("main code")
    check("it opens what may be read", server.request("GET", "/api/v1/agents", token=secret)[0] == 200)
    check("and no more", server.request("POST", "/api/v1/agents/a1/sign-in", {}, token=secret)[0] == 403)
    page.click("button[aria-label='Take back: crm']")
    page.button("Yes")
    page.misses("td:has-text('crm')")
    check("it opens nothing any more", server.request("GET", "/api/v1/agents", token=secret)[0] == 401)


def shift(page, url, server):
    page.sign_in(url, "ayse", PASSWORD)
    page.sees(".shift-choice select >> nth=1")
    page.selectOption(".shift-choice select >> nth=0", "evening")
    page.selectOption(".shift-choice select >> nth=1", "phone")
    look(page, "office-shift")
    page.button("Begin the shift")
    wait_for("the phone to be up", lambda: server.agent("a1")["leg"] == "Up", 20)
    page.click("[data-testid=state]")
    page.click('[role=menuitem]:has-text("Available")')
    server.wait_agent("a1", "Available")
    page.sees("header :text('evening')")


def run():
    with World("office-page") as world:
        crm, phone, phone_port = world.add(Receiver()), world.add(Rtp(phone=True)), free_port()
        world.add(Sipp(world.work, "agent", "answer.xml", phone_port, phone.port))
        text = config(world.work, free_port(), {"a1": f"sip:a1@127.0.0.1:{phone_port}"})
        text = text.replace('[[queue]]', '[[team]]\nname = "evening"\n[[queue]]', 1).replace('name = "a1"\nteams = ["sales"]', 'name = "a1"\nteams = ["sales", "evening"]')
        server = world.add(Server(binary(), world.work, "[webhooks]\nallow_private = true\n" + text))
        users(server)
        url = f"http://127.0.0.1:{server.port}/"
        chromium = world.add(Chromium(world.work))
        admin = Page(chromium, "ada", language="en")
        admin.sign_in(url, "ada", PASSWORD)
        admin.sees(".office-nav")
        admin.selectOption(".choice select >> nth=0", "en")
        wait_for("English to be kept", lambda: any(u["sign_in"] == "ada" and u["language"] == "en" for u in server.get("/api/v1/users")))
        prompt(admin, url, world.work)
        webhook(admin, url, crm)
        token(admin, url, server)
        ayse = Page(chromium, "ayse", language="en")
        status, answer = server.request("PUT", "/api/v1/users/ayse", {"name": "Ayşe", "role": "agent", "agent": "a1", "language": "en"})
        check("her language", status == 200, answer)
        shift(ayse, url, server)
        for page in (admin, ayse):
            check(f"{page.name}'s page has no fault", not page.faults(), page.faults())


if __name__ == "__main__":
    run()
