#!/usr/bin/env python3
"""Who answered, with the evidence: personas of the synthetic network are called, and what the analysis said, its clip, what people judge of it,
the report and a replay with other parameters are read back through the interface."""

import io
import wave

from harness import Process, Rtp, Server, Sipp, World, binary, check, config, free_port, wait_for

ZIP_HZ = 1000
# The last two digits choose the persona.
PEOPLE = {"K1": "05321234500", "K2": "05321234510", "K3": "05321234505"}


def clip_of(server, attempt):
    status, body = server.request("GET", f"/api/v1/attempts/{attempt}/clip")
    check("a clip", status == 200, status)
    with wave.open(io.BytesIO(body)) as file:
        check("8 kHz mono", (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2))
        frames = file.readframes(file.getnframes())
        loudest = max(abs(int.from_bytes(frames[i:i + 2], "little", signed=True)) for i in range(0, len(frames), 2))
        return file.getnframes() / 8000, loudest


def analysis_of(server, attempt):
    return server.get(f"/api/v1/attempts/{attempt}/analysis")


def with_clip(server, attempt):
    def there():
        analysis = analysis_of(server, attempt)
        return analysis if analysis["clip"] else None
    return wait_for("the clip", there, 20)


def attempts(server):
    """The ended attempts by the contact's number."""
    return {a["number"][-2:]: a for a in server.get("/api/v1/attempts") if a["outcome"] != "none"}


def judge(server, attempt, who, expect=200):
    status, answer = server.request("PUT", f"/api/v1/attempts/{attempt}/judged", {"who": who})
    check(f"judged {who}", status == expect, (status, answer))


def report(server, query=""):
    rows = server.get("/api/v1/reports/analysis" + query)
    return {row["key"]: row for row in rows}


def talk_to_the_person(server, phone):
    """The first contact is put through, what it said before is heard first; the call is judged while it is up, then wrapped up."""
    agent = server.wait_agent("a1", "Engaged", limit_s=40)
    wait_for("the hello in the agent's ear", lambda: phone.loud_ms() - phone.tone_ms(ZIP_HZ) >= 200, 20)
    judge(server, agent["attempt"], "person")
    server.post("/api/v1/agents/a1/end")
    server.wait_agent("a1", "WrappingUp")
    server.post("/api/v1/agents/a1/wrap-up", {"attempt": agent["attempt"], "code": "Sale"})
    return agent["attempt"]


def check_person(server, attempt):
    analysis = with_clip(server, attempt)
    evidence = analysis["evidence"]
    check("a person", analysis["verdict"] == "person" and 0 < analysis["confidence"] <= 1, analysis)
    check("the first turn", 0 <= evidence["onset_ms"] < evidence["first_turn_end_ms"] <= analysis["at_ms"] and evidence["turns"] >= 1, evidence)
    check("how it was decided", analysis["operating_point"] == "balanced" and analysis["model_version"] == evidence["model_version"] > 1, analysis)
    check("scores", evidence["scores"]["person"] == max(evidence["scores"].values()), evidence)
    check("every verdict", analysis["revisions"][0]["verdict"] == "person" and analysis["revisions"][0]["cause"] == evidence["cause"], analysis)
    what = [e["what"] for e in analysis["events"]]
    check("what was heard", "speech_started" in what and "speech_ended" in what, what)
    merged = [e["at_ms"] for e in analysis["events"] if e["what"] == "merged"]
    check("the merge follows the verdict", len(merged) == 1 and merged[0] >= analysis["at_ms"] - 40, (merged, analysis["at_ms"]))
    check("judged by somebody", analysis["judged"] == "person" and analysis["judged_by"] and analysis["judged_at"], analysis)
    length, loudest = clip_of(server, attempt)
    check("from the answer to the verdict at least", analysis["at_ms"] / 1000 <= length <= 10 and abs(length * 1000 - analysis["clip_length_ms"]) < 1, length)
    check("at most two seconds after it", length * 1000 <= analysis["at_ms"] - analysis["clip_from_ms"] + 2100, (length, analysis["at_ms"]))
    check("a voice is in it", loudest > 1000, loudest)


