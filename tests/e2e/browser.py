"""Chromium for the end-to-end tests, driven through web/test/remote.mjs, and the wire between it and the server, which can be cut."""

import base64
import hashlib
import json
import os
import pathlib
import select
import socket
import subprocess
import sys
import threading

from harness import Failure, check, need

LOUD = 10  # thousandths of the loudest sound; a line's noise is under it
SHOTS = pathlib.Path(os.environ["ZIPTONE_SHOTS"]) if "ZIPTONE_SHOTS" in os.environ else None
WEB = pathlib.Path(__file__).resolve().parent.parent.parent / "web"


def key_hash(certificate):
    """What Chromium knows a certificate's key by: SHA-256 of its public key."""
    text = subprocess.run(["openssl", "x509", "-in", str(certificate), "-pubkey", "-noout"], capture_output=True, check=True).stdout
    key = base64.b64decode(b"".join(text.splitlines()[1:-1]))
    return base64.b64encode(hashlib.sha256(key).digest()).decode()


class Chromium:
    """One browser; its pages are named. `voice` is a WAV file that its microphone hears over and over; `trusts` a certificate of its own signing."""

    def __init__(self, work, voice=None, trusts=None):
        need("node")
        need("chromium")
        if not (WEB / "node_modules").exists():
            print("skipped: web/node_modules is not here (the build makes it)")
            sys.exit(77)
        more = [f"--use-file-for-fake-audio-capture={voice}"] if voice else []
        if trusts:
            more.append(f"--ignore-certificate-errors-spki-list={key_hash(trusts)}")
        self.log = open(work / "chromium.log", "wb")
        self.process = subprocess.Popen(["node", str(WEB / "test" / "remote.mjs"), *more], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=self.log, start_new_session=True, cwd=work)
        self.orders = 0

    def do(self, page, verb, *args, limit_s=90):
        self.orders += 1
        order = {"id": self.orders, "page": page, "verb": verb, "args": args}
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        self.process.stdin.flush()
        if not select.select([self.process.stdout], [], [], limit_s)[0]:
            raise Failure(f"the browser does not answer: {verb} {args}")
        line = self.process.stdout.readline()
        if not line:
            raise Failure(f"the browser is gone; see {self.log.name}")
        answer = json.loads(line)
        if "error" in answer:
            raise Failure(f"{page}: {verb} {args}: {answer['error']}")
        return answer.get("value")

    def stop(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, 9)
                self.process.wait()
        self.log.close()


class Page:
    """One tab, with the words of a person in front of it."""

    def __init__(self, chromium, name, of=None, **options):
        self.chromium, self.name = chromium, name
        chromium.do(name, "tab", of) if of else chromium.do(name, "open", options)

    def __getattr__(self, verb):
        return lambda *args, **more: self.chromium.do(self.name, verb, *args, **more)

    def button(self, words):
        self.click(f'button:has-text("{words}"):visible')

    def sees(self, selector, limit_s=60, **more):
        self.waitForSelector(selector, {"timeout": limit_s * 1000, **more}, limit_s=limit_s + 10)

    def misses(self, selector, limit_s=60):
        self.sees(selector, limit_s, state="detached")

    def sign_in(self, url, user, password):
        self.goto(url)
        self.sees("input[autocomplete=username]")
        self.fill("input[autocomplete=username]", user)
        self.fill("input[autocomplete=current-password]", password)
        self.click("button[type=submit]")

    def heard(self, hz, since_ms, width=60):
        """Milliseconds of sound from the server at this frequency."""
        return 20 * len(self.evaluate(f"heard.filter(([at, hz, loud]) => at >= {since_ms} && loud >= {LOUD} && "
                                      f"Math.abs(hz - {hz}) <= {width})"))


def look(page, name):
    """axe on what is on the screen, and a screenshot for the eyes of a person."""
    if SHOTS:
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot({"path": str(SHOTS / f"{name}.png")})
    found = page.audit()
    check(f"axe is content with {name}", not found, found)


class Wire:
    """Relays TCP and UDP of some ports on 127.0.0.2 to the same ports on 127.0.0.1, until it is cut."""

    ADDRESS = "127.0.0.2"

    def __init__(self, tcp_port, udp_port):
        self.whole, self.running = True, True
        self.tcp_port, self.udp_port = tcp_port, udp_port
        self.streams, self.ways = set(), {}
        self.listener = socket.create_server((self.ADDRESS, tcp_port))
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind((self.ADDRESS, udp_port))
        self.threads = [threading.Thread(target=t, daemon=True) for t in (self._accept, self._datagrams)]
        for t in self.threads:
            t.start()

    def cut(self):
        self.whole = False
        for s in list(self.streams):
            s.close()
        self.streams.clear()

    def mend(self):
        self.whole = True

    def _accept(self):
        while self.running:
            if not select.select([self.listener], [], [], 0.2)[0]:
                continue
            near, _ = self.listener.accept()
            if not self.whole:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self.tcp_port))
            self.streams |= {near, far}
            for a, b in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(a, b), daemon=True).start()

    @staticmethod
    def _pump(a, b):
        try:
            while data := a.recv(65536):
                b.sendall(data)
        except OSError:
            pass  # cut, or the other side is gone
        for s in (a, b):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _datagrams(self):
        """Each browser's address has a socket of its own toward the server."""
        while self.running:
            ready = select.select([self.udp, *self.ways.values()], [], [], 0.2)[0]
            for s in ready:
                try:
                    data, source = s.recvfrom(4096)
                except OSError:
                    continue
                if not self.whole:
                    continue
                if s is self.udp:
                    way = self.ways.get(source)
                    if way is None:
                        way = self.ways[source] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                        way.bind(("127.0.0.1", 0))
                    way.sendto(data, ("127.0.0.1", self.udp_port))
                else:
                    browser = next(address for address, way in self.ways.items() if way is s)
                    self.udp.sendto(data, browser)

    def stop(self):
        self.running = False
        self.cut()
        for t in self.threads:
            t.join()
        for s in (self.listener, self.udp, *self.ways.values()):
            s.close()
