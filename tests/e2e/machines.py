#!/usr/bin/env python3
"""What is done with machines, over real RTP from ziptone carrier: a message left after the beep while the agent goes on to the next contact, as
the machine itself recorded it; and in classic mode the late verdict on the agent's desk, agreed with by one key, pressed twice."""

import io
import json
import math
import struct
import wave

from desk import TOKEN, give_token
from harness import Failure, Process, Rtp, Server, Sipp, World, binary, check, config, free_port, tone, wait_for

MESSAGE_HZ, MESSAGE_MS, ZIP_HZ = 700, 3000, 1000
MACHINE, PERSON, LATE, SCREENED = "+905321234501", "+905321234502", "+905321234503", "+905321234504"
DIRECTORY = f"""
[[entry]]
number = "{MACHINE}"
persona = "machine"
ring_ms = 500
hello_ms = 200
[[entry]]
number = "{PERSON}"
persona = "talker"
ring_ms = 8000
talk_ms = 3000
[[entry]]
number = "{LATE}"
persona = "machine"
ring_ms = 500
hello_ms = 200
[[entry]]
number = "{SCREENED}"
persona = "screening"
ring_ms = 500
"""


class Carrier(Process):
    """The synthetic network, which writes down what its callees do and hear."""

    def __init__(self, work, port):
        self.witness = work / "carrier.jsonl"
        (work / "directory.toml").write_text(DIRECTORY)
        super().__init__([binary(), "carrier", "--port", str(port), "--directory", str(work / "directory.toml"), "--log", str(self.witness)],
                         work / "server-carrier.log")
        wait_for("the carrier to be there", lambda: self.said("started"), 60)

    def said(self, event, call=None):
        lines = self.witness.read_text().splitlines(keepends=True) if self.witness.exists() else []
        read = [json.loads(line) for line in lines if line.endswith("\n")]
        return [line for line in read if line["event"] == event and call in (None, line.get("call"))]


def begin(world, mode, analysis, numbers):
    carrier_port, phone_port = free_port(), free_port()
    carrier = world.add(Carrier(world.work, carrier_port))
    phone = world.add(Rtp(phone=True))
    world.add(Sipp(world.work, "phone", "answer.xml", phone_port, phone.port, "-d", "200"))
    server = world.add(Server(binary(), world.work, config(world.work, carrier_port, {"ayse": f"sip:101@127.0.0.1:{phone_port}"}, mode, analysis)))
    (world.work / "people.csv").write_text("key;phone\n" + "".join(f"K{n};{number}\n" for n, number in enumerate(numbers)))
    server.command("import", "--config", str(server.config), "--list", "people", "--country", "TR", str(world.work / "people.csv"))
    server.post("/api/v1/agents/ayse/sign-in")
    wait_for("the agent's leg to be up", lambda: server.agent("ayse")["leg"] == "Up")
    server.post("/api/v1/agents/ayse/available")
    return server, carrier, phone


def ended(server, number):
    """The number's attempt, once its outcome is written."""
    return next((a for a in server.get("/api/v1/attempts") if a["number"] == number and a["outcome"] != "none"), None)


def leaves_a_message(world):
    server, carrier, phone = begin(world, "silent", 'true\nmachine = "leave_message"\nmaximum_analysis_ms = 6000', (MACHINE, PERSON))
    refused = server.post("/api/v1/campaigns/autumn/start", expect=409)
    check("nothing to leave, no start", refused["reason"] == "no_machine_message", refused)
    path = "/api/v1/campaigns/autumn/prompts/machine_message/any"
    check("there is none of ours", server.request("GET", path)[0] == 404)
    check("a message", server.request("PUT", path, tone(MESSAGE_HZ, MESSAGE_MS / 1000, rest=0.4))[0] == 200)
    server.post("/api/v1/campaigns/autumn/start")
    left = wait_for("the message to be left", lambda: ended(server, MACHINE), 60)
    check("a machine, and the message on it", (left["outcome"], left["message_left"], left["talked"]) == ("machine", True, 0), left)
    call = carrier.said("invite")[0]["call"]
    beep = wait_for("the beep", lambda: [d for d in carrier.said("deed", call) if d["deed"] == "beeped"])[0]["at"]
    wait_for("the call to be over", lambda: carrier.said("end", call))
    check("the next contact was called for the agent while the machine still greeted", carrier.said("invite")[1]["at"] < beep, carrier.said("invite"))
    tones = [t for t in carrier.said("tone", call) if abs(t["hz"] - MESSAGE_HZ) < 15]
    # A tick that came late on a busy machine parts the tone in two; its length stays.
    length = sum(t["ms"] for t in tones)
    check("the message is on the tape once, behind the beep, whole",
          min(t["at"] for t in tones) > beep and 0.8 * MESSAGE_MS <= length <= 1.2 * MESSAGE_MS, (beep, tones))
    wait_for("the person to be the agent's", lambda: ended(server, PERSON), 60)
    person = ended(server, PERSON)
    check("and hears no message", (person["outcome"], person["message_left"]) == ("person", False), person)
    heard = [t for t in carrier.said("tone", carrier.said("invite")[1]["call"]) if abs(t["hz"] - MESSAGE_HZ) < 15]
    check("not a bit of it", not heard and phone.tone_ms(MESSAGE_HZ) == 0, heard)
    print(f"left {(tones[0]['at'] - beep) // 1000} ms behind the beep")


