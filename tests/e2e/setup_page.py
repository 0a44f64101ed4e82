#!/usr/bin/env python3
"""A call centre set up from nothing, through the page: the file names only whom may be dialed. The first administrator is made with the
link of the first start; trunk, team, agent, user, queue, entry point, code, list and campaign are made in Chromium; the agent signs in with the first
password, changes it, and takes a call that SIPp answers; the record of it is opened, and a supervisor walks the page. What was made still holds after
a restart."""

from browser import Chromium, Page
from harness import Failure, Rtp, Server, Sipp, World, binary, config, free_port, wait_for
from page import CUSTOMER_HZ, ZIP_HZ, check, look, now_ms, write_voice

FIRST, OWN, ADMIN = "ilk parola 2026", "kendi parolam 2026", "yönetici parolası"


def only_whom(work):
    """The file of harness.config() up to its trunk: ports, folders and which numbers may be dialed."""
    text = config(work, 0, {})
    return text[:text.index("[[trunk]]")]


class Office:
    def __init__(self, page, url):
        self.page, self.url = page, url

    def new(self, section, **values):
        """Fills the form of a new one and saves it. A list is chosen from; True ticks a box."""
        self.page.goto(f"{self.url}{section}/new")
        for name, value in values.items():
            field = f"form [name='{name}']"
            if isinstance(value, list):
                for one in value:
                    self.choose(one)
            elif self.page.evaluate(f"document.querySelector(\"{field}\")?.tagName") == "SELECT":
                self.page.sees(f"{field} option[value='{value}']", state="attached")
                self.page.selectOption(field, value)
            else:
                self.page.fill(field, value)
        self.page.click("form button[type=submit]")
        key = values.get("sign_in") or values["name"]
        self.page.sees(f"main table a:has-text('{key}')")

    def choose(self, one):
        """In a fieldset of several: a box to tick, or an entry to add in order."""
        self.page.sees(f"fieldset.several :text('{one}'), fieldset.several option[value='{one}']", state="attached")
        if self.page.isVisible(f"fieldset.several label:has-text('{one}')"):
            return self.page.click(f"fieldset.several label:has-text('{one}')")
        self.page.selectOption(f"fieldset.several select:has(option[value='{one}'])", one)

    def upload(self, file):
        self.page.goto(self.url + "lists")
        self.page.sees("input[type=file]")
        self.page.fill("input[list=list-names]", "people")
        self.page.fill("input[maxlength='2']", "TR")
        self.page.setInputFiles("input[type=file]", str(file))
        self.page.sees("table th:has-text('Telefon')")  # its first rows, before it is sent
        self.page.click("form button[type=submit]")
        self.page.sees("text=1 new")


def first_administrator(page, url, work):
    """The link of the first start; another secret is refused at no field of anybody's. Then the guide, with the one step that is done."""
    link = (work / "data" / "setup-link").read_text().strip()
    for address, password in ((f"{link}0", ADMIN), (link, "short"), (link, ADMIN)):
        page.goto("about:blank")
        page.goto(url + address.lstrip("/"))
        page.sees("form")
        for name, value in (("sign_in", "admin"), ("name", "Ada"), ("password", password), ("repeat", password)):
            page.fill(f"form [name='{name}']", value)
        look(page, "setup-first-administrator")
        page.click("form button[type=submit]")
        if (address, password) == (link, ADMIN):
            break
        page.sees("form [role=alert]" if address != link else "form [name='password'][aria-invalid=true]")
    page.sees("text=0 of 5 steps are done")
    look(page, "setup-guide")


def on_record(office):
    """The guide sees that it is all there; the audit log has who did it; the attempt is opened."""
    page = office.page
    page.goto(office.url + "start")
    page.sees("text=All five steps are done")
    page.goto(office.url + "audit?what=queues")
    page.click("summary >> nth=0")
    page.sees("details[open] td:has-text('sales')")
    look(page, "setup-audit")
    page.goto(office.url + "attempts")
    page.click("tbody a >> nth=0")
    page.sees("dd:has-text('Person')")
    look(page, "setup-attempt")


