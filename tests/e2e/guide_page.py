#!/usr/bin/env python3
"""A call guide of 30 questions, 8 sets and 3 languages from its first word to its report, all through the page on the real server: an administrator makes
it in the builder (refused until a text is written in every language), ties it to the campaign, and an agent walks it in real calls: branches, back, change,
a submit that is refused with what is missing named, a reload, acceptance during wrap-up. Meanwhile a new version is saved, and the running call keeps its
own. At the end the answers and where conversations stopped are read in the office."""

import csv
import io
import urllib.parse

from browser import Chromium, Page
from guide_material import GUIDE, LANGUAGES, QUESTIONS
from harness import Rtp, Server, Sipp, World, binary, config, free_port, wait_for
from page import check, look, write_voice

PASSWORD = "sonbahar yaprakları"
GUIDE_NAME = "İnternet satışı"
PATH = "/api/v1/guides/" + urllib.parse.quote(GUIDE_NAME)
IN_ENGLISH = {"en": "English", "tr": "Turkish", "ar": "Arabic"}
IN_VERSION_2 = "{{name}} ile görüşüyorum, değil mi?"


# ---- the administrator
class Builder:
    """The form of the builder, as a person fills it: what is chosen in the outline stands in the editor."""

    def __init__(self, page):
        self.page = page

    def field(self, label, verb, *args):
        self.page.label(".editor", label, verb, *args)

    def words(self, label, texts, without=None):
        for language, text in texts.items():
            if language != without:
                self.field(f"{label}: {IN_ENGLISH[language]}", "fill", text)

    def id(self, id):
        self.field("Id", "fill", id)
        self.field("Id", "press", "Tab")

    def choose(self, kind, place):
        self.page.click(f".outline-{kind} >> nth={place}")

    def set(self, group):
        self.id(group["id"])
        self.words("Title of the set", group["title"])

    def question(self, question, without=None):
        self.id(question["id"])
        self.words("Text of the question", question["text"], without)
        self.field("Kind of answer", "selectOption", question["kind"])
        self.field("Must be answered", "setChecked", question["required"])
        for n, choice in enumerate(question.get("choices", []), 1):
            if n > 2:  # two are there from the beginning
                self.page.click(".editor button:has-text('Add a choice')")
            self.words(f"Choice {n} (c{n})", choice["text"])

    def branches(self, question):
        for n, branch in enumerate(question.get("branches", [])):
            self.page.click(".editor button:has-text('Add a branch')")
            row = f".editor .branch >> nth={n}"
            for key, label in (("at_least", "At least"), ("at_most", "At most")):
                if key in branch:
                    self.page.label(row, label, "fill", str(branch[key]))
                    self.page.label(row, label, "press", "Tab")
            if question["kind"] != "number":
                self.page.label(row, "Answer", "selectOption", branch.get("answer", ""))
            self.page.label(row, "Goes to", "selectOption", branch["to"])
            if "code" in branch:
                self.page.label(row, "Suggested code", "selectOption", branch["code"])

    def save(self):
        self.page.button("Save as a new version")


def build(page, url):
    """Sets and questions first, then where the answers lead: a target must be there to be chosen."""
    page.goto(url + "guides")
    page.label("main", "Name of the guide", "fill", GUIDE_NAME)
    page.button("New guide")
    page.sees(".editor")
    page.label("main", "Language code (ar)", "fill", "ar")
    page.button("Add a language")
    builder = Builder(page)
    last = GUIDE["sets"][-1]["questions"][-1]["id"]
    at = 0
    for place, group in enumerate(GUIDE["sets"]):
        if place > 0:
            page.button("Add a set")
        builder.choose("set", place)
        builder.set(group)
        for n, question in enumerate(group["questions"]):
            if n > 0:
                page.click(f".outline button[aria-label='Add a question: {group['title']['en']}']")
            else:
                builder.choose("question", at)
            builder.question(question, without="ar" if question["id"] == last else None)
            at += 1
    for at, question in enumerate(QUESTIONS.values()):
        if "branches" in question:
            builder.choose("question", at)
            builder.branches(question)
    for place, group in enumerate(GUIDE["sets"]):
        builder.choose("set", place)
        builder.field("After its last question", "selectOption", group["next"])
    refused_then_saved(page, builder, last)


