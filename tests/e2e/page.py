#!/usr/bin/env python3
"""The page in a real Chromium against the real server: an agent's shift with voice through the browser, the contact on SIPp.

Judged by the RTP that the contact received and by what the page heard: zip tone in the agent's ear alone, sound both ways, hold and its
rules, a call that outlives a reload, a second tab and a cut network, the guide, the wrap-up, the next call. axe and screenshots on the way. All
of it over HTTPS with the certificate that the server made for itself.
"""

import math
import os
import pathlib
import struct
import time
import wave

from browser import Chromium, LOUD, Page, Wire, look
from harness import Rtp, Server, Sipp, World, binary, check, config, free_port, wait_for

ZIP_HZ, CUSTOMER_HZ, AGENT_HZ = 1000, 700, 1500
PASSWORD = "sonbahar yaprakları"
NAME = "<img src=x onerror=alert(1)> İlkay"


def texts(tr, en):
    return {"tr": tr, "en": en}


GUIDE = {"languages": ["tr", "en"], "sets": [
    {"id": "opening", "title": texts("Açılış", "Opening"), "questions": [
        {"id": "right", "kind": "yes_no", "required": True, "text": texts("{{name}} ile mi görüşüyorum?", "Am I speaking with {{name}}?"),
         "branches": [{"answer": "no", "to": "end"}, {"to": "offer"}]}]},
    {"id": "offer", "title": texts("Teklif", "Offer"), "next": "end", "questions": [
        {"id": "city", "kind": "text", "required": True, "text": texts("Hangi şehir?", "Which city?")}]}]}


def now_ms():
    return time.time() * 1000


