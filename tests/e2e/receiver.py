"""The other system that webhooks are told to."""

import http.server
import json
import ssl
import threading

SECRET = "a secret of sixteen or more"


class Receiver:
    """An HTTP server that keeps what it was told and answers as the test wants."""

    def __init__(self, certificate=None):
        self.told, self.statuses, self.silent = [], [], threading.Event()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.told.append((self.path, dict(self.headers), body))
                if receiver.silent.is_set():
                    return  # no answer at all
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 204)
                self.send_header("Location", f"http://127.0.0.1:{receiver.port}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def of(self, event):
        return [json.loads(body) for _, headers, body in list(self.told) if headers["X-Ziptone-Event"] == event]
