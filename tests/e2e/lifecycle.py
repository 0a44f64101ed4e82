#!/usr/bin/env python3
"""What a start finds and refuses, what the files' modes are, and how the process stops while it is busy."""

import http.client
import os
import resource
import socket
import sqlite3
import stat
import subprocess
import threading
import time
import wave
from contextlib import closing

from harness import Server, World, binary, check, config, free_port, wait_for


def text_of(world, more=""):
    agents = {"ayse": "sip:101@127.0.0.1:5998", "can": "sip:102@127.0.0.1:5998"}
    return config(world.work, free_port(), agents) + more


def private_files(world):
    """Whatever the umask of who starts it is, nobody else reads phones' passwords or contacts."""
    old = os.umask(0o022)
    server = world.add(Server(binary(), world.work, text_of(world)))
    os.umask(old)
    data = world.work / "data"
    for file in [data, *data.rglob("*")]:
        mode = stat.S_IMODE(file.stat().st_mode)
        check(f"{file} is its owner's alone", mode & 0o077 == 0, oct(mode))
    check("the server stops cleanly", server.stop() == 0, server.process.text()[-500:])
    data.chmod(0o755)
    server = world.add(Server(binary(), world.work, text_of(world), "server-open"))
    check("a folder that others may enter is warned of", "can be read by other users" in server.process.text())
    server.stop()
    data.chmod(0o700)


def a_removed_agent(world):
    """The file is the list of agents: who is no longer in it may do nothing."""
    one = text_of(world)
    agent = one[one.index('[[agent]]\nname = "can"'):one.index("\n[[campaign]]")]
    server = world.add(Server(binary(), world.work, one.replace(agent, ""), "server-without"))
    names = [each["name"] for each in server.get("/api/v1/agents")]
    check("one agent is left", names == ["ayse"], names)
    check("the other is nobody", server.request("POST", "/api/v1/agents/can/sign-in")[0] == 404)
    check("nor by its id", server.request("POST", "/api/v1/agents/2/sign-in")[0] == 404)
    server.stop()


def codes_again(world):
    """A wrap-up code with a name, a Turkish and an English text of its own survives the second start."""
    more = '[[code]]\nname = "vip"\ntr = "Seçkin"\nen = "Very important"\n'
    for name in ("server-first", "server-second"):
        server = world.add(Server(binary(), world.work, text_of(world, more), name))
        shown = [code["en"] for code in server.get("/api/v1/codes")]
        check("the code is there once", shown.count("Very important") == 1, shown)
        server.stop()


def refused(world, text, *words):
    file = world.work / "refused.toml"
    file.write_text(text)
    done = subprocess.run([binary(), "serve", "--config", str(file)], capture_output=True, text=True, timeout=30)
    check(f"refused with {words}", done.returncode == 1 and all(w in done.stderr for w in words),
          (done.returncode, done.stderr[-400:]))


