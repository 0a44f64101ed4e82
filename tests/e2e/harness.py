"""What the end-to-end tests share: processes on free ports, waiting on conditions, RTP ears and mouths, tones.

Only Python's standard library. SIPp carries SIP on both sides of the product; its SDP names a UDP socket of
this program (Rtp), so that what the far ends hear is recorded packet by packet.
"""

import http.client
import io
import json
import math
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import wave

import contract

HERE = pathlib.Path(__file__).resolve().parent
RATE = 8000


class Failure(Exception):
    pass


def check(what, good, seen=""):
    if not good:
        raise Failure(f"{what}; seen: {seen}")


def need(program):
    """The path of a program that the test needs; the test is skipped, saying so, when it is not here."""
    path = shutil.which(program)
    if not path:
        print(f"skipped: {program} is not here (script/setup installs it)")
        sys.exit(77)
    return path


def wait_for(what, condition, limit_s=10.0):
    """Polls until the condition gives something true, which is returned."""
    until = time.monotonic() + limit_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > until:
            raise Failure(f"waited {limit_s} s in vain for: {what}")
        time.sleep(0.02)  # poll: for the condition, until its deadline


def free_port():
    """A port that was free a moment ago, for UDP and for TCP: SIP stacks bind both."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
            udp.bind(("127.0.0.1", 0))
            port = udp.getsockname()[1]
            try:
                tcp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def ulaw_decode(byte):
    byte = ~byte & 0xFF
    sample = (((byte & 0x0F) << 3) + 0x84) << ((byte & 0x70) >> 4)
    return (0x84 - sample) if byte & 0x80 else (sample - 0x84)


def alaw_decode(byte):
    byte ^= 0x55
    magnitude = (byte & 0x0F) << 4
    segment = (byte & 0x70) >> 4
    magnitude = magnitude + 8 if segment == 0 else (magnitude + 0x108) << (segment - 1)
    return magnitude if byte & 0x80 else -magnitude


ULAW = [ulaw_decode(b) for b in range(256)]
ALAW = [alaw_decode(b) for b in range(256)]


def ulaw_encode(sample):
    sample = max(-32635, min(32635, int(sample)))
    sign = 0x80 if sample < 0 else 0
    magnitude = abs(sample) + 0x84
    exponent = max(0, magnitude.bit_length() - 8)
    return ~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0F)) & 0xFF


def power(samples, hz):
    """Share of the samples' power at this frequency (Goertzel), 0 to 1; 0 for silence."""
    total = sum(s * s for s in samples)
    if not samples or total < len(samples) * 100:
        return 0.0
    coefficient = 2 * math.cos(2 * math.pi * hz / RATE)
    a = b = 0.0
    for s in samples:
        a, b = s + coefficient * a - b, a
    return 2 * (a * a + b * b - coefficient * a * b) / (len(samples) * total)


