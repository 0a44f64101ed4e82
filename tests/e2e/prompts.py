#!/usr/bin/env python3
"""A campaign's own sounds: uploaded, listened to, heard by the contact in real calls to SIPp (hold music, the message for whom no agent is
there), kept over a kill, taken back; and what is no sound is refused with the mend."""

import io
import signal
import wave

from harness import Rtp, Server, Sipp, World, binary, check, config, free_port, tone, wait_for

PROMPTS = "/api/v1/campaigns/autumn/prompts"
MESSAGE_HZ, MUSIC_HZ = 1000, 700


def put(server, path, sound, name=""):
    return server.request("PUT", f"{PROMPTS}/{path}" + (f"?name={name}" if name else ""), sound)


def of(server):
    return {(p["kind"], p["language"]): p for p in server.get(PROMPTS)}


def sound_of(server, path):
    """Its samples, as the preview would play them."""
    status, body = server.request("GET", f"{PROMPTS}/{path}")
    check(f"the preview of {path}", status == 200, status)
    with wave.open(io.BytesIO(body)) as file:
        check("8 kHz mono", (file.getframerate(), file.getnchannels()) == (8000, 1))
        return file.readframes(file.getnframes())


def upload(server):
    first = of(server)
    ours = {("safe_harbour", "tr"), ("safe_harbour", "en"), ("hold_music", "any")}
    none = {(kind, language) for kind in ("machine_message", "screening_answer") for language in ("tr", "en", "any")}
    check("ours at first, and nothing to say to machines", set(first) == ours | none and not any(p["own"] for p in first.values())
          and all(first[one]["duration_ms"] > 1000 for one in ours) and all(first[one]["duration_ms"] is None for one in none), first)
    for sound, words in ((b"no sound", "8 kHz"), (tone(MESSAGE_HZ, 0.2), "1 to 60"), (tone(MESSAGE_HZ, 61), "1 to 60"), (tone(MESSAGE_HZ, 2, 16000), "8 kHz"),
                         (tone(MESSAGE_HZ, 2, channels=2), "mono")):
        status, answer = put(server, "safe_harbour/tr", sound)
        check("refused with the mend", status == 422 and answer["errors"][0]["field"] == "sound" and words in answer["errors"][0]["mend"], (status, answer))
    check("nothing was kept", not any(p["own"] for p in of(server).values()))
    for path in ("safe_harbour/de", "safe_harbour/any", "beep/tr", "..%2F..%2Ftoken/tr"):
        check(f"there is no {path}", put(server, path, tone(MESSAGE_HZ, 2))[0] == 404)
    check("a message", put(server, "safe_harbour/tr", tone(MESSAGE_HZ, 3), "mesaj%20%C4%B1.wav")[0] == 200)
    check("music", put(server, "hold_music/any", tone(MUSIC_HZ, 2))[0] == 200)
    mine = of(server)[("safe_harbour", "tr")]
    check("as it was uploaded", mine["own"] and mine["name"] == "mesaj ı.wav" and mine["duration_ms"] == 3000 and mine["at"], mine)
    with wave.open(io.BytesIO(tone(MESSAGE_HZ, 3))) as file:
        check("is what is heard", sound_of(server, "safe_harbour/tr") == file.readframes(24000))


def on_hold(server, customer):
    server.wait_agent("a1", "Engaged")
    server.post("/api/v1/agents/a1/hold")
    wait_for("the campaign's own music", lambda: customer.tone_ms(MUSIC_HZ) > 400)
    server.post("/api/v1/agents/a1/resume")
    server.post("/api/v1/agents/a1/end")
    server.wait_agent("a1", "WrappingUp")
    server.post("/api/v1/agents/a1/wrap-up", {"attempt": server.agent("a1")["attempt"], "code": "Sale"})


def nobody_there(server, customer):
    """The agent leaves while it rings: the contact hears the message."""
    server.wait_agent("a1", "Reserved")
    server.post("/api/v1/agents/a1/sign-out")
    wait_for("the campaign's own message", lambda: customer.tone_ms(MESSAGE_HZ) > 2000, 20)
    wait_for("the call to be over", lambda: server.get("/api/v1/calls") == [], 20)


def kept(server):
    files = list((server.work / "data" / "prompts").iterdir())
    check("a file each", len(files) == 2 and all(f.stat().st_mode & 0o077 == 0 for f in files), files)
    check("another in its place", put(server, "hold_music/any", tone(440, 2))[0] == 200)
    wait_for("the old file to go", lambda: len(list((server.work / "data" / "prompts").iterdir())) == 2)
    status, _ = server.request("DELETE", f"{PROMPTS}/hold_music/any")
    check("ours again", status == 200 and not of(server)[("hold_music", "any")]["own"])
    check("there is nothing to take back", server.request("DELETE", f"{PROMPTS}/hold_music/any")[0] == 404)


with World("prompts") as world:
    far, phone = world.add(Rtp()), world.add(Rtp(phone=True))
    trunk_port, phone_port = free_port(), free_port()
    world.add(Sipp(world.work, "customer", "answer.xml", trunk_port, far.port, "-d", "1500"))
    world.add(Sipp(world.work, "agent", "answer.xml", phone_port, phone.port))
    settings = config(world.work, trunk_port, {"a1": f"sip:a1@127.0.0.1:{phone_port}"}, analysis="false")
    running = world.add(Server(binary(), world.work, settings))
    upload(running)
    (world.work / "people.csv").write_text("key;phone\nK1;0532 123 45 67\nK2;0532 123 45 68\n")
    running.command("import", "--config", str(running.config), "--list", "people", "--country", "TR", str(world.work / "people.csv"))
    for what in ("sign-in", "available"):
        running.post(f"/api/v1/agents/a1/{what}")
    running.post("/api/v1/campaigns/autumn/start")
    on_hold(running, far)
    running.process.stop(signal.SIGKILL)
    running = world.add(Server(binary(), world.work, settings, "server2"))
    for what in ("sign-in", "available"):
        running.post(f"/api/v1/agents/a1/{what}")
    nobody_there(running, far)
    kept(running)
print("ok")
