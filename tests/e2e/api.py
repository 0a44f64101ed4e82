#!/usr/bin/env python3
"""The interface of a running server: tokens, problems, campaigns, imports, do-not-call, metrics, the event stream;
and what is refused at the start."""

import base64
import json
import os
import socket
import struct
import subprocess

from harness import Failure, Rtp, Server, Sipp, World, binary, check, config, exchange, free_port, wait_for


class Watcher:
    """A WebSocket client (RFC 6455), as far as this needs one."""

    def __init__(self, server, since):
        self.sock = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        key = base64.b64encode(os.urandom(16)).decode()
        self.sock.sendall((f"GET /api/v1/events?since={since} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                           f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
                           f"Authorization: Bearer {server.token}\r\n\r\n").encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.sock.recv(1)
        check("the server switches to WebSocket", b" 101 " in head.split(b"\r\n")[0], head)

    def frame(self):
        head = self.exactly(2)
        length = head[1] & 0x7F
        if length == 126:
            length = struct.unpack("!H", self.exactly(2))[0]
        return head[0] & 0x0F, self.exactly(length)

    def exactly(self, count):
        data = b""
        while len(data) < count:
            more = self.sock.recv(count - len(data))
            if not more:
                raise Failure("the event stream broke off")
            data += more
        return data

    def rows(self, count):
        out = []
        while len(out) < count:
            kind, body = self.frame()
            if kind == 1:
                out.append(json.loads(body))
        return out


def tokens_and_problems(server):
    status, body = server.request("GET", "/health", token="none")
    check("health needs no token", status == 200 and body["status"] == "ok", (status, body))
    for path in ("/metrics", "/api/v1/agents", "/api/v1/nowhere"):
        check(f"{path} needs a token", server.request("GET", path, token="")[0] == 401)
        check(f"{path} knows no foreign token", server.request("GET", path, token="f" * 64)[0] == 401)
    for method, path, wanted in (("GET", "/api/v1/nowhere", 404), ("DELETE", "/health", 405), ("GET", "/api/v1/events", 426),
                                 ("GET", "/api/v1/agents/nobody", 404), ("POST", "/api/v1/agents/nobody/hold", 404),
                                 ("GET", "/api/v1/attempts?limit=0", 422), ("PUT", "/api/v1/dnc/12a", 422),
                                 ("PUT", "/api/v1/campaigns/x", 422), ("PUT", "/api/v1/campaigns/77", 422),
                                 ("GET", "/api/v1/attempts?contact=abc", 422),
                                 ("GET", "/api/v1/attempts?campaign=nope", 422)):
        status, body = server.request(method, path, "{" if method == "PUT" else None)
        check(f"{method} {path} gives {wanted}", status == wanted, (status, body))
        check("a problem says so", body["status"] == wanted and body["title"], body)
    refused = server.post("/api/v1/agents/ayse/end", expect=409)
    check("the core's reason is given", refused["reason"], refused)
    status, body = server.request("POST", "/api/v1/agents/ayse/wrap-up", {"code": "Nope"})
    check("an unknown code is named", status == 422 and body["errors"][0]["field"] == "code", body)
    mode = os.stat(server.work / "data" / "token").st_mode & 0o777
    check("the token file is its owner's", mode == 0o600, oct(mode))


def scoped_tokens(server):
    made = {}
    for scope in ("read", "operate", "administer"):
        status, body = server.request("POST", "/api/v1/tokens", {"name": f"robot, to {scope}", "scope": scope})
        check(f"a token to {scope}", status == 201 and body["scope"] == scope and len(body["secret"]) == 64 and body["expires_at"] is None, (status, body))
        made[scope] = body
    asked = lambda scope, method, path, body=None: server.request(method, path, body, token=made[scope]["secret"])[0]
    check("who reads sees every team", {s: asked(s, "GET", "/api/v1/agents") for s in made} == {"read": 200, "operate": 200, "administer": 200})
    check("and does nothing", (asked("read", "POST", "/api/v1/agents/ayse/sign-in", {}), asked("read", "PUT", "/api/v1/teams/x", {})) == (403, 403))
    check("who operates does what a supervisor does", asked("operate", "POST", "/api/v1/agents/nobody-such/sign-in", {}) == 404)
    check("but sets nothing up", (asked("operate", "PUT", "/api/v1/teams/x", {}), asked("operate", "GET", "/api/v1/tokens")) == (403, 403))
    check("who administers makes no way in", (asked("administer", "POST", "/api/v1/tokens", {"name": "z", "scope": "read"}), asked("administer", "GET", "/api/v1/queues")) == (403, 200))
    for wrong, field in (({"name": "x", "scope": "all"}, "scope"), ({"name": "", "scope": "read"}, "name"), ({"name": "y", "scope": "read", "expires_at": "2001-01-01T00:00:00Z"}, "expires_at")):
        status, body = server.request("POST", "/api/v1/tokens", wrong)
        check(f"{field} is judged", status == 422 and body["errors"][0]["field"] == field, (status, body))
    check("a name stands for one", server.request("POST", "/api/v1/tokens", {"name": "robot, to read", "scope": "read"})[0] == 409)
    listed = server.get("/api/v1/tokens")
    check("all are listed, none with its secret", len(listed) == 4 and not any("secret" in one or "hash" in one for one in listed), listed)
    check("taken back", server.request("DELETE", f"/api/v1/tokens/{made['read']['token']}")[0] == 200)
    check("it opens nothing any more", asked("read", "GET", "/api/v1/agents") == 401)
    check("and is not there", server.request("DELETE", f"/api/v1/tokens/{made['read']['token']}")[0] == 404)


def as_browser(server, method, path, body=None, cookie="", origin=None):
    return exchange(server.port, method, path, body, {"Cookie": cookie, "Origin": origin or f"http://127.0.0.1:{server.port}"})


def sign_in(server):
    """An agent's sign-in as a browser does it, from a password that the administrator gave."""
    status, body = server.request("PUT", "/api/v1/users/ayse", {"name": "Ayşe", "role": "agent", "agent": "ayse",
                                                                "language": "tr", "password": "first-password-1"})
    check("the administrator makes a user", status == 200, (status, body))
    answer, text = as_browser(server, "POST", "/api/v1/session", {"sign_in": "ayse", "password": "wrong-password"})
    check("a wrong password opens nothing", answer.status == 401 and text.get("reason") == "wrong_sign_in", (answer.status, text))
    first = {"sign_in": "ayse", "password": "first-password-1"}
    answer, _ = as_browser(server, "POST", "/api/v1/session", first, origin="https://evil.example")
    check("another site can't sign anybody in", answer.status == 403, answer.status)
    answer, text = as_browser(server, "POST", "/api/v1/session", first)
    cookie = answer.getheader("Set-Cookie", "")
    check("the password opens a session", answer.status == 200 and "HttpOnly" in cookie and "SameSite=Strict" in cookie,
          (answer.status, text, cookie))
    cookie = cookie.split(";")[0]
    answer, _ = as_browser(server, "GET", "/api/v1/desk", cookie=cookie)
    check("a first password must be changed before anything else", answer.status == 403, answer.status)
    answer, text = as_browser(server, "POST", "/api/v1/session/password",
                              {"old": "first-password-1", "new": "her own long one"}, cookie)
    check("it is changed", answer.status == 200, (answer.status, text))
    cookie = (answer.getheader("Set-Cookie") or cookie).split(";")[0]
    answer, text = as_browser(server, "GET", "/api/v1/desk", cookie=cookie)
    check("her desktop is there", answer.status == 200 and text["agent"]["name"] == "ayse", text)
    check("another agent is not hers",
          as_browser(server, "POST", "/api/v1/agents/nobody/available", {}, cookie)[0].status in (403, 404))
    check("campaigns are not hers",
          as_browser(server, "POST", "/api/v1/campaigns/x/start", {}, cookie)[0].status == 403)
    check("she signs out", as_browser(server, "DELETE", "/api/v1/session", cookie=cookie)[0].status == 200)
    check("and is out", as_browser(server, "GET", "/api/v1/desk", cookie=cookie)[0].status == 401)
    answer, text = as_browser(server, "GET", "/desk")
    page = answer.status == 200 and "<html" in text and "script-src 'self'" in answer.getheader("Content-Security-Policy")
    check("the page is served, or said not to be here", page or "no page" in str(text), (answer.status, str(text)[:200]))


def campaigns(server):
    settings = {"queue": "sales", "entry_point": "main", "brand": "Ziptone Test", "callback_number": "+902121234567", "lists": ["winter"], "ring_max": 20}
    status, body = server.request("PUT", "/api/v1/campaigns/K%C4%B1%C5%9F", settings)
    check("a fault names its field and mend", status == 422 and body["errors"][0]["field"] == "ring_max"
          and "ring_ms_max" in body["errors"][0]["mend"], body)
    settings["ring_ms_max"] = settings.pop("ring_max") * 1000
    status, body = server.request("PUT", "/api/v1/campaigns/K%C4%B1%C5%9F", settings)
    check("a campaign is made", status == 200 and body["state"] == "Draft" and body["name"] == "Kış", body)
    check("its settings come back with the defaults", body["settings"]["ring_ms_max"] == 20000
          and body["settings"]["analysis"]["minimum_silence_ms"] == 608, body["settings"])
    lists = {each["name"] for each in server.get("/api/v1/lists")}
    check("its list is there", "winter" in lists, lists)
    for field in ("brand", "callback_number"):
        server.request("PUT", "/api/v1/campaigns/K%C4%B1%C5%9F", {**settings, field: ""})
        refused = server.post("/api/v1/campaigns/K%C4%B1%C5%9F/start", expect=409)
        check(f"no start without {field}", refused["reason"] == f"no_{field}" and refused["errors"][0]["field"] == field, refused)
    check("a call-back number that is none", server.request("PUT", "/api/v1/campaigns/K%C4%B1%C5%9F", {**settings, "callback_number": "911"})[0] == 422)
    server.request("PUT", "/api/v1/campaigns/K%C4%B1%C5%9F", settings)
    server.post("/api/v1/campaigns/K%C4%B1%C5%9F/start")
    check("it runs", server.get("/api/v1/campaigns/K%C4%B1%C5%9F")["state"] == "Running")
    server.post("/api/v1/campaigns/K%C4%B1%C5%9F/pause")
    check("it is paused", server.get("/api/v1/campaigns/K%C4%B1%C5%9F")["state"] == "Paused")


def imports_and_dnc(server):
    rows = "Ad;Telefon\nA;0532 111 00 01\nB;0532 111 00 02\nC;112\nD;0900 123 45 67\nE;0532 111 00 01\n"
    status, report = server.request("POST", "/api/v1/lists/people/import?country=TR&file=p.csv", rows)
    counts = {k: report[k] for k in ("read", "inserted", "updated", "unchanged", "duplicate", "bad")}
    check("every row is accounted for", status == 200 and report["read"] == 5 and sum(counts.values()) == 10, report)
    check("every row not taken has its reason", all(p["what"] for p in report["problems"]), report["problems"])
    status, report = server.request("POST", "/api/v1/lists/people/import?country=TR", rows)
    check("the same again changes nothing", report["inserted"] == 0, report)
    check("no country, no import", server.request("POST", "/api/v1/lists/people/import", rows)[0] == 422)
    wait_for("the core to know the contacts",
             lambda: server.get("/api/v1/campaigns/autumn")["contacts"]["total"] >= 2)
    check("an entry is taken", server.request("PUT", "/api/v1/dnc/+905321110001")[0] == 200)
    check("and listed", server.get("/api/v1/dnc")[0]["number"] == "+905321110001", server.get("/api/v1/dnc"))
    check("and removed", server.request("DELETE", "/api/v1/dnc/+905321110001")[0] == 200)
    check("once only", server.request("DELETE", "/api/v1/dnc/+905321110001")[0] == 404)
    gates = {g["name"]: g for g in server.get("/api/v1/campaigns/autumn/explain")["gates"]}
    check("explain says that there is no agent", not gates["agents"]["open"], gates)
    printed = server.command("campaign", "explain", "--config", str(server.config), "autumn")
    check("so does the command line", "SHUT" in printed and "agents" in printed, printed)


def what_a_running_campaign_learns(server):
    """An import that corrects a number, and a list that is taken away, reach a campaign that is loaded."""
    def contacts(name):
        return server.get(f"/api/v1/campaigns/{name}")["contacts"]
    settings = {"queue": "sales", "entry_point": "main", "brand": "Ziptone Test", "callback_number": "+902121234567", "lists": ["corrected"]}
    check("a campaign with a list", server.request("PUT", "/api/v1/campaigns/first", settings)[0] == 200)
    check("and one without", server.request("PUT", "/api/v1/campaigns/second", settings | {"lists": []})[0] == 200)
    path = "/api/v1/lists/corrected/import?country=TR&file=c.csv"
    server.request("POST", path, "key;phone\na;0532 333 00 01\nb;0900 123 45 67\n")
    wait_for("the core to know both, the barred one too", lambda: contacts("first")["total"] == 2)
    server.request("POST", path, "key;phone\na;0532 333 00 09\nb;0532 333 00 02\n")
    check("a list is taken away", server.request("PUT", "/api/v1/campaigns/first", settings | {"lists": []})[0] == 200)
    wait_for("the core to forget its contacts", lambda: contacts("first")["total"] == 0)
    check("and given to another", server.request("PUT", "/api/v1/campaigns/second", settings)[0] == 200)
    wait_for("the other to have them", lambda: contacts("second")["total"] == 2)
    for code, effect, word in (("Sale", "success", "not among"), ("Busy", "callback", "callback")):
        offered = [{"code": "Busy", "effect": effect}]
        status, body = server.request("PUT", "/api/v1/campaigns/third", settings | {
            "lists": [], "codes": offered, "auto_code": code})
        check(f"the timer's code is refused: {word}", status == 422 and word in json.dumps(body), (status, body))


def command_line(server):
    """What the command line says of settings is what they become; what it does not name stays."""
    config_option = ("--config", str(server.config))
    file = server.work / "settings.json"
    file.write_text(json.dumps({"caps": {"per_contact": 1}, "windows": [{"open": "10:00", "close": "11:00"}],
                                "retry": {"busy": {"attempts_max": 2}}}))
    server.command("campaign", "create", *config_option, "z", "--queue", "sales", "--entry-point", "main",
                   "--list", "winter2", "--settings", str(file))
    server.command("campaign", "create", *config_option, "z", "--mode", "classic", "--brand", "Acme", "--callback-number", "+902121234567")
    file.write_text('{"caps": {"per_number": 2}}')
    server.command("campaign", "create", *config_option, "z", "--settings", str(file))
    after = server.get("/api/v1/campaigns/z")["settings"]
    check("who calls", (after["brand"], after["callback_number"]) == ("Acme", "+902121234567"), after)
    check("named settings change, the others stay", after["mode"] == "classic" and after["lists"] == ["winter2"]
          and after["caps"]["per_contact"] == 1 and after["caps"]["per_number"] == 2
          and after["windows"][0]["open"] == "10:00" and after["retry"]["busy"]["attempts_max"] == 2, after)
    for text, place in (('{\n  "mode": classic\n}', ":2:"), ("[1]", "no JSON object"), ("", ":1:1"), ("{} {}", ":1:4")):
        file.write_text(text)
        done = subprocess.run([server.binary, "campaign", "create", *config_option, "never", "--queue", "sales",
                               "--entry-point", "main", "--settings", str(file)], capture_output=True, text=True, timeout=60)
        check(f"{text!r} is refused with its place", done.returncode == 1 and place in done.stderr,
              (done.returncode, done.stderr))
    check("and no campaign is made", server.request("GET", "/api/v1/campaigns/never")[0] == 404)
    people = server.work / "problems.csv"
    people.write_text("Ad;Telefon\nX;12\n")
    before = {each["name"] for each in server.get("/api/v1/lists")}
    server.command("import", *config_option, "--list", "unreported", "--country", "TR", "--report", "/nonexistent/x.csv",
                   str(people), expect=1)
    check("an import without its report does not begin", before == {each["name"] for each in server.get("/api/v1/lists")})
    server.command("import", *config_option, "--list", "reported", "--country", "TR", str(people))
    report = people.with_name("problems.csv.problems.csv").read_text().splitlines()
    check("the report has the row and its reason", len(report) == 2 and report[1].startswith("2,"), report)
    done = subprocess.run([server.binary, "import", *config_option, "--list", "77", "--country", "TR", str(people)],
                          capture_output=True, text=True, timeout=60)
    check("a refusal is words and no JSON", done.returncode == 1 and "{" not in done.stderr and "list" in done.stderr,
          done.stderr)


def event_stream(server):
    watcher = Watcher(server, 0)
    server.post("/api/v1/campaigns/autumn/start")
    last = 0
    for row in watcher.rows(3):
        check("rows come in order without gaps", row["sequence"] == last + 1, row)
        last = row["sequence"]
    server.post("/api/v1/campaigns/autumn/pause")
    again = Watcher(server, last)
    check("a watcher goes on where it was", again.rows(1)[0]["sequence"] == last + 1)
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
               "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode()}
    for since in ("abc", "-1", "1x", str(10**9)):
        status, body = server.request("GET", f"/api/v1/events?since={since}", headers=upgrade)
        check(f"since={since} is refused", status == 422 and body["errors"][0]["field"] == "since", (status, body))
    text = server.request("GET", "/metrics")[1]
    check("metrics are in Prometheus' form", "# TYPE ziptone_agents gauge" in text
          and "ziptone_attempts_ended_total{" in text, text[:300])


def refused_at_start(world, server):
    """Each of these ends at once with the key and the mend."""
    base = config(world.work / "other", 5999, {"can": "sip:1@127.0.0.1:5998"})
    taken = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    taken.bind(("127.0.0.1", 0))
    udp = taken.getsockname()[1]
    for text, words in ((base.replace("port = 0\n[sip]", f"port = {server.port}\n[sip]"), ["api.port", "in use"]),
                        (base.replace("trunk_port = 0", f"trunk_port = {udp}"), ["sip.trunk_port", str(udp)]),
                        (base.replace("phone_port = 0", f"phone_port = {udp}"), ["sip.phone_port", str(udp)]),
                        (base.replace(str(world.work / "other") + "/data", str(world.work / "data")), ["in use"]),
                        (base.replace("[media]\n", f'[media]\nprompts = "{world.work}/silent"\n'), ["silent", "can't be read"]),
                        (base + "colour = 1\n", ["colour", "unknown key"])):
        file = world.work / "refused.toml"
        file.write_text(text)
        done = subprocess.run([server.binary, "serve", "--config", str(file)], capture_output=True, text=True, timeout=20)
        check(f"refused with {words}", done.returncode == 1 and all(w in done.stderr for w in words),
              (done.returncode, done.stderr[-400:]))
    taken.close()


def main():
    with World("api") as world:
        phone = world.add(Rtp(phone=True))
        phone_port = free_port()
        world.add(Sipp(world.work, "phone", "answer.xml", phone_port, phone.port, "-d", "200"))
        server = world.add(Server(binary(), world.work, config(
            world.work, free_port(), {"ayse": f"sip:101@127.0.0.1:{phone_port}"})))
        tokens_and_problems(server)
        scoped_tokens(server)
        sign_in(server)
        campaigns(server)
        imports_and_dnc(server)
        what_a_running_campaign_learns(server)
        event_stream(server)
        command_line(server)
        refused_at_start(world, server)
        check("the server stops cleanly", server.stop() == 0, server.process.text()[-500:])
        people = world.work / "late.csv"
        people.write_text("Ad;Telefon\nGeç;0532 222 00 01\n")
        printed = server.command("import", "--config", str(server.config), "--list", "people", "--country", "TR",
                                 str(people))
        check("without a server the import goes into the data directory", "1 new" in printed, printed)
        print("api: tokens, problems, campaigns, imports, do-not-call, events, metrics, refusals")


if __name__ == "__main__":
    main()
