#!/usr/bin/env python3
"""An agent's softphone that is not ours: baresip registers with digest, is called once for the shift, and talks.

What its user hears is written by baresip itself (its sndfile module), decoded by its own codec.
"""

import math
import struct
import wave

from harness import Failure, Process, Rtp, Server, Sipp, World, binary, config, free_port, need, power, wait_for

ZIP_HZ, CUSTOMER_HZ, AGENT_HZ = 1000, 700, 1300
MODULES = "/usr/lib/baresip/modules"

CONFIG = """
poll_method epoll
sip_listen 127.0.0.1:0
net_interface 127.0.0.1
audio_player aubridge,ear
audio_source aufile,{work}/voice.wav
audio_alert aubridge,bell
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
snd_path {heard}
module_path {modules}
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module_tmp account.so
module_app menu.so
"""


class Baresip(Process):
    """A softphone with one account; it answers every call and speaks a tone."""

    def __init__(self, work, name, port, password):
        folder, self.heard = work / name, work / f"{name}-heard"
        folder.mkdir()
        self.heard.mkdir()
        with wave.open(str(work / "voice.wav"), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(8000)
            out.writeframes(b"".join(struct.pack("<h", int(9000 * math.sin(2 * math.pi * AGENT_HZ * i / 8000)))
                                     for i in range(8000 * 60)))
        (folder / "config").write_text(CONFIG.format(work=work, heard=self.heard, modules=MODULES))
        (folder / "accounts").write_text(f"<sip:101@127.0.0.1:{port}>;auth_user=101;auth_pass={password};regint=60;"
                                         "answermode=auto;audio_codecs=pcmu\n")
        super().__init__([need("baresip"), "-4", "-s", "-f", str(folder)], work / f"{name}.log", cwd=work)

    def tone_ms(self, hz):
        """Milliseconds of what the user has heard so far in which this frequency has over half of the power."""
        total = 0
        for path in self.heard.glob("*-dec.wav"):
            data = path.read_bytes()[44:]
            samples = struct.unpack(f"<{len(data) // 2}h", data[:len(data) // 2 * 2])
            total += sum(20 for i in range(0, len(samples) - 159, 160) if power(samples[i:i + 160], hz) > 0.5)
        return total


def agents_with_a_password(work, trunk_port):
    text = config(work, trunk_port, {})
    agent = '[[agent]]\nname = "ayse"\nteams = ["sales"]\nphone_user = "101"\nphone_password = "geheim"\n'
    return text.replace("[[campaign]]", agent + "[[campaign]]", 1)


def call(server, customer, phone, number):
    server.wait_agent("ayse", "Engaged")
    wait_for("the call to talk", lambda: [c for c in server.get("/api/v1/calls") if c["stage"] == "talk"])
    wait_for("the zip tone in the softphone", lambda: phone.tone_ms(ZIP_HZ) >= 200 * number)
    before, said = phone.tone_ms(CUSTOMER_HZ), customer.tone_ms(AGENT_HZ)
    customer.hz = CUSTOMER_HZ
    wait_for("the softphone to hear the customer", lambda: phone.tone_ms(CUSTOMER_HZ) > before + 300)
    wait_for("the customer to hear the softphone", lambda: customer.tone_ms(AGENT_HZ) > said + 300)
    customer.hz = 0
    if customer.tone_ms(ZIP_HZ):
        raise Failure("the customer heard the zip tone")


def main():
    need("baresip")
    with World("baresip") as world:
        customer = world.add(Rtp())
        trunk_port, phone_port = free_port(), free_port()
        world.add(Sipp(world.work, "customer", "answer.xml", trunk_port, customer.port, "-d", "300"))
        server = world.add(Server(binary(), world.work, agents_with_a_password(world.work, trunk_port).replace(
            "phone_port = 0", f"phone_port = {phone_port}")))
        people = world.work / "people.csv"
        people.write_text("Ad;Telefon\nDeniz;0532 123 45 67\nCan;0532 123 45 68\n")
        server.command("import", "--config", str(server.config), "--list", "people", "--country", "TR", str(people))

        guesser = world.add(Baresip(world.work, "guesser", phone_port, "falsch"))
        wait_for("the wrong password to be refused", lambda: guesser.text().count("SIP/2.0 401") >= 2)
        guesser.stop()
        if "phone registered" in server.process.text():
            raise Failure("a wrong password registered")

        phone = world.add(Baresip(world.work, "phone", phone_port, "geheim"))
        wait_for("the softphone to register", lambda: "phone registered" in server.process.text())
        server.post("/api/v1/agents/ayse/sign-in")
        wait_for("the softphone to be called", lambda: server.agent("ayse")["leg"] == "Up")
        server.post("/api/v1/agents/ayse/available")
        server.post("/api/v1/campaigns/autumn/start")
        for number in (1, 2):
            call(server, customer, phone, number)
            if number == 2:
                server.post("/api/v1/agents/ayse/idle")  # what follows this call
            server.post("/api/v1/agents/ayse/end")
            server.wait_agent("ayse", "WrappingUp")
            server.post("/api/v1/agents/ayse/wrap-up", {"code": "Sale"})
        server.wait_agent("ayse", "Away")
        if phone.text().count("INVITE sip:101") != 1:
            raise Failure("the softphone was called more than once for two conversations")
        attempts = server.get("/api/v1/attempts")
        if [a["outcome"] for a in attempts] != ["person", "person"]:
            raise Failure(f"two persons expected: {attempts}")

        phone.stop()  # its user quits: BYE, and the registration taken back
        wait_for("the leg to be down", lambda: server.agent("ayse")["leg"] == "Down")
        wait_for("the registration to be gone", lambda: "is not registered any more: unregistered" in server.process.text())
        if server.stop() != 0:
            raise Failure(server.process.text()[-500:])
        print("baresip: wrong password refused, registered, one call for two conversations, sound both ways, gone")


if __name__ == "__main__":
    main()