def late_verdict(world):
    server, carrier, _ = begin(world, "classic", "true", (LATE,))
    give_token(world)
    server.post("/api/v1/campaigns/autumn/start")

    def accept(attempt):
        return server.request("POST", "/api/v1/desk/accept-machine", {"attempt": attempt}, token=TOKEN)

    def desk():
        status, body = server.request("GET", "/api/v1/desk", token=TOKEN)
        if status != 200:
            raise Failure(f"the desk: {status} {body}")
        return body["attempt"]

    call = wait_for("the agent to be connected", lambda: (desk() or {}).get("merged_at") and desk(), 20)
    if call["late_verdict"] is None:
        status, refused = accept(call["id"])
        check("nothing to agree with yet", status == 200 or refused["reason"] == "no_late_verdict", (status, refused))
    wait_for("the late verdict on the desk", lambda: desk()["late_verdict"] == "machine", 20)
    check("the call is still the agent's", server.agent("ayse")["state"] == "Engaged")
    server.post("/api/v1/agents/ayse/idle")
    check("agreed with", accept(call["id"]) == (200, {"accepted": True}))
    check("and pressed twice", accept(call["id"]) == (200, {"accepted": True}))
    server.wait_agent("ayse", "Away")
    done = wait_for("the outcome", lambda: ended(server, LATE))
    check("the detected outcome and the system's code, no agent's",
          (done["outcome"], done["reason"], [(w["code"], w["agent"]) for w in done["wrap_ups"]]) == ("machine", "late_verdict", [("Answering Machine", 0)]), done)
    wait_for("our BYE", lambda: carrier.said("end"))
    check("nobody wrapped up", "WrappingUp" not in [r["to"] for r in server.get(f"/api/v1/attempts/{call['id']}")["rows"]])


def speech(seconds):
    """A WAV that a machine takes for words: syllables of a buzzing voice whose pitch wanders."""
    file, phase, samples = io.BytesIO(), 0.0, []
    for i in range(int(seconds * 8000)):
        phase += 2 * math.pi * (130 + 25 * math.sin(i / 2600)) / 8000
        loud = max(0.0, math.sin(2 * math.pi * 4 * i / 8000)) * 2500
        samples.append(int(loud * sum(math.sin(k * phase) / k ** 0.5 for k in range(2, 12))))
    with wave.open(file, "wb") as out:
        out.setnchannels(1), out.setsampwidth(2), out.setframerate(8000)
        out.writeframes(b"".join(struct.pack("<h", max(-32767, min(32767, s))) for s in samples))
    return file.getvalue()


def screening_passed(world):
    """The assistant hears name and reason and rings the person through: the reserved agent's."""
    server, carrier, phone = begin(world, "silent", "true", (SCREENED,))
    status, answer = server.request("PUT", "/api/v1/campaigns/autumn/prompts/screening_answer/any", speech(2.5))
    check("name and reason", status == 200, answer)
    server.post("/api/v1/campaigns/autumn/start")
    server.wait_agent("ayse", "Engaged", limit_s=60)
    call = carrier.said("invite")[0]["call"]
    deeds = {d["deed"]: d["at"] for d in carrier.said("deed", call)}
    check("the assistant was answered, then the person spoke", "passed" in deeds, deeds)
    wait_for("the zip tone", lambda: phone.tone_ms(ZIP_HZ) >= 100)
    server.post("/api/v1/agents/ayse/end")
    done = wait_for("the outcome", lambda: ended(server, SCREENED))
    check("a person, behind the assistant", done["outcome"] == "person", done)
    verdicts = [r["verdict"] for r in server.get(f"/api/v1/attempts/{done['id']}/analysis")["revisions"]]
    check("screening was heard, then a person", "screening" in verdicts, verdicts)


if __name__ == "__main__":
    for case in (leaves_a_message, late_verdict, screening_passed):
        with World("machines-" + case.__name__) as here:
            case(here)
    print("ok")