def refused_then_saved(page, builder, last):
    builder.save()
    page.sees("[role=alert]:has-text('Not saved: there is 1 fault.')")
    page.sees(".editor .faults :text('A text is missing in one of the languages.')")
    look(page, "guide-refused")
    builder.words("Text of the question", {"ar": QUESTIONS[last]["text"]["ar"]})
    builder.save()
    page.sees("text=Version 1")
    page.misses("text=Unsaved changes")
    builder.choose("question", 5)
    look(page, "guide-form")
    page.click("[role=tab]:has-text('Graph')")
    page.sees(".graph")
    look(page, "guide-graph")


def preview(page):
    """Walked through in Arabic, before anybody is called with it. A submit is judged here as it will be there."""
    page.click("[role=tab]:has-text('Preview')")
    page.label("main", "name", "fill", "ليلى")
    page.selectOption(".guide-language select", "ar")
    page.sees(".ask h2[dir=rtl]:has-text('هل أتحدث مع ليلى؟')")
    page.click(".ask label:has-text('Yes')")
    page.button("Submit")
    page.sees(".missing li:has-text('هل لديك دقيقتان؟')")
    look(page, "guide-preview-arabic")


def tie_to_campaign(page, url):
    page.goto(url + "campaigns/edit/autumn")
    page.click(".steps button:has-text('Guide')")
    page.sees(f"form [name='guide'] option[value='{GUIDE_NAME}']", state="attached")
    page.selectOption("form [name='guide']", GUIDE_NAME)
    page.click("form button[type=submit]")
    page.sees("h1:has-text('autumn')")


def save_another_version(page, url):
    page.goto(url + "guides/" + urllib.parse.quote(GUIDE_NAME))
    page.sees(".editor")
    builder = Builder(page)
    builder.choose("question", 0)
    builder.words("Text of the question", {"tr": IN_VERSION_2})
    builder.save()
    page.sees("text=Version 2")


# ---- the agent
class Walk:
    """The Call Guide tab in a call. Questions are known by what is read: the Turkish text with the contact's name in it."""

    def __init__(self, page, name, language="tr"):
        self.page, self.name, self.language = page, name, language

    def text(self, id):
        return QUESTIONS[id]["text"][self.language].replace("{{name}}", self.name)

    def asks(self, id, text=None):
        self.page.sees(f".ask h2:has-text('{text or self.text(id)}')")

    def put(self, id, answer):
        """Answers, and does not go on."""
        question = QUESTIONS[id]
        choices = {c["id"]: c["text"][self.language] for c in question.get("choices", [])} | {"yes": "Evet", "no": "Hayır"}
        for one in answer:
            if question["kind"] in ("text", "number", "date"):
                self.page.fill(".ask textarea, .ask input", one)
            else:
                self.page.click(f".ask label:has-text('{choices[one]}')")

    def answer(self, **answers):
        for id, answer in answers.items():
            self.asks(id)
            self.put(id, answer)
            self.page.click(".ask button[type=submit]")

    def change(self, id):
        self.page.click(f"button[aria-label='Değiştir: {self.text(id)}']")
        self.asks(id)

    def back(self):
        self.page.button("Geri")

    def path(self):
        return self.page.evaluate("[...document.querySelectorAll('.guide-path li .sub')].map((e) => e.textContent)")

    def check_path(self, *ids):
        check("the path so far", self.path() == [self.text(i) for i in ids], self.path())

    def refused(self, *missing):
        self.page.button("Gönder")
        self.page.sees(".guide [role=alert] .missing")
        named = self.page.evaluate("[...document.querySelectorAll('.missing li')].map((e) => e.textContent)")
        check("what is missing is named", named == [self.text(i) for i in missing], named)


def in_call(page, name):
    page.sees(f"[data-testid=interaction] :text('{name}')", limit_s=40)


def wrap_up(page, words, search):
    page.sees("[data-testid=wrap-up]")
    page.fill("[data-testid=wrap-up] input", search)
    page.sees(f"[role=option]:has-text('{words}')")
    page.press("[data-testid=wrap-up] input", "Enter")
    page.press("[data-testid=wrap-up] input", "Enter")
    page.misses("[data-testid=wrap-up]")