def tone(hz, seconds, rate=8000, channels=1, rest=0.0):
    """A WAV of one tone, and of silence behind it."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels), out.setsampwidth(2), out.setframerate(rate)
        samples = [int(9000 * math.sin(2 * math.pi * hz * i / rate)) for i in range(int(seconds * rate))] + [0] * int(rest * rate)
        out.writeframes(b"".join(struct.pack("<h", s) * channels for s in samples))
    return file.getvalue()


class Rtp:
    """One far end's sound: records what comes, and sends a tone when told to. A phone sends silence in between."""

    def __init__(self, payload=0, phone=False):
        self.payload = payload
        self.phone = phone
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.sock.settimeout(0.2)
        self.port = self.sock.getsockname()[1]
        self.packets = []  # (arrival, payload type, sequence, timestamp, ssrc, payload)
        self.hz = 0
        self.target = None
        self.running = True
        self.threads = [threading.Thread(target=self._hear), threading.Thread(target=self._speak)]
        for t in self.threads:
            t.start()

    def close(self):
        self.running = False
        for t in self.threads:
            t.join()
        self.sock.close()

    def _hear(self):
        while self.running:
            try:
                data, source = self.sock.recvfrom(2048)
            except OSError:
                continue
            if len(data) < 12 or data[0] >> 6 != 2 or 192 <= data[1] <= 223:
                continue
            _, second, sequence, timestamp, ssrc = struct.unpack("!BBHII", data[:12])
            self.packets.append((time.monotonic(), second & 0x7F, sequence, timestamp, ssrc, data[12:]))
            self.target = source  # symmetric RTP: speak to whoever speaks

    def _speak(self):
        sequence, timestamp, phase = 1000, 0, 0
        next_at = time.monotonic()
        while self.running:
            next_at += 0.02
            time.sleep(max(0, next_at - time.monotonic()))  # poll: for the next 20 ms of sound to be due
            timestamp = (timestamp + 160) & 0xFFFFFFFF
            if not self.target or not (self.hz or self.phone):
                continue
            sequence = (sequence + 1) & 0xFFFF
            body = b"\xff" * 160 if not self.hz else bytes(
                ulaw_encode(6000 * math.sin(2 * math.pi * self.hz * (phase + i) / RATE)) for i in range(160))
            phase += 160
            header = struct.pack("!BBHII", 0x80, self.payload, sequence, timestamp, 0x1234ABCD)
            try:
                self.sock.sendto(header + body, self.target)
            except OSError:
                pass

    def since(self, mark):
        return [p for p in list(self.packets) if p[0] >= mark and p[1] in (0, 8)]

    def samples(self, since=0.0, until=float("inf")):
        out = []
        for at, kind, _, _, _, body in list(self.packets):
            if since <= at < until and kind in (0, 8):
                table = ULAW if kind == 0 else ALAW
                out.extend(table[b] for b in body)
        return out

    def tone_ms(self, hz, since=0.0, until=float("inf")):
        """Milliseconds of sound in which this frequency has over half of the power."""
        samples = self.samples(since, until)
        return sum(20 for i in range(0, len(samples) - 159, 160) if power(samples[i:i + 160], hz) > 0.5)

    def loud_ms(self, since=0.0, until=float("inf")):
        samples = self.samples(since, until)
        return sum(20 for i in range(0, len(samples) - 159, 160)
                   if max(abs(s) for s in samples[i:i + 160]) > 500)


class Process:
    def __init__(self, arguments, log, **more):
        self.log = log
        self.out = open(log, "wb")
        self.process = subprocess.Popen(arguments, stdout=self.out, stderr=subprocess.STDOUT,
                                        stdin=subprocess.DEVNULL, **more)

    def running(self):
        return self.process.poll() is None

    def text(self):
        return pathlib.Path(self.log).read_text(errors="replace")

    def stop(self, how=signal.SIGTERM, limit_s=10):
        if self.running():
            self.process.send_signal(how)
            try:
                self.process.wait(limit_s)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.out.close()
        return self.process.returncode


class Sipp(Process):
    """SIPp with one of the scenarios in sipp/; `rtp` is where its SDP says that it hears."""

    def __init__(self, work, name, scenario, port, rtp_port, *more, target=None):
        arguments = [need("sipp"), "-sf", str(HERE / "sipp" / scenario), "-i", "127.0.0.1", "-p", str(port),
                     "-key", "rtp_port", str(rtp_port), "-nostdin", "-trace_msg", "-message_file",
                     str(work / f"{name}.messages"), "-trace_err", "-error_file", str(work / f"{name}.errors"), *more]
        if target:
            arguments.append(target)
        super().__init__(arguments, work / f"{name}.log", cwd=work)
        self.messages_file = work / f"{name}.messages"

    def messages(self):
        return self.messages_file.read_text(errors="replace") if self.messages_file.exists() else ""