def watched(page, url):
    """A supervisor walks every page that is offered and meets no refusal."""
    enter(page, url, "meryem")
    page.sees(".office-nav a[href='/campaigns']")
    sections = page.evaluate("[...document.querySelectorAll('.office-nav a')].map((a) => a.pathname.slice(1))")
    check("a supervisor sets nothing up", "attempts" in sections and not {"users", "trunks", "audit"} & set(sections), sections)
    for section in (*sections, "campaigns/autumn"):
        page.goto(url + section)
        page.sees("main h1")
        page.sees("main table:visible, main .empty:visible, main form:visible")
        check(f"nothing is refused in {section}", not page.isVisible("main [role=alert]"))
        look(page, f"setup-supervisor-{section.replace('/', '-')}")
    page.goto(url + "users")
    page.sees("h1:has-text('Bu sayfa yöneticinindir')")


def enter(page, url, user):
    """With the first password, which is changed before anything else."""
    page.goto(url)
    page.sees("input[autocomplete=username]")
    page.fill("input[autocomplete=username]", user)
    page.fill("input[autocomplete=current-password]", FIRST)
    page.click("button[type=submit]")
    page.sees("input[autocomplete=new-password]")
    if page.isVisible("input[autocomplete=current-password]"):
        page.fill("input[autocomplete=current-password]", FIRST)
    page.fill("input[autocomplete=new-password] >> nth=0", OWN)
    if page.isVisible("input[autocomplete=new-password] >> nth=1"):
        page.fill("input[autocomplete=new-password] >> nth=1", OWN)
    page.click("button[type=submit]")


def started_at_last(office):
    """Nobody is called without being told by whom, and without a number to call back: each refusal leads to its field."""
    page = office.page
    for field, value, words in (("brand", "Öz İletişim", "has no brand"), ("callback_number", "+90 212 123 45 67", "has no call-back number")):
        page.click("button[aria-label='Start: autumn']")
        page.sees(f"main [role=alert]:has-text('{words}')")
        look(page, f"setup-start-{field}")
        page.click("main [role=alert] a")
        page.sees(f"form [name='{field}']:focus")
        page.fill(f"form [name='{field}']", value)
        page.click("form button[type=submit]")
        page.sees("h1:has-text('autumn')")
        page.sees("button[aria-label='Start: autumn']")
    page.click("button[aria-label='Start: autumn']")
    page.sees("text=Running")


def set_up(office, work, trunk_port):
    page = office.page
    office.new("trunks", name="carrier", host="127.0.0.1", port=str(trunk_port), cps="10", options_s="0")
    office.new("teams", name="sales")
    office.new("agent-settings", name="ayse", leg="webrtc", teams=["sales"])
    office.new("users", sign_in="ayse", name="Ayşe Demir", role="agent", language="tr", agent="ayse", password=FIRST)
    office.new("users", sign_in="meryem", name="Meryem Kaya", role="supervisor", language="tr", teams=["sales"], password=FIRST)
    office.new("queues", name="sales", teams=["sales"])
    office.new("entry-points", name="main", caller_id="+90 212 123 45 67", trunks=["carrier"])
    office.new("codes", name="Appointment", effect="success", name_tr="Randevu", name_en="Appointment")
    people = work / "people.csv"
    people.write_text("Ad;Telefon\nDeniz Öz;0532 123 45 67\n")
    office.upload(people)

    page.goto(office.url + "campaigns/new")
    page.sees("form [name='queue'] option[value='sales']", state="attached")
    page.fill("form [name='name']", "autumn")
    page.selectOption("form [name='queue']", "sales")
    page.selectOption("form [name='entry_point']", "main")
    office.choose("people")
    page.button("2. Hours and limits")
    page.fill("fieldset.several .time input >> nth=0", "00:00")
    page.fill("fieldset.several .time input >> nth=1", "24:00")
    page.button("5. Wrap-up")
    page.click("form button[type=submit]")
    page.sees("h1:has-text('autumn')")
    look(page, "setup-campaign-draft")
    started_at_last(office)
    for section in ("campaigns", "users", "lists", "attempts", "guides", "codes"):
        page.goto(office.url + section)
        page.sees("main h1")
        look(page, f"setup-{section}")