def begin(page, url):
    page.sign_in(url, "ayse", PASSWORD)
    page.sees('button:has-text("Vardiyaya başla"):not([data-disabled]):not([disabled])')
    page.button("Vardiyaya başla")
    page.sees("[data-testid=state]:not(:has-text('Vardiya dışında'))")
    page.click("[data-testid=state]")
    page.click('[role=menuitem]:has-text("Uygun")')


def first_call(page, admin, url):
    """Most of the guide; the other version is saved in the middle of it."""
    in_call(page, "İlkay")
    walk = Walk(page, "İlkay")
    walk.answer(right=["yes"], time=["yes"], recorded=[], people=["4"], where=["c2"], company=["Işık A.Ş."])
    walk.asks("fixed_address")
    walk.change("where")
    walk.put("where", ["c1"])
    page.click(".ask button[type=submit]")
    walk.asks("rooms")
    walk.check_path("right", "time", "recorded", "people", "where")
    walk.back()
    walk.asks("where")
    check("what was chosen is chosen still", page.evaluate("document.querySelectorAll('.ask input')[0].checked"))
    page.click(".ask button[type=submit]")
    walk.answer(rooms=["3"], devices=["c1", "c3"])
    walk.asks("evening")

    save_another_version(admin, url)
    page.reload()
    in_call(page, "İlkay")
    walk.asks("evening")
    walk.check_path("right", "time", "recorded", "people", "where", "rooms", "devices")

    walk.answer(evening=["no"], contract_ends=["2027-03-31"], plan=["c2"])
    walk.asks("starts")
    walk.refused("starts", "address", "pays", "agreed")
    look(page, "guide-submit-refused")
    walk.answer(starts=["2026-12-01"], address=["Çınar Sokağı 5, Iğdır"])
    page.press("body", "Alt+e")
    page.sees("[data-testid=wrap-up]")
    walk.answer(pays=["c1"], agreed=["yes"], reach=["c2"], mail=["ilkay@example.com"], rating=["9"], recommends=["yes"])
    walk.asks("remark")
    page.button("Gönder")  # with the last one unanswered, which need not be
    page.sees("text=Yanıtlar gönderildi.")
    page.sees("[role=option]:has-text('Satış'):has-text('önerilen')")
    look(page, "guide-in-wrap-up")
    wrap_up(page, "Satış", "SATIŞ")


def second_call(page):
    """The new version, left in the middle."""
    in_call(page, "Can")
    walk = Walk(page, "Can")
    walk.asks("right", IN_VERSION_2.replace("{{name}}", "Can"))
    walk.put("right", ["no"])
    page.click(".ask button[type=submit]")
    walk.answer(known=["no"])
    walk.asks("better_number")
    page.press("body", "Alt+e")
    wrap_up(page, "Yanıt Yok", "YANIT YOK")


def third_call(page):
    """In Arabic; the sets that the first one had no way to, and submitted while they speak."""
    in_call(page, "Ece")
    page.selectOption(".guide-language select", "ar")
    walk = Walk(page, "Ece", "ar")
    walk.answer(right=["yes"], time=["yes"], recorded=["yes"], people=["12"], company=["Deniz"], fixed_address=["no"], sites=["2"], decides=[])
    walk.asks("plan")
    walk.change("people")
    walk.put("people", ["2"])
    page.click(".ask button[type=submit]")
    walk.answer(where=["c3"], device=["c1"], gigabytes=["20"], abroad=["yes"], countries=["Gürcistan"], plan=["c3"], why_not=["pahalı"], reach=["c1"])
    walk.check_path("right", "time", "recorded", "people", "where", "device", "gigabytes", "abroad", "countries", "plan", "why_not", "reach")
    page.button("Gönder")
    page.sees("text=Yanıtlar gönderildi.")
    look(page, "guide-arabic")
    page.press("body", "Alt+e")
    wrap_up(page, "Yanıt Yok", "YANIT YOK")


# ---- what is left of it
def answers_of(page, version):
    """The file behind the page's own link."""
    link = f"a[download='{GUIDE_NAME}-{version}.csv']"
    page.sees(link)
    text = page.evaluate(f"fetch(document.querySelector(\"{link}\").href).then((r) => r.text())")
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))