def check_machine(server, attempt):
    analysis = with_clip(server, attempt)
    check("a machine", analysis["verdict"] == "machine" and not analysis["review"] and analysis["judged"] is None, analysis)
    check("nobody was merged", all(e["what"] != "merged" for e in analysis["events"]), analysis["events"])
    judge(server, attempt, "person")
    rows = report(server)
    row = rows["autumn"]
    check("the confusion", (row["machines"], row["judged_person_called_machine"], row["judged_person_called_person"]) == (1, 1, 1), row)
    lost = row["lost_people"]
    check("the interval of one of one", lost["share"] == 1 and 0.2 < lost["low"] < 0.21 and lost["high"] == 1, lost)
    judge(server, attempt, "machine")
    lost = report(server, "?by=country&country=TR")["TR"]["lost_people"]
    check("the last judgement counts", lost["share"] == 0 and lost["low"] == 0 and 0.79 < lost["high"] < 0.8, lost)
    check("by trunk", set(report(server, "?by=trunk&trunk=carrier")) == {"carrier"})
    check("by hour", len(next(iter(report(server, "?by=hour")))) == 2)
    check("of no other country", report(server, "?country=DE") == {})
    check("what names nothing", server.request("GET", "/api/v1/reports/analysis?campaign=none")[0] == 422)
    judge(server, attempt, "dog", 422)


def replayed(server):
    """The same parameters change nothing; a machine is none where half a minute of speech is a person's."""
    path = "/api/v1/campaigns/autumn/analysis/replay"
    same = server.post(path, {})
    check("nothing changes by itself", same["changed"] == 0 and same["complete"] and same["clips"] >= 2 and same["before"] == same["after"], same)
    other = server.post(path, {"analysis": {"preset": "silence_rule", "maximum_analysis_ms": 1000, "analysis_period_ms": 10000}})
    check("another rule, another verdict", other["changed"] >= 1 and sum(other["after"].values()) == other["clips"] == same["clips"], other)
    check("which ones", all(a["before"] != a["after"] for a in other["attempts"]) and len(other["attempts"]) == other["changed"], other)
    status, answer = server.request("POST", path, {"analysis": {"maximum_analysis_ms": 5}})
    check("refused at its field", status == 422 and "maximum_analysis_ms" in answer["errors"][0]["field"], (status, answer))


def reviewed(server):
    """With every machine reviewed the next one is put through, and the desk says so."""
    settings = server.get("/api/v1/campaigns/autumn")["settings"]
    settings.update(review_share=100, lists=["people", "more"])
    for key in ("name",):
        settings.pop(key, None)
    status, answer = server.request("PUT", "/api/v1/campaigns/autumn", settings)
    check("the share is set", status == 200 and answer["settings"]["review_share"] == 100, (status, answer))
    (server.work / "more.csv").write_text("key;phone\nK9;05321234610\n")
    server.command("import", "--config", str(server.config), "--list", "more", "--country", "TR", str(server.work / "more.csv"))
    agent = server.wait_agent("a1", "Engaged", limit_s=40)
    analysis = analysis_of(server, agent["attempt"])
    check("a machine, connected to be judged", analysis["verdict"] == "machine" and analysis["review"], analysis)
    judge(server, agent["attempt"], "machine")
    row = report(server)["autumn"]
    check("of the sample", row["reviewed"] == 1 and row["lost_people_sampled"]["of"] == 1 and row["lost_people_sampled"]["share"] == 0, row)
    server.post("/api/v1/agents/a1/end")


with World("evidence") as world:
    phone = world.add(Rtp(phone=True))
    trunk_port, phone_port = free_port(), free_port()
    world.add(Process([binary(), "carrier", "--port", str(trunk_port)], world.work / "carrier.log"))
    world.add(Sipp(world.work, "agent", "answer.xml", phone_port, phone.port))
    settings = config(world.work, trunk_port, {"a1": f"sip:a1@127.0.0.1:{phone_port}"}, more="clip_days = 7\ncatch_up = true")
    running = world.add(Server(binary(), world.work, settings))
    (world.work / "people.csv").write_text("key;phone\n" + "".join(f"{k};{n}\n" for k, n in PEOPLE.items()))
    running.command("import", "--config", str(running.config), "--list", "people", "--country", "TR", str(world.work / "people.csv"))
    for what in ("sign-in", "available"):
        running.post(f"/api/v1/agents/a1/{what}")
    running.post("/api/v1/campaigns/autumn/start")
    person = talk_to_the_person(running, phone)
    check_person(running, person)
    machine = wait_for("the machine to be called", lambda: attempts(running).get("10"), 60)["id"]
    check_machine(running, machine)
    check("a file each, ours alone", all(f.stat().st_mode & 0o077 == 0 for f in (world.work / "data" / "clips").iterdir()))
    metrics = running.request("GET", "/metrics")[1]
    lines = dict(line.rsplit(" ", 1) for line in metrics.splitlines() if line.startswith("ziptone_speech_end"))
    check("how long the person waited", lines["ziptone_speech_end_to_agent_audio_seconds_count"] == "1"
          and float(lines['ziptone_speech_end_to_agent_audio_seconds{quantile="0.95"}']) > 0, lines)
    replayed(running)
    reviewed(running)
    check("no such attempt", running.request("GET", "/api/v1/attempts/999/analysis")[0] == 404)
print("ok")
