#!/usr/bin/env python3
"""One number of a CSV is dialed to SIPp, bridged to an agent on SIPp, and its outcome is in SQLite."""

import sqlite3

from harness import Rtp, Server, Sipp, World, binary, config, free_port, wait_for


def main():
    with World("first-call") as world:
        customer, agent = world.add(Rtp()), world.add(Rtp(phone=True))
        trunk_port, phone_port = free_port(), free_port()
        world.add(Sipp(world.work, "customer", "answer.xml", trunk_port, customer.port, "-d", "600"))
        world.add(Sipp(world.work, "phone", "answer.xml", phone_port, agent.port, "-d", "200"))
        server = world.add(Server(binary(), world.work, config(
            world.work, trunk_port, {"ayse": f"sip:101@127.0.0.1:{phone_port}"})))

        people = world.work / "people.csv"
        people.write_text("Ad;Telefon\nDeniz;0532 123 45 67\nYanlış;12\n")
        printed = server.command("import", "--config", str(server.config), "--list", "people", "--country", "TR",
                                 str(people))
        assert "2 rows read: 1 new" in printed and "1 bad" in printed, printed

        server.command("agent", "sign-in", "--config", str(server.config), "ayse")
        wait_for("the agent's leg to be up", lambda: server.agent("ayse")["leg"] == "Up")
        server.command("agent", "available", "--config", str(server.config), "ayse")
        server.command("campaign", "start", "--config", str(server.config), "autumn")
        server.wait_agent("ayse", "Engaged")
        wait_for("the call to talk", lambda: [c for c in server.get("/api/v1/calls") if c["stage"] == "talk"])
        customer.hz, agent.hz = 700, 1300
        wait_for("the agent to hear the customer", lambda: agent.tone_ms(700) > 300)
        wait_for("the customer to hear the agent", lambda: customer.tone_ms(1300) > 300)
        server.command("agent", "end", "--config", str(server.config), "ayse")
        server.wait_agent("ayse", "WrappingUp")
        server.command("agent", "wrap-up", "--config", str(server.config), "ayse", "--code", "Sale")
        server.wait_agent("ayse", "Available")
        attempts = server.get("/api/v1/attempts")
        assert len(attempts) == 1 and attempts[0]["outcome"] == "person", attempts
        assert attempts[0]["wrap_ups"][0]["code"] == "Sale", attempts
        assert server.stop() == 0, server.process.text()

        database = sqlite3.connect(next((world.work / "data").glob("ziptone.db")))
        row = database.execute("select count(*) from attempts where outcome = 'person'").fetchone()
        assert row == (1,), row
        print("first call: dialed, bridged both ways, ended, wrapped up, on disk")


if __name__ == "__main__":
    main()
