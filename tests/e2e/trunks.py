#!/usr/bin/env python3
"""Carriers and phones that are set up while the server runs: a trunk made over the interface carries the next call, a changed one leads elsewhere while
the other's call goes on,
both are there after a restart; an agent's phone that was made is called at once."""

import json

from harness import Rtp, Server, Sipp, World, binary, check, config, free_port, wait_for


def done(server, method, path, body=None):
    status, answer = server.request(method, "/api/v1/" + path, body)
    check(f"{method} {path}", status == 200, (status, answer))
    return answer


def trunk(server, name):
    return next(t for t in server.get("/api/v1/trunks") if t["name"] == name)


def refused(server, port):
    for body, field in (({}, "host"), ({"host": "127.0.0.1", "cps": 0}, "cps"), ({"host": "127.0.0.1", "ring": 1}, "ring"), ({"host": "127.0.0.1", "password": "x"}, "realm"),
                        ({"host": "127.0.0.1", "transport": "pigeon"}, "transport"), ({"host": "127.0.0.1", "tls_ca_file": "ca.pem"}, "tls_ca_file")):
        status, answer = server.request("PUT", "/api/v1/trunks/second", body)
        check(f"{body} is told at its field", status == 422 and answer["errors"][0]["field"] == field, (status, answer))
    check("the file's are changed there", server.request("PUT", "/api/v1/trunks/carrier", {"host": "127.0.0.1", "port": port})[1]["reason"] == "declared_in_file")
    check("and taken away there", server.request("DELETE", "/api/v1/trunks/carrier")[0] == 409)


def made(server, port):
    shown = done(server, "PUT", "trunks/second", {"host": "127.0.0.1", "port": port, "cps": 10, "options_s": 0, "password": "of the carrier", "realm": "carrier", "username": "us"})
    check("no password comes back", shown["password_set"] and "of the carrier" not in json.dumps(server.get("/api/v1/trunks")), shown)
    check("with every setting", shown["port"] == port and shown["session_s"] == 1800 and shown["cps"] == 10, shown)
    wait_for("it to be up", lambda: trunk(server, "second")["up"])
    done(server, "PUT", "entry-points/other", {"caller_id": "+902121234568", "trunks": ["second"]})
    check("what is used stays", server.request("DELETE", "/api/v1/trunks/second")[1]["reason"] == "in_use")
    settings = server.get("/api/v1/campaigns/autumn")["settings"]
    done(server, "PUT", "campaigns/winter", settings | {"entry_point": "other", "lists": ["others"], "start": False, "name": "winter"})


def call(server, carrier, number):
    """The agent's next call goes to this carrier."""
    server.wait_agent("a1", "Engaged")
    check(f"{number} was called there", f"INVITE sip:+90532123{number}@" in carrier.messages(), carrier.messages()[-600:])


def end(server):
    server.post("/api/v1/agents/a1/end")
    server.wait_agent("a1", "WrappingUp")
    server.post("/api/v1/agents/a1/wrap-up", {"attempt": server.agent("a1")["attempt"], "code": "Sale"})


with World("trunks") as world:
    far, far2, phone = world.add(Rtp()), world.add(Rtp()), world.add(Rtp(phone=True))
    first_port, second_port, third_port, phone_port = free_port(), free_port(), free_port(), free_port()
    first = world.add(Sipp(world.work, "first", "answer.xml", first_port, far.port, "-d", "300"))
    second = world.add(Sipp(world.work, "second", "answer.xml", second_port, far2.port, "-d", "300"))
    third = world.add(Sipp(world.work, "third", "answer.xml", third_port, far2.port, "-d", "300"))
    world.add(Sipp(world.work, "agent", "answer.xml", phone_port, phone.port))
    text = config(world.work, first_port, {}, analysis="false")
    running = world.add(Server(binary(), world.work, text))
    refused(running, second_port)
    answer = done(running, "PUT", "agents/a1", {"teams": ["sales"], "leg": "nailed_up", "phone_uri": f"sip:a1@127.0.0.1:{phone_port}"})
    check("an agent with a phone", answer["phone_uri"].startswith("sip:a1@"), answer)
    for name, start in (("people", 4510), ("others", 4520)):
        (world.work / f"{name}.csv").write_text("key;phone\n" + "".join(f"K{i};0532 123 {i}\n" for i in range(start, start + 3)))
        running.command("import", "--config", str(running.config), "--list", name, "--country", "TR", str(world.work / f"{name}.csv"))
    made(running, second_port)
    for what in ("sign-in", "available"):
        running.post(f"/api/v1/agents/a1/{what}")
    running.post("/api/v1/campaigns/winter/start")
    call(running, second, "4520")
    done(running, "PUT", "trunks/second", {"port": third_port})
    check("the rest stayed", trunk(running, "second")["username"] == "us" and trunk(running, "second")["password_set"])
    check("the call went on", running.agent("a1")["state"] == "Engaged")
    end(running)
    wait_for("the old carrier to have its BYE", lambda: "BYE sip:" in second.messages())
    call(running, third, "4521")
    running.post("/api/v1/agents/a1/idle")
    end(running)
    running.stop()
    running = world.add(Server(binary(), world.work, text, "server2"))
    wait_for("it to be up again", lambda: trunk(running, "second")["up"])
    for what in ("sign-in", "available"):
        running.post(f"/api/v1/agents/a1/{what}")
    call(running, third, "4522")
    end(running)
    done(running, "PUT", "trunks/spare", {"host": "127.0.0.1", "port": second_port, "options_s": 0})
    done(running, "DELETE", "trunks/spare")
    check("gone", all(t["name"] != "spare" for t in running.get("/api/v1/trunks")))
print("ok")
