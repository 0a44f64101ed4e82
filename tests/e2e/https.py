#!/usr/bin/env python3
"""HTTPS with a TLS client that is not ours (Python's, and openssl s_client): the certificate that the server makes for itself, one that is given and
changed while it runs, the cookie, the WebSocket, what comes without TLS, and what is refused."""

import base64
import http.client
import json
import os
import socket
import ssl
import subprocess

from harness import Server, World, binary, check, config, free_port, need, wait_for

PASSWORD = "sonbahar yaprakları"


class Client:
    """Believes in one certificate alone."""

    def __init__(self, port, certificate):
        self.port = port
        self.context = ssl.create_default_context(cafile=str(certificate))

    def request(self, method, path, body=None, headers=None, host="localhost"):
        connection = http.client.HTTPSConnection(host, self.port, timeout=20, context=self.context)
        try:
            connection.request(method, path, json.dumps(body) if body else None, headers or {})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode()
        finally:
            connection.close()


def https_port(server):
    return int((server.work / "data" / "api.https_port").read_text())


def with_https(text, more=""):
    return text.replace("[api]\n", f'[api]\nhttps_address = "127.0.0.1"\nhttps_port = 0\n{more}')


def make_user(server):
    status, answer = server.request("PUT", "/api/v1/users/root", {
        "name": "Root", "role": "administrator", "password": PASSWORD, "must_change_password": False})
    check("a user is made", status == 200, answer)


def sign_in(server, client):
    origin = f"https://localhost:{client.port}"
    status, headers, body = client.request("POST", "/api/v1/session", {"sign_in": "root", "password": PASSWORD}, {"Origin": origin})
    check("signed in over TLS", status == 200, body)
    cookie = headers["Set-Cookie"]
    check("the cookie stays under TLS", all(f"; {word}" in cookie for word in ("Secure", "HttpOnly", "SameSite=Strict")), cookie)
    cookie = cookie.split(";")[0]
    status, _, body = client.request("GET", "/api/v1/session", headers={"Cookie": cookie})
    check("the session is known", status == 200 and json.loads(body)["user"]["sign_in"] == "root", body)
    for wrong in (f"http://localhost:{client.port}", "https://localhost", f"https://evil.example:{client.port}"):
        status, _, body = client.request("DELETE", "/api/v1/session", headers={"Cookie": cookie, "Origin": wrong})
        check(f"{wrong} is another site", status == 403, body)
    return cookie, origin