def reports(page, url):
    page.goto(url + "guides")
    page.click(f"button[aria-label='Versions: {GUIDE_NAME}']")
    first, second = answers_of(page, 1), answers_of(page, 2)
    look(page, "guide-versions")
    check("a column for each question", list(first[0])[4:] == list(QUESTIONS), list(first[0]))
    expected = {"right": "yes", "people": "4", "where": "c1", "company": "", "devices": "c1; c3", "contract_ends": "2027-03-31", "agreed": "yes",
                "address": "Çınar Sokağı 5, Iğdır", "rating": "9", "remark": "", "code": "Sale", "agent": "ayse"}
    check("one conversation with the first version", len(first) == 1 and {k: first[0][k] for k in expected} == expected, first)
    check("submitted", first[0]["submitted_at"] != "")
    check("two with the second, one of them left", [(a["right"], bool(a["submitted_at"])) for a in second] == [("no", False), ("yes", True)], second)
    check("what was left again is not in it", (second[1]["company"], second[1]["countries"]) == ("", "Gürcistan"), second[1])

    page.goto(url + "guides/" + urllib.parse.quote(GUIDE_NAME))
    at = list(QUESTIONS).index("better_number")
    page.sees(f".outline-question >> nth={at} >> text=asked once · 1 conversation stopped here")
    page.click(f".outline-question >> nth={at}")
    page.sees(".editor :text('asked once · answered 0 times · 1 conversation stopped here')")
    look(page, "guide-drop-off")
    page.goto(url + "attempts")
    page.click("tbody tr:last-child a >> nth=0")
    page.sees(f"h2:has-text('Answers: {GUIDE_NAME}')")
    page.sees("dd:has-text('Çınar Sokağı 5, Iğdır')")
    look(page, "guide-attempt")


def start(world):
    customer = world.add(Rtp())
    trunk_port = free_port()
    world.add(Sipp(world.work, "customer", "answer.xml", trunk_port, customer.port, "-d", "500"))
    text = config(world.work, trunk_port, {}, more="wrap_up_required = true\n")
    text = text.replace("[[campaign]]", '[[agent]]\nname = "ayse"\nteams = ["sales"]\nleg = "webrtc"\n[[campaign]]')
    server = world.add(Server(binary(), world.work, text))
    people = world.work / "people.csv"
    people.write_text("name;Telefon\nİlkay;0532 123 45 67\nCan;0532 123 45 68\nEce;0532 123 45 69\n")
    server.command("import", "--config", str(server.config), "--list", "people", "--country", "TR", str(people))
    person = {"password": PASSWORD, "must_change_password": False}
    for path, body in (("users/ayse", {"name": "Ayşe", "role": "agent", "agent": "ayse", "language": "tr", **person}),
                       ("users/deniz", {"name": "Deniz", "role": "administrator", "language": "en", **person}),
                       ("codes/Wrong Number", {"effect": "close", "name_tr": "Yanlış Numara", "name_en": "Wrong Number"})):
        status, answer = server.request("PUT", "/api/v1/" + urllib.parse.quote(path), body)
        check(f"PUT {path}", status == 200, answer)
    return server


def run():
    check("it is as large as it must be", (len(QUESTIONS), len(GUIDE["sets"]), len(LANGUAGES)) == (30, 8, 3))
    with World("guide") as world:
        server = start(world)
        url = f"http://127.0.0.1:{server.port}/"
        write_voice(world.work / "voice.wav")
        chromium = world.add(Chromium(world.work, world.work / "voice.wav"))
        admin = Page(chromium, "admin", language="en")
        admin.sign_in(url, "deniz", PASSWORD)
        admin.sees(".office-nav")
        build(admin, url)
        status, _ = server.request("PUT", "/api/v1/guides/same", GUIDE)
        check("the same guide by the interface", status == 200)
        check("what was built is what was meant", server.get(PATH)["document"] == server.get("/api/v1/guides/same")["document"], server.get(PATH))
        preview(admin)
        tie_to_campaign(admin, url)

        agent = Page(chromium, "ayse", language="tr")
        begin(agent, url)
        server.post("/api/v1/campaigns/autumn/start")
        first_call(agent, admin, url)
        second_call(agent)
        third_call(agent)
        wait_for("three attempts on record", lambda: [a["outcome"] for a in server.get("/api/v1/attempts")] == ["person"] * 3)
        reports(admin, url)
        for page in (admin, agent):
            check(f"{page.name}'s page has no fault", not page.faults(), page.faults())


if __name__ == "__main__":
    run()
