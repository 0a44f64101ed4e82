"""The robot that works as the agents do, over the REST interface, and writes down what it was promised.

An answer of 2xx is the server's word that something is durable: `wrapped` and `barred` are the third witness.
"""

import http.client
import json
import random
import threading
import time
import urllib.parse

CODES = ["Sale", "Sale", "Sale", "Voicemail", "No Answer"]


def code_for(attempt):
    return CODES[attempt % len(CODES)]


class Robot:
    def __init__(self, world, life, seed, dnc=True):
        self.world, self.life = world, life
        self.random = random.Random(seed)
        self.talk_s = 0.15
        self.wrapped = []  # (attempt, agent, code, asked_at, acknowledged_at)
        self.barred = []  # (number, asked_at, acknowledged_at)
        self.seen_wrapping = set()  # (attempt, agent)
        self.refusals = {}
        self.may_bar = dnc
        self.running = True
        self.connection = None
        self.thread = threading.Thread(target=self._work, daemon=True)
        self.thread.start()

    def stop(self):
        self.running = False
        self.thread.join(15)

    def request(self, method, path, body=None):
        """Status and body; (0, None) when the server is gone."""
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.life.port, timeout=10)
            self.connection.request(method, path, json.dumps(body) if isinstance(body, dict) else body and body.encode(),
                                    {"Authorization": "Bearer " + self.life.token})
            answer = self.connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text else None
        except (OSError, http.client.HTTPException, ValueError):
            if self.connection:
                self.connection.close()
            self.connection = None
            return 0, None

    def post(self, agent, what, body=None):
        status, answer = self.request("POST", f"/api/v1/agents/{agent}/{what}", body)
        if status >= 400:
            key = f"{what} {status} {(answer or {}).get('reason', '')}"
            self.refusals[key] = self.refusals.get(key, 0) + 1
        return status

    def _work(self):
        while self.running and not self.life.dead():
            if not self._prepared():
                continue
            status, agents = self.request("GET", "/api/v1/agents")
            if status == 200:
                for agent in agents:
                    self._serve(agent)
                if self.may_bar and self.random.random() < 0.02:
                    self._bar()
            time.sleep(0.03)  # poll: the agents' states, until the server dies or the campaign ends

    def _prepared(self):
        """The list and the campaign's start, each until it is acknowledged once: from then on it is durable."""
        world = self.world
        if not world.imported:
            rows = "".join(f"person{i};{number}\n" for i, number in enumerate(world.numbers))
            status, report = self.request("POST", "/api/v1/lists/people/import?country=TR", "Ad;Telefon\n" + rows)
            world.imported = status == 200
            if status not in (0, 200):
                self.refusals[f"import {status} {report}"] = 1
        elif not world.campaign_started:
            world.campaign_started = self.request("POST", "/api/v1/campaigns/autumn/start")[0] == 200
        return world.imported and world.campaign_started

    def _serve(self, agent):
        name, state = agent["name"], agent["state"]
        if state == "Away":
            if agent.get("why") == "signed_out":
                self.post(name, "sign-in")
            self.post(name, "available")
        elif state == "Engaged" and agent["since_s"] > self.talk_s:
            self.post(name, "end")
        elif state == "WrappingUp":
            attempt = agent["attempt"]
            self.seen_wrapping.add((attempt, name))
            asked = time.time()
            if self.post(name, "wrap-up", {"code": code_for(attempt), "attempt": attempt}) == 200:
                self.wrapped.append((attempt, name, code_for(attempt), asked, time.time()))

    def _bar(self):
        number = self.random.choice(self.world.numbers)
        asked = time.time()
        if self.request("PUT", "/api/v1/dnc/" + urllib.parse.quote(number))[0] == 200:
            self.barred.append((number, asked, time.time()))
