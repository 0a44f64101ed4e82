#!/usr/bin/env python3
"""The process is killed while an agent talks, and started again: the dialogs that were up are ended, nobody is dialed
twice for one attempt and nobody at all whom the list of destinations no longer allows, the interrupted agent owes and
gives the wrap-up, and the campaign goes on."""

import signal

from harness import Rtp, Server, Sipp, World, binary, check, config, free_port, wait_for


def invites(sipp):
    """Call-IDs of the INVITEs that arrived."""
    out = []
    for message in sipp.messages().split("UDP message received")[1:]:
        if "INVITE sip:" in message:
            out += [line.split(":", 1)[1].strip() for line in message.splitlines() if line.lower().startswith("call-id:")]
    return set(out)


def main():
    with World("restart") as world:
        customer, agent = world.add(Rtp()), world.add(Rtp(phone=True))
        trunk_port, phone_port = free_port(), free_port()
        trunk = world.add(Sipp(world.work, "customer", "answer.xml", trunk_port, customer.port, "-d", "300"))
        phone = world.add(Sipp(world.work, "phone", "answer.xml", phone_port, agent.port, "-d", "200"))
        text = config(world.work, trunk_port, {"ayse": f"sip:101@127.0.0.1:{phone_port}"}, analysis="false")
        first = world.add(Server(binary(), world.work, text))
        people = world.work / "people.csv"
        people.write_text("Ad;Telefon\nDeniz;0532 123 45 67\nCan;0532 123 45 68\nEce;0532 765 43 21\n")
        first.command("import", "--config", str(first.config), "--list", "people", "--country", "TR", str(people))
        first.post("/api/v1/agents/ayse/sign-in")
        wait_for("the agent's leg to be up", lambda: first.agent("ayse")["leg"] == "Up")
        first.post("/api/v1/agents/ayse/available")
        first.post("/api/v1/campaigns/autumn/start")
        first.wait_agent("ayse", "Engaged")
        # Its merge must be on disk, or there is nothing that could be owed.
        wait_for("the merge to be durable", lambda: [a for a in first.get("/api/v1/attempts") if a["merged_at"]
                                                     or a["state"] == "Talking"])
        first.process.stop(signal.SIGKILL)

        # What may be called has become narrower meanwhile: Ece was imported, and is not dialed.
        text = text.replace('country = "TR"', 'country = "TR"\nprefix = "532123"')
        again = world.add(Server(binary(), world.work, text, "server-again"))
        wait_for("the contact's dialog to be ended", lambda: "BYE sip:" in trunk.messages())
        wait_for("the agent's dialog to be ended", lambda: "BYE sip:" in phone.messages())
        check("the campaign runs", again.get("/api/v1/campaigns/autumn")["state"] == "Running")
        again.post("/api/v1/agents/ayse/sign-in")
        again.wait_agent("ayse", "WrappingUp")
        again.post("/api/v1/agents/ayse/wrap-up", {"code": "Sale"})
        wait_for("the agent's leg to be up again", lambda: again.agent("ayse")["leg"] == "Up")
        again.post("/api/v1/agents/ayse/available")
        again.wait_agent("ayse", "Engaged")
        again.post("/api/v1/agents/ayse/end")
        again.wait_agent("ayse", "WrappingUp")
        again.post("/api/v1/agents/ayse/wrap-up", {"code": "Sale"})
        again.wait_agent("ayse", "Available")
        gates = {g["name"]: g["count"] for g in again.get("/api/v1/campaigns/autumn/explain")["gates"]}
        check("whom the destinations no longer allow is held back", gates["destination"] == 1, gates)
        attempts = {a["id"]: a for a in again.get("/api/v1/attempts")}
        check("two contacts, two attempts", len({a["contact"] for a in attempts.values()}) == 2, attempts)
        check("one INVITE an attempt", len(invites(trunk)) == len(attempts) == 2, (invites(trunk), attempts))
        check("the interrupted one is on record with its code",
              attempts[1]["wrap_ups"][0]["code"] == "Sale", attempts[1])
        check("the server stops cleanly", again.stop() == 0, again.process.text()[-500:])
        print("restart: dialogs ended, wrap-up given, next contact dialed, one INVITE an attempt")


if __name__ == "__main__":
    main()