def upgrade(client, cookie, origin):
    """The first bytes of an event stream over TLS, from before anything happened."""
    with socket.create_connection(("127.0.0.1", client.port), 20) as plain:
        with client.context.wrap_socket(plain, server_hostname="localhost") as tls:
            key = base64.b64encode(os.urandom(16)).decode()
            tls.sendall(f"GET /api/v1/events?since=0 HTTP/1.1\r\nHost: localhost:{client.port}\r\nOrigin: {origin}\r\n"
                        f"Cookie: {cookie}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        f"Sec-WebSocket-Key: {key}\r\n\r\n".encode())
            got = b""
            while b"\r\n\r\n" not in got or len(got.split(b"\r\n\r\n", 1)[1]) < 2:
                piece = tls.recv(4096)
                if not piece:
                    break
                got += piece
            head, frame = got.split(b"\r\n\r\n", 1)
            check("the WebSocket is open", head.startswith(b"HTTP/1.1 101"), head)
            check("a row comes", frame[:1] == b"\x81", frame[:20])


def without_tls(client):
    connection = http.client.HTTPConnection("localhost", client.port, timeout=20)
    connection.request("GET", "/office?x=1")
    answer = connection.getresponse()
    check("who comes without TLS is sent on", answer.status == 308 and answer.headers["Location"] == f"https://localhost:{client.port}/office?x=1",
          (answer.status, answer.headers.items()))
    connection.close()
    with socket.create_connection(("127.0.0.1", client.port), 20) as silent:  # says nothing, and hinders nobody
        check("others are answered meanwhile", client.request("GET", "/health")[0] == 200)
        silent.sendall(b"\x16\x03\x01\x00\x05xxxxx")  # no ClientHello
        check("a broken one ends", silent.recv(100)[:1] in (b"", b"\x15"))


def openssl(client, *options):
    done = subprocess.run([need("openssl"), "s_client", "-connect", f"127.0.0.1:{client.port}", *options], input=b"", capture_output=True, timeout=20)
    return done.stdout.decode(errors="replace")


def own_certificate(world):
    text = with_https(config(world.work, free_port(), {"a1": f"sip:a1@127.0.0.1:{free_port()}"}), 'https_names = ["dialer.example"]\n')
    server = world.add(Server(binary(), world.work, text))
    certificate = world.work / "data" / "https.crt"
    check("its key is its user's alone", (world.work / "data" / "https.key").stat().st_mode & 0o777 == 0o600)
    client = Client(https_port(server), certificate)
    check("found under 127.0.0.1 too", client.request("GET", "/health", host="127.0.0.1")[0] == 200)
    seen = openssl(client, "-CAfile", str(certificate), "-verify_hostname", "dialer.example", "-verify_return_error")
    check("openssl verifies it under the name that was asked for", "Verify return code: 0 (ok)" in seen, seen[-800:])
    check("TLS 1.1 is refused", "Cipher is (NONE)" in openssl(client, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"))
    make_user(server)
    server.post("/api/v1/agents/a1/sign-in")  # something that happened
    upgrade(client, *sign_in(server, client))
    without_tls(client)
    status, headers, _ = client.request("GET", "/health")
    check("a certificate that nobody knows binds no browser to it", status == 200 and "Strict-Transport-Security" not in headers, headers)
    before = certificate.read_bytes()
    server.stop()
    again = world.add(Server(binary(), world.work, text, "server2"))
    check("the certificate is the same after a restart", certificate.read_bytes() == before)
    again.stop()
    world.add(Server(binary(), world.work, text.replace("dialer.example", "ziptone.example"), "server3")).stop()
    check("another name, another certificate", certificate.read_bytes() != before)


def make_certificate(folder, name):
    subprocess.run([need("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext",
                    "subjectAltName=DNS:localhost", "-keyout", str(folder / f"{name}.key"), "-out", str(folder / f"{name}.crt")],
                   check=True, capture_output=True)
    return folder / f"{name}.crt", folder / f"{name}.key"


def given_certificate(world):
    first, second = make_certificate(world.work, "first"), make_certificate(world.work, "second")
    for part, file in zip(first, ("https.crt", "https.key")):
        part.replace(world.work / file)
    text = with_https(config(world.work, free_port(), {}), 'https_certificate = "https.crt"\nhttps_key = "https.key"\n')
    server = world.add(Server(binary(), world.work, text))
    port = https_port(server)
    status, headers, _ = Client(port, world.work / "https.crt").request("GET", "/health")
    check("browsers that know it stay under TLS", status == 200 and headers.get("Strict-Transport-Security") == "max-age=31536000", headers)
    # Half a change, as when one of two files is copied: what is in use stays.
    (world.work / "https.key").write_bytes(second[1].read_bytes())
    wait_for("the half change to be told", lambda: Client(port, world.work / "https.crt").request("GET", "/health")[0] == 200
             and "is not taken" in server.process.text(), 30)
    (world.work / "https.crt").write_bytes(second[0].read_bytes())

    def taken():
        try:
            return Client(port, second[0]).request("GET", "/health")[0] == 200
        except ssl.SSLError:
            return False
    wait_for("the new certificate to be served", taken, 30)


def refusals(world):
    text = config(world.work, free_port(), {})
    for change, words in ((("[api]\n", '[api]\naddress = "0.0.0.0"\n'), ["api.address", "https_address"]),
                          (("[api]\n", '[api]\nhttps_key = "k.pem"\n'), ["api.https_certificate", "both files"]),
                          (("[api]\n", '[api]\nhttps_address = "127.0.0.1"\nhttps_certificate = "no.pem"\nhttps_key = "no.pem"\n'),
                           ["no.pem", "can't be used"])):
        file = world.work / "wrong.toml"
        file.write_text(text.replace(*change))
        done = subprocess.run([binary(), "serve", "--config", str(file)], capture_output=True, text=True, timeout=60)
        check(f"refused with {words}", done.returncode == 1 and all(word in done.stderr for word in words), done.stderr)


for part in (own_certificate, given_certificate, refusals):
    with World("https") as work_world:
        part(work_world)
    print(f"ok: {part.__name__}")
