#!/usr/bin/env python3
"""'It must show' 2: both connection modes against SIPp, judged by the RTP that each side received.

Silent: nothing before the zip tone, the zip tone in the agent's ear alone. Classic: ringback in the agent's ear
while it rings, no zip tone. In both: audio both ways, hold, End refused while held, resume, end, wrap-up, the next
call on the same agent leg without a change of SSRC or a jump of the clock.
"""

import time

from harness import Rtp, Server, Sipp, World, binary, check, config, free_port, wait_for

ZIP_HZ, RINGBACK_HZ = 1000, 450  # the default zip tone; Turkey's ringback
CUSTOMER_HZ, AGENT_HZ = 700, 1300


def talking(server, attempt):
    return [c for c in server.get("/api/v1/calls") if c["stage"] == "talk" and c["attempt"] > attempt]


def dial_and_talk(server, customer, agent, mode, after):
    """Waits for the next call's talk, and judges what was heard up to it. Gives the attempt and when it talked."""
    wait_for("a call to be dialed", lambda: [c for c in server.get("/api/v1/calls") if c["attempt"] > after], 20)
    began = time.monotonic()
    call = wait_for("the call to talk", lambda: talking(server, after), 20)[0]
    merged = time.monotonic()
    if mode == "silent":
        wait_for("the zip tone in the agent's ear", lambda: agent.tone_ms(ZIP_HZ, began) >= 200)
        heard = agent.tone_ms(RINGBACK_HZ, began)
        check("no ringback in silent mode", heard == 0, f"{heard} ms")
        loud, zip_ms = agent.loud_ms(began), agent.tone_ms(ZIP_HZ, began)
        check("nothing but the zip tone", loud <= zip_ms + 60, f"{loud} ms of sound, {zip_ms} ms of zip tone")
    else:
        heard = agent.tone_ms(RINGBACK_HZ, began, merged)
        check("ringback in classic mode", heard >= 400, f"{heard} ms")
        wait_for("the ringback to be over", lambda: agent.loud_ms(time.monotonic() - 0.3) == 0)
        check("no zip tone in classic mode", agent.tone_ms(ZIP_HZ, began) == 0, agent.tone_ms(ZIP_HZ, began))
    heard = customer.tone_ms(ZIP_HZ, began)
    check("no zip tone in the customer's ear", heard == 0, f"{heard} ms")
    return call["attempt"], merged


def both_ways(customer, agent, since):
    wait_for("the agent to hear the customer", lambda: agent.tone_ms(CUSTOMER_HZ, since) > 300)
    wait_for("the customer to hear the agent", lambda: customer.tone_ms(AGENT_HZ, since) > 300)


def hold_and_resume(server, customer, agent):
    server.post("/api/v1/agents/ayse/hold")
    wait_for("the agent to hear silence", lambda: agent.since(time.monotonic() - 0.3)
             and agent.loud_ms(time.monotonic() - 0.3) == 0)
    # The last frames from before the hold are loud too, so the music counts only once the agent's tone is out of the window.
    wait_for("music in the customer's ear and nothing of the agent", lambda: customer.loud_ms(time.monotonic() - 0.5) > 200
             and customer.tone_ms(AGENT_HZ, time.monotonic() - 0.5) == 0)
    held = time.monotonic()
    refused = server.post("/api/v1/agents/ayse/end", expect=409)
    check("End is refused while held, with the reason", refused["reason"] == "held", refused)
    printed = server.command("agent", "end", "--config", str(server.config), "ayse", expect=1)
    check("the command line is refused as well", printed == "", printed)
    heard = customer.tone_ms(AGENT_HZ, held)
    check("the customer hears nothing of the agent for as long as the hold lasts", heard == 0, f"{heard} ms")
    server.post("/api/v1/agents/ayse/resume")
    both_ways(customer, agent, time.monotonic())