def write_voice(path):
    """What the agent says: a tone in short pieces, since a browser takes a steady one for noise."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(48000)
        samples = (9000 * math.sin(2 * math.pi * AGENT_HZ * i / 48000) * (i // 4800 % 2) for i in range(48000))
        out.writeframes(b"".join(struct.pack("<h", int(s)) for s in samples))


class Shift:
    """The agent in front of the page, and the contact at the far end."""

    def __init__(self, world):
        self.customer = world.add(Rtp())
        trunk_port, web_port, voice_port = free_port(), free_port(), free_port()
        self.trunk = world.add(Sipp(world.work, "customer", "answer.xml", trunk_port, self.customer.port, "-d", "1500"))
        text = config(world.work, trunk_port, {}, more='guide = "teklif"\nwrap_up_required = true\n')
        text = text.replace("[api]\n", f'[api]\nhttps_address = "127.0.0.1"\nhttps_port = {web_port}\nhttps_names = ["{Wire.ADDRESS}"]\n')
        text = text.replace("[media]\n", f'[media]\npublic_address = "{Wire.ADDRESS}"\nwebrtc_port = {voice_port}\n')
        text = text.replace("[[campaign]]", '[[agent]]\nname = "ayse"\nteams = ["sales"]\nleg = "webrtc"\n[[campaign]]')
        self.server = world.add(Server(binary(), world.work, text))
        self.wire = world.add(Wire(web_port, voice_port))
        self.url = f"https://{Wire.ADDRESS}:{web_port}/"
        write_voice(world.work / "voice.wav")
        self.chromium = world.add(Chromium(world.work, world.work / "voice.wav", trusts=world.work / "data" / "https.crt"))
        self.page = Page(self.chromium, "ayse", language="tr")
        self.screens = 0

    def fill(self, work):
        people = work / "people.csv"
        people.write_text(f"name;Telefon\n{NAME};0532 123 45 67\nCan;0532 123 45 68\nEce;0532 123 45 69\n")
        server = self.server
        server.command("import", "--config", str(server.config), "--list", "people", "--country", "TR", str(people))
        for path, body in (("guides/teklif", GUIDE), ("users/ayse", {
                "name": "Ayşe", "role": "agent", "agent": "ayse", "password": PASSWORD, "must_change_password": False})):
            status, answer = server.request("PUT", "/api/v1/" + path, body)
            check(f"PUT {path}", status == 200, answer)

    def look(self, name):
        self.screens += 1
        look(self.page, f"shift-{self.screens}-{name}")

    def choose(self, state):
        self.page.click("[data-testid=state]")
        self.page.click(f'[role=menuitem]:has-text("{state}")')

    def both_ways(self, page=None, limit_s=10):
        page, since, mono = page or self.page, now_ms(), time.monotonic()
        wait_for("the agent to hear the contact", lambda: page.heard(CUSTOMER_HZ, since) > 300, limit_s)
        wait_for("the contact to hear the agent", lambda: self.customer.tone_ms(AGENT_HZ, mono) > 200, limit_s)


def begin(shift):
    page = shift.page
    page.sign_in(shift.url, "ayse", PASSWORD)
    page.sees('button:has-text("Vardiyaya başla"):not([data-disabled]):not([disabled])')
    shift.look("start-of-shift")
    page.button("Vardiyaya başla")
    wait_for("the leg to be up", lambda: shift.server.agent("ayse")["leg"] == "Up")
    shift.choose("Uygun")
    shift.server.wait_agent("ayse", "Available")
    shift.look("available")


def connected(shift):
    """The next call, from the popover to the contact's details beside the zip tone."""
    page, since, mono = shift.page, now_ms(), time.monotonic()
    page.sees("[data-testid=dial-popover] :text('autumn')")
    page.sees("[data-testid=interaction]", limit_s=30)
    wait_for("the zip tone in the agent's ear", lambda: page.heard(ZIP_HZ, since) >= 150)
    zip_at = page.evaluate(f"heard.find(([at, hz, loud]) => at >= {since} && loud >= {LOUD} && Math.abs(hz - {ZIP_HZ}) < 60)[0]")
    painted = page.evaluate("painted.at(-1)")
    shift.customer.hz = CUSTOMER_HZ
    shift.both_ways()
    heard = shift.customer.tone_ms(ZIP_HZ, mono)
    check("no zip tone in the contact's ear", heard == 0, f"{heard} ms")
    print(f"the contact's details were painted {painted - zip_at:+.0f} ms after the zip tone was heard")


def places(page):
    """Where the call's controls are: one row, and where the hand has learned End to be, it stays."""
    found = page.evaluate("[...document.querySelectorAll('.controls button')].map((b) => {"
                          " const {left, top} = b.getBoundingClientRect(); return [Math.round(left), top]; })")
    check("the call's controls stand in one row", len(found) == 4 and len({top for _, top in found}) == 1, found)
    return [left for left, _ in found]


def hold(shift):
    page, customer = shift.page, shift.customer
    before = places(page)
    page.press("body", "Alt+h")
    page.sees("text=Çağrı beklemedeyken sonlandırılamaz.")
    check("no control moves", places(page) == before, (before, places(page)))
    wait_for("music in the contact's ear and nothing of the agent", lambda: customer.loud_ms(time.monotonic() - 0.5) > 200
             and customer.tone_ms(AGENT_HZ, time.monotonic() - 0.5) == 0)
    since = now_ms()
    page.press("body", "Alt+e")
    wait_for("half a second of the hold", lambda: now_ms() - since > 500)
    check("End does nothing on hold", shift.server.agent("ayse")["state"] == "Engaged")
    check("the agent hears nothing of the contact", page.heard(CUSTOMER_HZ, since) == 0)
    shift.look("on-hold")
    page.press("body", "Alt+h")
    shift.both_ways()