def contacts_that_cannot_be_read(world):
    """Dialing what happened to be readable would look whole; the start is refused instead."""
    people = world.work / "people.csv"
    people.write_text("Ad;Telefon\nDeniz;0532 123 45 67\n")
    text = text_of(world)
    file = world.work / "ziptone.toml"
    file.write_text(text)
    subprocess.run([binary(), "import", "--config", str(file), "--list", "people", "--country", "TR", str(people)],
                   check=True, capture_output=True, timeout=60)
    with closing(sqlite3.connect(world.work / "data" / "ziptone.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'numbers'").fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    with open(world.work / "data" / "ziptone.db", "r+b") as raw:
        raw.seek((root - 1) * size)
        whole = raw.read(size)
        raw.seek((root - 1) * size)
        raw.write(b"\xff" * size)
    refused(world, text, "contacts of campaign autumn")
    with open(world.work / "data" / "ziptone.db", "r+b") as raw:
        raw.seek((root - 1) * size)
        raw.write(whole)


def connections(world):
    """More clients than there is room for are sent away; a process without descriptors waits for some."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # a descriptor for each of the crowd
    server = world.add(Server(binary(), world.work, text_of(world), "server-crowded"))
    crowd = [socket.create_connection(("127.0.0.1", server.port), timeout=20) for _ in range(4096)]
    wait_for("one more to be sent away", lambda: turned_away(server.port), 30)
    for one in crowd:
        one.close()
    wait_for("room again", lambda: not turned_away(server.port), 30)
    pid = server.process.process.pid
    limits = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, limits[1]))
    began = time.monotonic()
    waiting = socket.create_connection(("127.0.0.1", server.port), timeout=20)

    def failures():
        return server.process.text().count("can't be accepted")
    wait_for("it to be said", lambda: failures() >= 3, 30)
    count, elapsed = failures(), time.monotonic() - began
    check("a failed accept is tried again ten times a second at most", count <= elapsed * 10 + 2, (count, elapsed))
    resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)
    waiting.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
    check("it serves who waited", waiting.recv(12) == b"HTTP/1.1 200")
    waiting.close()
    check("the server stops cleanly", server.stop() == 0, server.process.text()[-500:])


def turned_away(port):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as one:
        try:
            one.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            return one.recv(12) == b""
        except OSError:
            return True


def messages(world):
    """A path in a campaign's settings is read before the answer, and never waited for."""
    server = world.add(Server(binary(), world.work, text_of(world), "server-messages"))
    pipe = world.work / "pipe.wav"
    os.mkfifo(pipe)
    settings = {"queue": "sales", "entry_point": "main", "brand": "Ziptone Test", "callback_number": "+902121234567"}
    for path in (str(pipe), "/dev/zero", "here.wav", str(world.work / "none.wav"), str(server.config)):
        status, body = server.request("PUT", "/api/v1/campaigns/m", {**settings, "message_file": path})
        check(f"{path} is refused", status == 422 and body["errors"][0]["field"] == "message_file", (status, body))
    good = world.work / "good.wav"
    with wave.open(str(good), "wb") as out:
        out.setnchannels(1), out.setsampwidth(2), out.setframerate(8000)
        out.writeframes(bytes(1600))
    status, body = server.request("PUT", "/api/v1/campaigns/m", {**settings, "message_file": str(good)})
    check("a WAV is taken", status == 200, (status, body))
    check("the server stops cleanly", server.stop() == 0, server.process.text()[-500:])


def a_lost_token(world):
    """Whoever owns the data directory gets a new one; the lost one opens nothing any more."""
    server = world.add(Server(binary(), world.work, text_of(world), "server-token"))
    config_option = ("--config", str(server.config))
    server.command("token", "new", *config_option, expect=1)  # while it runs
    lost = server.token
    server.stop()
    (world.work / "data" / "token").unlink()
    server.command("token", "new", *config_option)
    server = world.add(Server(binary(), world.work, text_of(world), "server-token-new"))
    mode = stat.S_IMODE((world.work / "data" / "token").stat().st_mode)
    check("the new one is its owner's and opens", mode == 0o600 and server.get("/api/v1/agents"), oct(mode))
    check("the lost one does not", server.request("GET", "/api/v1/agents", token=lost)[0] == 401)
    server.stop()


def stop_while_polled(world):
    """Clients that ask without end do not bring the process down while it stops."""
    for round_number in range(3):
        server = world.add(Server(binary(), world.work, text_of(world), f"server-polled-{round_number}"))
        stopped = threading.Event()

        def poll():
            while not stopped.is_set():
                for path in ("/api/v1/agents", "/health", "/api/v1/calls", "/metrics"):
                    try:
                        server.request("GET", path)
                    except (OSError, ValueError, http.client.HTTPException):
                        pass
        clients = [threading.Thread(target=poll) for _ in range(8)]
        for client in clients:
            client.start()
        before = sum(1 for _ in range(20) if server.request("GET", "/health")[0] == 200)
        code = server.stop(60)
        stopped.set()
        for client in clients:
            client.join()
        check("it served until then", before > 0)
        check("the server stops cleanly", code == 0, (code, server.process.text()[-800:]))


def main():
    with World("lifecycle") as world:
        private_files(world)
        a_removed_agent(world)
        codes_again(world)
        refused(world, text_of(world).replace('level = "debug"', 'file = "/proc/none/x.log"'), "log.file")
        contacts_that_cannot_be_read(world)
        messages(world)
        a_lost_token(world)
        connections(world)
        stop_while_polled(world)
        print("lifecycle: private files, removed agents, codes, refusals, stops under polling")


if __name__ == "__main__":
    main()