def steady_line(agent):
    """One SSRC, each sequence number one more, and a clock that runs forward with real time, over both calls."""
    packets = agent.since(0)
    check("one SSRC on the agent's leg", len({p[4] for p in packets}) == 1, {p[4] for p in packets})
    steps = [((b[2] - a[2]) & 0xFFFF, (b[3] - a[3]) & 0xFFFFFFFF) for a, b in zip(packets, packets[1:])]
    check("no sequence number is skipped", all(step == 1 for step, _ in steps), [s for s in steps if s[0] != 1][:5])
    # A tick that came late on a busy machine is a longer step, never a backward one or a leap.
    odd = [ticks for _, ticks in steps if ticks == 0 or ticks % 160 or ticks > 4000]
    check("no jump of the clock", not odd, odd[:5])
    drift_ms = sum(ticks for _, ticks in steps) / 8 - (packets[-1][0] - packets[0][0]) * 1000
    check("the clock is real time", abs(drift_ms) < 200, f"{drift_ms:.0f} ms")
    return len(packets)


def run(mode):
    with World(f"modes-{mode}") as world:
        customer, agent = world.add(Rtp()), world.add(Rtp(phone=True))
        trunk_port, phone_port = free_port(), free_port()
        trunk = world.add(Sipp(world.work, "customer", "answer.xml", trunk_port, customer.port, "-d", "1500"))
        world.add(Sipp(world.work, "phone", "answer.xml", phone_port, agent.port, "-d", "200"))
        server = world.add(Server(binary(), world.work, config(
            world.work, trunk_port, {"ayse": f"sip:101@127.0.0.1:{phone_port}"}, mode,
            analysis="true" if mode == "silent" else "false")))
        people = world.work / "people.csv"
        people.write_text("Ad;Telefon\nDeniz;0532 123 45 67\nCan;0532 123 45 68\n")
        server.command("import", "--config", str(server.config), "--list", "people", "--country", "TR", str(people))
        server.post("/api/v1/agents/ayse/sign-in")
        wait_for("the agent's leg to be up", lambda: server.agent("ayse")["leg"] == "Up")
        server.post("/api/v1/agents/ayse/available")
        server.post("/api/v1/campaigns/autumn/start")

        attempt, merged = dial_and_talk(server, customer, agent, mode, 0)
        customer.hz, agent.hz = CUSTOMER_HZ, AGENT_HZ
        both_ways(customer, agent, merged)
        hold_and_resume(server, customer, agent)
        customer.hz = agent.hz = 0
        server.post("/api/v1/agents/ayse/end")
        wait_for("the BYE to reach the customer", lambda: "BYE sip:" in trunk.messages())
        server.wait_agent("ayse", "WrappingUp")
        server.post("/api/v1/agents/ayse/wrap-up", {"code": "Sale", "attempt": attempt})

        second, merged = dial_and_talk(server, customer, agent, mode, attempt)
        customer.hz, agent.hz = CUSTOMER_HZ, AGENT_HZ
        both_ways(customer, agent, merged)
        packets = steady_line(agent)
        server.post("/api/v1/agents/ayse/idle")  # what follows this call
        server.post("/api/v1/agents/ayse/end")
        server.wait_agent("ayse", "WrappingUp")
        server.post("/api/v1/agents/ayse/wrap-up", {"code": "Sale"})
        server.wait_agent("ayse", "Away")
        ended = {a["id"]: a for a in server.get("/api/v1/attempts")}
        check("both attempts met a person", all(ended[i]["outcome"] == "person" for i in (attempt, second)), ended)
        contacts = server.get("/api/v1/lists/people/contacts")
        check("both contacts are done", [c["phase"] for c in contacts] == ["done", "done"], contacts)
        check("the server stops cleanly", server.stop() == 0, server.process.text()[-500:])
        print(f"{mode}: two calls, hold and resume, End refused while held; {packets} packets on one line")


if __name__ == "__main__":
    for connection_mode in ("silent", "classic"):
        run(connection_mode)
