#!/usr/bin/env python3
"""script/demo as its user meets it: the link and a name from its output, a sign-in beside the robots, the next call of the synthetic network
with zip tone and a voice, the guide, the wrap-up, and the call after it."""

import pathlib
import re
import signal
import sys

from browser import LOUD, Chromium, Page
from harness import Failure, Process, World, binary, wait_for
from page import check, now_ms, ZIP_HZ

TOOL = pathlib.Path(__file__).resolve().parent.parent.parent / "tools" / "demo.py"


def next_call(page):
    """The contact's details and the zip tone; whom the page names."""
    since = now_ms()
    page.sees("[data-testid=interaction]", limit_s=90)
    wait_for("the zip tone", lambda: page.heard(ZIP_HZ, since) >= 100)
    return page.textContent("#contact-name")


def voice(page):
    """Half a second of sound whose pitch goes up and down, as no tone's does."""
    pitches = page.evaluate(f"heard.filter(([at, hz, loud]) => loud >= {LOUD} && Math.abs(hz - {ZIP_HZ}) > 60).map(([at, hz]) => hz)")
    return len(pitches) >= 25 and len(set(pitches)) > 5


def walk_guide(page):
    for _ in range(8):
        page.sees(".ask, .guide button:has-text('Gönder')")
        if not page.isVisible(".ask"):
            return page.button("Gönder")
        if page.isVisible(".ask [role=radiogroup] label"):
            page.click(".ask label >> nth=0")
        elif page.isVisible(".ask input[inputmode], .ask input[type=number]"):
            page.fill(".ask input", "9")
        page.click(".ask button[type=submit]")
    raise Failure("the guide has no end")


def shift(page, url):
    page.sign_in(url, "defne", "ziptone-demo")
    page.sees('button:has-text("Vardiyaya başla"):not([data-disabled]):not([disabled])')
    page.button("Vardiyaya başla")
    page.sees("[data-testid=state]:not(:has-text('Vardiya dışında'))")
    page.click("[data-testid=state]")
    page.click('[role=menuitem]:has-text("Uygun")')
    first = next_call(page)
    page.press("body", "Alt+m")  # whom nobody answers asks whether anybody is there
    wait_for("a voice", lambda: voice(page), 20)
    walk_guide(page)
    page.sees("text=Yanıtlar gönderildi.")
    page.press("body", "Alt+e")
    page.sees("[data-testid=wrap-up]", limit_s=30)
    page.fill("[data-testid=wrap-up] input", "satış")
    page.press("[data-testid=wrap-up] input", "Enter")
    page.press("[data-testid=wrap-up] input", "Enter")
    page.misses("[data-testid=wrap-up]")
    check("the next call shows another contact", next_call(page) != first, first)
    check("the page has no fault", not page.faults(), page.faults())


def run():
    with World("demo") as world:
        demo = world.add(Process([sys.executable, "-u", str(TOOL), binary(), "--home", str(world.work / "demo"), "--seconds", "240"],
                                 world.work / "server-demo.log"))
        url = wait_for("the link", lambda: re.search(r"http://[0-9.:]+/", demo.text()), 60).group()
        chromium = world.add(Chromium(world.work))
        shift(Page(chromium, "defne", language="tr"), url)
        office = Page(chromium, "admin", language="en")
        office.sign_in(url, "admin", "ziptone-demo")
        office.sees("text=Güz kampanyası")
        check("the demo ends with a summary", demo.stop(signal.SIGINT, 40) == 0 and "attempts" in demo.text(), demo.text()[-800:])
        print(re.search(r"The first call left .*", demo.text()).group())


if __name__ == "__main__":
    run()