def exchange(port, method, path, body=None, headers=None):
    """One request on a connection of its own: the answer, held against the contract, and its content: what its JSON says, a text, or a sound's bytes."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, json.dumps(body) if isinstance(body, (dict, list)) else body, headers or {})
    answer = connection.getresponse()
    content, kind = answer.read(), answer.headers.get("Content-Type", "")
    connection.close()
    if not kind.startswith("audio/"):
        content = content.decode(errors="replace")
    if content and "json" in kind:
        content = json.loads(content)
    fault = contract.broken(method, path, answer.status, kind, content)
    check("the contract is kept", fault is None, fault)
    return answer, content


class Person:
    """A browser in front of the server, as far as cookies and origins go."""

    def __init__(self, server):
        self.server, self.cookie, self.headers = server, None, None

    def ask(self, method, path, body=None, **headers):
        headers = {k.replace("_", "-"): v for k, v in headers.items()} | {"Origin": f"http://127.0.0.1:{self.server.port}"}
        if self.cookie:
            headers["Cookie"] = self.cookie
        answer, content = exchange(self.server.port, method, "/api/v1/" + path, body, headers)
        if cookie := answer.headers["Set-Cookie"]:
            self.cookie = cookie.split(";")[0]
        self.headers = answer.headers
        return answer.status, content


class Server:
    """The product, started from a configuration of the test's own."""

    def __init__(self, binary, work, config, name="server"):
        self.binary, self.work = binary, work
        self.config = work / "ziptone.toml"
        self.config.write_text(config)
        self.process = Process([binary, "serve", "--config", str(self.config)], work / f"{name}.log")
        data = work / "data"

        def port_known():
            if not self.process.running():
                raise Failure("the server ended:\n" + self.process.text())
            return "serves http" in self.process.text()
        wait_for("the server to serve", port_known, 20)
        self.port = int((data / "api.port").read_text())
        self.token = (data / "token").read_text().strip()

    def request(self, method, path, body=None, token=None, headers=None):
        headers = {"Authorization": "Bearer " + (self.token if token is None else token), **(headers or {})}
        answer, content = exchange(self.port, method, path, body, headers)
        return answer.status, content

    def get(self, path):
        status, body = self.request("GET", path)
        if status != 200:
            raise Failure(f"GET {path}: {status} {body}")
        return body

    def post(self, path, body=None, expect=200):
        status, answer = self.request("POST", path, body)
        if status != expect:
            raise Failure(f"POST {path}: {status} {answer}, {expect} expected")
        return answer

    def agent(self, name):
        return self.get("/api/v1/agents/" + urllib.parse.quote(name))

    def wait_agent(self, name, *states, limit_s=15):
        def there():
            agent = self.agent(name)
            return agent if agent["state"] in states else None
        return wait_for(f"agent {name} to be {' or '.join(states)} (is {self.agent(name)})", there, limit_s)

    def command(self, *arguments, expect=0):
        done = subprocess.run([self.binary, *arguments], capture_output=True, text=True, timeout=60)
        if done.returncode != expect:
            raise Failure(f"ziptone {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def stop(self, limit_s=20):
        return self.process.stop(signal.SIGTERM, limit_s)


class World:
    """A work folder and everything that must end with the test; keeps the folder when the test fails."""

    def __init__(self, name):
        self.work = pathlib.Path(tempfile.mkdtemp(prefix=f"ziptone-{name}-"))
        self.parts = []

    def add(self, part):
        self.parts.append(part)
        return part

    def __enter__(self):
        return self

    def __exit__(self, kind, error, _):
        for part in reversed(self.parts):
            part.close() if isinstance(part, Rtp) else part.stop()
        if kind is None:
            shutil.rmtree(self.work, ignore_errors=True)
            return False
        print(f"FAILED: {error}\nlogs are in {self.work}")
        for log in sorted(self.work.glob("server*.log")):
            print(f"--- end of {log.name}\n" + "\n".join(log.read_text(errors="replace").splitlines()[-60:]))
        return False


def config(work, trunk_port, agents, mode="silent", analysis="true", more=""):
    """A configuration for loopback tests: one trunk, one queue, one campaign that is open at every hour."""
    lines = [f"""
[server]
data_dir = "{work}/data"
drain_s_max = 1
[log]
level = "debug"
[api]
port = 0
[sip]
trunk_port = 0
phone_port = 0
[media]
port_min = 34000
port_max = 38999
workers = 1
[[destination]]
country = "TR"
[[trunk]]
name = "carrier"
host = "127.0.0.1"
port = {trunk_port}
cps = 10.0
options_s = 0
[[team]]
name = "sales"
[[queue]]
name = "sales"
teams = ["sales"]
[[entry_point]]
name = "main"
caller_id = "+902121234567"
trunks = ["carrier"]
"""]
    for name, uri in agents.items():
        lines.append(f'[[agent]]\nname = "{name}"\nteams = ["sales"]\nphone_uri = "{uri}"\n')
    lines.append(f"""
[[campaign]]
name = "autumn"
queue = "sales"
entry_point = "main"
brand = "Ziptone Test"
callback_number = "+902121234567"
lists = ["people"]
mode = "{mode}"
windows = [{{open = "00:00", close = "24:00"}}]
{more}
[campaign.analysis]
on = {analysis}
[campaign.caps]
gap_min_min = 0
""")
    return "".join(lines)


def binary():
    if len(sys.argv) < 2:
        sys.exit("usage: TEST path/to/ziptone")
    return os.path.abspath(sys.argv[1])