def reload_and_cut(shift):
    """Neither a reload nor a network that is away for two seconds ends the call; meanwhile the contact hears music."""
    page, customer = shift.page, shift.customer
    for what in ("reload", "cut"):
        began = time.monotonic()
        if what == "reload":
            page.reload()
        else:
            shift.wire.cut()
            wait_for("music for the contact", lambda: customer.loud_ms(time.monotonic() - 0.5) > 200
                     and customer.tone_ms(AGENT_HZ, time.monotonic() - 0.5) == 0, 20)
            page.sees("text=Bağlantı yok")
            shift.look("network-cut")
            began = time.monotonic()
            shift.wire.mend()
        shift.both_ways(limit_s=25)
        print(f"{what}: both hear each other again {time.monotonic() - began:.1f} s after it, half a second of listening included")
        check("it is the same call", len(shift.server.get("/api/v1/attempts")) == 1)
        page.sees("[data-testid=interaction]")


def two_tabs(shift):
    other = Page(shift.chromium, "second", of="ayse")
    other.goto(shift.url)
    shift.page.sees("text=Masaüstünüz başka bir sekmede açık")
    other.sees("[data-testid=interaction]")
    shift.both_ways(other)
    shift.page.button("Burada sürdür")
    other.sees("text=Masaüstünüz başka bir sekmede açık")
    shift.both_ways()
    check("the second tab has no fault", not other.faults(), other.faults())
    other.close()


def judged(shift, field, key, who):
    """One key says who it was, wherever the focus is."""
    shift.page.press(field, f"Alt+{key}")
    path = f"/api/v1/attempts/{shift.server.agent('ayse')['attempt']}/analysis"
    wait_for(f"it to be judged: {who}", lambda: shift.server.get(path)["judged"] == who)
    shift.page.sees(".judge [aria-pressed=true]")


def guide_and_wrap_up(shift):
    page = shift.page
    page.sees('h2:has-text("<img src=x onerror=alert(1)> İlkay ile mi görüşüyorum?")')
    page.click('label:has-text("Evet")')
    page.button("İleri")
    page.sees('h2:has-text("Hangi şehir?")')
    page.fill(".ask textarea", "Iğdır")
    page.button("İleri")
    shift.look("guide")
    shift.customer.hz = 0
    page.press("body", "Alt+e")
    page.sees("[data-testid=wrap-up]")
    page.button("Gönder")  # a guide may be submitted during wrap-up too
    page.sees("text=Yanıtlar gönderildi.")
    judged(shift, "[data-testid=wrap-up] input", "i", "person")
    shift.look("wrap-up")
    page.fill("[data-testid=wrap-up] input", "SATIŞ")
    page.press("[data-testid=wrap-up] input", "Enter")
    page.press("[data-testid=wrap-up] input", "Enter")
    page.misses("[data-testid=wrap-up]")


def run():
    with World("page") as world:
        shift = Shift(world)
        shift.fill(world.work)
        begin(shift)
        shift.server.post("/api/v1/campaigns/autumn/start")
        connected(shift)
        shift.look("connected")
        hold(shift)
        reload_and_cut(shift)
        two_tabs(shift)
        quality = wait_for("the line's quality", lambda: shift.server.agent("ayse")["quality"], 20)
        check("a line without loss, as both ends say", quality["loss_permille"] == 0 and not quality["far_loss_permille"] and quality["jitter_ms"] < 200, quality)
        judged(shift, "body", "o", "machine")
        guide_and_wrap_up(shift)
        connected(shift)
        shift.choose("Mola")
        shift.page.press("body", "Alt+e")
        shift.page.sees("[data-testid=wrap-up]")
        ended = shift.server.get("/api/v1/attempts")
        check("both calls met a person", [a["outcome"] for a in ended] == ["person", "person"], ended)
        check("the first has the agent's code", any(a["wrap_ups"] for a in ended), ended)
        status, answers = shift.server.request("GET", "/api/v1/guides/teklif/answers?version=1")
        check("the answers are kept", "Iğdır" in answers, answers)
        check("the page has no fault", not shift.page.faults(), shift.page.faults())


if __name__ == "__main__":
    run()
