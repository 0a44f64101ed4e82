#!/usr/bin/env python3
"""An agent's phone whose process is stopped: nobody is merged into its silence, and its agent is not Available."""

import signal

from harness import Rtp, Server, Sipp, World, binary, check, config, free_port, wait_for


def phone(world, name):
    """SIPp answers and sends back what it hears, so its process is the phone's SIP and its sound."""
    port, sound = free_port(), free_port()
    return port, world.add(Sipp(world.work, name, "answer.xml", port, sound, "-d", "200", "-rtp_echo", "-mp", str(sound)))


def main():
    with World("dead-phone") as world:
        customer = world.add(Rtp())
        trunk_port = free_port()
        trunk = world.add(Sipp(world.work, "customer", "answer.xml", trunk_port, customer.port, "-d", "1500"))
        (first_port, first), (second_port, second) = phone(world, "first"), phone(world, "second")
        server = world.add(Server(binary(), world.work, config(world.work, trunk_port, {
            "ayse": f"sip:101@127.0.0.1:{first_port}", "can": f"sip:102@127.0.0.1:{second_port}"}, analysis="false")))
        people = world.work / "people.csv"
        people.write_text("Ad;Telefon\n" + "".join(f"Kişi;0532 123 45 {n}\n" for n in range(60, 66)))
        server.command("import", "--config", str(server.config), "--list", "people", "--country", "TR", str(people))
        for agent in ("ayse", "can"):
            server.post(f"/api/v1/agents/{agent}/sign-in")
            wait_for("the leg to be up", lambda: server.agent(agent)["leg"] == "Up")

        # Nobody is called for a phone that has died while its agent waited.
        server.post("/api/v1/agents/ayse/available")
        first.process.send_signal(signal.SIGSTOP)
        wait_for("the dead leg to be noticed", lambda: server.agent("ayse")["leg"] != "Up")
        server.wait_agent("ayse", "Away")
        server.post("/api/v1/campaigns/autumn/start")
        check("nobody is called", server.get("/api/v1/calls") == [] and "INVITE" not in trunk.messages())

        # One that dies in the conversation: the contact hears music within seconds, then the message, never only silence.
        server.post("/api/v1/agents/can/available")
        server.wait_agent("can", "Engaged")
        wait_for("the call to talk", lambda: [c for c in server.get("/api/v1/calls") if c["stage"] == "talk"])
        second.process.send_signal(signal.SIGSTOP)
        wait_for("the leg to be lost", lambda: server.agent("can")["leg"] != "Up", 15)
        wait_for("the contact to hear something", lambda: customer.loud_ms() > 500, 15)
        wait_for("the call's outcome", lambda: [a for a in server.get("/api/v1/attempts") if a["outcome"] == "agent_lost"], 60)
        check("no other contact was called", len(server.get("/api/v1/attempts")) == 1, server.get("/api/v1/attempts"))
        for one in (first, second):
            one.process.send_signal(signal.SIGCONT)
        print("dead phone: noticed while waiting and in a talk; one call, and its contact was not left in silence")


if __name__ == "__main__":
    main()