def first_shift(page, url, customer):
    """Until the contact is heard and the call wrapped up."""
    enter(page, url, "ayse")
    page.sees('button:has-text("Vardiyaya başla"):not([data-disabled]):not([disabled])')
    page.button("Vardiyaya başla")
    page.sees("[data-testid=state]:not(:has-text('Vardiya dışında'))")
    since = now_ms()
    page.click("[data-testid=state]")
    page.click('[role=menuitem]:has-text("Uygun")')
    page.sees("[data-testid=interaction] :text('Deniz Öz')", limit_s=40)
    wait_for("the zip tone", lambda: page.heard(ZIP_HZ, since) >= 100)
    customer.hz = CUSTOMER_HZ
    wait_for("the agent to hear the contact", lambda: page.heard(CUSTOMER_HZ, since) > 300)
    page.press("body", "Alt+e")
    page.sees("[data-testid=wrap-up]")
    page.fill("[data-testid=wrap-up] input", "satış")
    page.press("[data-testid=wrap-up] input", "Enter")
    page.press("[data-testid=wrap-up] input", "Enter")
    page.misses("[data-testid=wrap-up]")


def refusals(server):
    """What is in use stays, what stands in the file is changed there, and each says so."""
    for path, reason in (("teams/sales", "in_use"), ("queues/sales", "in_use"), ("entry-points/main", "in_use"), ("codes/Sale", "system_code")):
        status, answer = server.request("DELETE", "/api/v1/" + path)
        check(f"DELETE {path}", (status, answer.get("reason")) == (409, reason), (status, answer))
    for path, body, field in (("queues/x", {"teams": ["nobody"]}, "teams"), ("agents/77", {}, "name"), ("entry-points/x", {"caller_id": "112"}, "caller_id"),
                              ("agents/can", {"leg": "nailed_up"}, "phone_user"), ("codes/New", {"effect": "vanish"}, "effect")):
        status, answer = server.request("PUT", "/api/v1/" + path, body)
        check(f"PUT {path} names the field", status == 422 and answer["errors"][0]["field"] == field, (status, answer))


def run():
    with World("setup") as world:
        customer = world.add(Rtp())
        trunk_port = free_port()
        world.add(Sipp(world.work, "customer", "answer.xml", trunk_port, customer.port, "-d", "1500"))
        text = only_whom(world.work)
        server = world.add(Server(binary(), world.work, text))
        url = f"http://127.0.0.1:{server.port}/"
        write_voice(world.work / "voice.wav")
        chromium = world.add(Chromium(world.work, world.work / "voice.wav"))
        admin = Page(chromium, "admin", language="en")
        first_administrator(admin, url, world.work)
        set_up(Office(admin, url), world.work, trunk_port)
        refusals(server)
        agent = Page(chromium, "ayse", language="tr")
        first_shift(agent, url, customer)
        on_record(Office(admin, url))
        supervisor = Page(chromium, "meryem", language="tr")
        watched(supervisor, url)
        for page in (admin, agent, supervisor):
            check(f"{page.name}'s page has no fault", not page.faults(), page.faults())
        check("the server stops", server.stop() == 0, server.process.text()[-500:])

        again = world.add(Server(binary(), world.work, text, "server-again"))
        ayse = again.agent("ayse")
        check("the agent is still there", ayse["teams"] == ["sales"] and ayse["active"] and not ayse["declared_in_file"], ayse)
        check("the queue too", [(q["name"], q["teams"]) for q in again.get("/api/v1/queues")] == [("sales", ["sales"])])
        check("and the caller id", again.get("/api/v1/entry-points")[0]["caller_id"] == "+902121234567")
        status, answer = again.request("DELETE", "/api/v1/agents/ayse")
        check("the agent is deactivated", status == 200 and not answer["active"], answer)
        status, answer = again.request("POST", "/api/v1/agents/ayse/sign-in")
        check("and signs in no more", status == 404, (status, answer))
        status, answer = again.request("PUT", "/api/v1/agents/ayse", {})
        check("and is put back to work", status == 200 and answer["active"], answer)
        attempts = again.get("/api/v1/attempts")
        if [a["outcome"] for a in attempts] != ["person"]:
            raise Failure(f"one call, one person: {attempts}")


if __name__ == "__main__":
    run()
