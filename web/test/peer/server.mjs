// A TEST PEER, not the product: speaks the page's side of the contract (api/openapi.yaml, the desk's live socket) with one agent whose
// states a test sets directly, for states that are hard to reach with a real call. It serves web/dist under the product's policy.
//
//   import { startPeer } from "./peer/server.mjs";  const peer = await startPeer();  peer.set({...}) ... await peer.stop()
//   node test/peer/server.mjs      for a look by hand: http://127.0.0.1:PORT, ayse / secret (agent), deniz / secret (administrator)

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";
import { supervisorRoutes } from "../../contract_routes.js";
import { office as few, firstDesk, guide, mine } from "./material.mjs";
import { campaigns, guides, putGuide, records, settings } from "./office.mjs";

const office = { ...few, ...mine, ...guides, ...settings, ...campaigns, ...records };
const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
  "media-src 'self' blob:; frame-src https: http://127.0.0.1:* http://localhost:*; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
const USERS = {
  ayse: { id: 7, sign_in: "ayse", name: "Ayşe Işık", role: "agent", agent: "ayse", language: null },
  deniz: { id: 1, sign_in: "deniz", name: "Deniz İnce", role: "administrator", agent: null, language: null },
  onur: {
    id: 2,
    sign_in: "onur",
    name: "Onur Gülşen",
    role: "supervisor",
    teams: ["Yenileme Ekibi"],
    agent: null,
    language: null,
  },
  yeni: { id: 8, sign_in: "yeni", name: "Yeni Kişi", role: "agent", agent: "ayse", language: null },
};

/** Whether a supervisor is refused it, by the table that the server is tested against. */
const OF_SUPERVISORS = supervisorRoutes().map((route) => {
  const [method, path] = route.split(" ");
  return [method, new RegExp(`^${path.replaceAll(".", "\\.").replaceAll("{}", "[^/]+")}$`)];
});
const isForbidden = (user, method, path) =>
  user.role === "supervisor" && !OF_SUPERVISORS.some(([m, fits]) => m === method && fits.test(path));

/** What is read with filters: a test looks at them. */
const LOGGED = new Set(["/api/v1/attempts", "/api/v1/audit"]);

function bodyOf(request) {
  return new Promise((resolve) => {
    let text = "";
    request.on("data", (chunk) => (text += chunk));
    request.on("end", () => {
      try {
        resolve(JSON.parse(text));
      } catch {
        resolve(text);
      }
    });
  });
}

class Peer {
  user = null;
  fresh = new Set(["yeni"]);
  desk = firstDesk();
  /** What was asked: [method, path, body, query, Idempotency-Key]. */
  log = [];
  /** "METHOD path" -> [{status, body, headers}]: what the next answers are. */
  answers = new Map();
  sockets = [];
  setup_token = null;
  /** path -> what the office holds instead. */
  held = new Map();
  /** What a supervisor asked for and may not. */
  forbidden = [];
  guide_answers = {};

  send(response, status, body, headers = {}) {
    response.writeHead(status, {
      "Content-Type": status < 400 ? "application/json" : "application/problem+json",
      ...headers,
    });
    response.end(JSON.stringify(body));
  }

  /** Changes the desk and tells every socket that is the active one. */
  set(change) {
    this.desk = { ...this.desk, ...change, sequence: this.desk.sequence + 1 };
    this.tell();
  }

  tell() {
    const text = JSON.stringify({ type: "desk", desk: { ...this.desk, now: new Date().toISOString() } });
    for (const socket of this.sockets) if (!socket.quiet) socket.send(text);
  }

  drop() {
    for (const socket of this.sockets) socket.terminate();
  }

  hear(socket, text) {
    const message = JSON.parse(text);
    this.log.push(["LIVE", message.type, message]);
    if (message.type === "take") this.activate(socket);
    if (message.type === "webrtc" && this.webrtc) socket.send(JSON.stringify(this.webrtc(message)));
  }

  activate(socket) {
    for (const other of this.sockets)
      if (other !== socket && !other.quiet) {
        other.quiet = true;
        other.send('{"type":"elsewhere"}');
      }
    socket.quiet = false;
    this.tell();
  }

  open(socket) {
    this.sockets.push(socket);
    socket.on("close", () => {
      this.sockets = this.sockets.filter((s) => s !== socket);
    });
    socket.on("message", (data) => this.hear(socket, String(data)));
    this.activate(socket);
  }

  session(request, response, body) {
    if (request.method === "DELETE") {
      this.user = null;
      return this.send(response, 200, {});
    }
    if (request.method === "POST") {
      if (body.password === "locked")
        return this.send(response, 429, { title: "locked", reason: "locked" }, { "Retry-After": "120" });
      if (!USERS[body.sign_in] || body.password !== "secret")
        return this.send(response, 401, { title: "wrong", reason: "wrong_sign_in" });
      this.user = USERS[body.sign_in];
    }
    if (!this.user) return this.send(response, 401, { title: "nobody is signed in" });
    this.send(response, 200, {
      user: this.user,
      version: "test",
      must_change_password: this.fresh.has(this.user.sign_in),
    });
  }

  /** `setup_token`: there is no administrator yet, and who knows it becomes the first. */
  setup(request, response, body) {
    if (request.method === "GET") return this.send(response, 200, { needed: this.setup_token !== null });
    if (this.setup_token === null) return this.send(response, 409, { title: "set up", reason: "not_needed" });
    if (body.token !== this.setup_token)
      return this.send(response, 403, { title: "no such token", reason: "wrong" });
    if (body.password.length < 10)
      return this.send(response, 422, {
        title: "refused",
        errors: [{ field: "password", what: "is too short or too long", mend: "write 10 to 200 characters" }],
      });
    this.setup_token = null;
    this.user = { ...USERS.deniz, sign_in: body.sign_in, name: body.name, language: body.language };
    this.send(response, 201, { user: this.user, version: "test", must_change_password: false });
  }

  async api(request, response, path, query) {
    const body = request.method === "GET" ? null : await bodyOf(request);
    if (request.method !== "GET" || LOGGED.has(path))
      this.log.push([request.method, path, body, query, request.headers["idempotency-key"]]);
    const set = this.answers.get(`${request.method} ${path}`)?.shift();
    if (set) return this.send(response, set.status, set.body, set.headers);
    if (path === "/api/v1/setup") return this.setup(request, response, body);
    if (path === "/api/v1/session") return this.session(request, response, body);
    if (!this.user) return this.send(response, 401, { title: "nobody is signed in" });
    if (isForbidden(this.user, request.method, path)) {
      this.forbidden.push(`${request.method} ${path}`);
      return this.send(response, 403, { title: "forbidden", reason: "forbidden" });
    }
    if (path === "/api/v1/session/password") this.fresh.clear();
    if (request.method === "GET" && path.endsWith("/guide"))
      return this.send(response, 200, { ...guide, answers: this.guide_answers });
    if (path.endsWith("/answers")) this.guide_answers = body.answers;
    if (request.method === "GET" && path.endsWith(".csv")) {
      response.writeHead(200, { "Content-Type": "text/csv", "Content-Disposition": "attachment" });
      return response.end("\uFEFFid\r\n");
    }
    if (request.method === "GET" && this.held.has(path)) return this.send(response, 200, this.held.get(path));
    if (request.method === "GET" && path in office) return this.send(response, 200, office[path]);
    if (request.method === "GET") return this.send(response, 404, { title: "there is no such thing" });
    if (request.method === "PUT" && path.startsWith("/api/v1/guides/"))
      return this.send(response, 200, putGuide(decodeURIComponent(path.split("/").pop())));
    if (path === "/api/v1/dnc/import") return this.send(response, 200, office.dnc_import);
    if (path.endsWith("/import")) return this.send(response, 200, office.import);
    this.act(path.split("/").pop(), body);
    this.send(response, 200, { accepted: true });
  }

  act(action, body) {
    const { agent, attempt } = this.desk;
    const now = new Date().toISOString();
    const state = (name, why = null) =>
      this.set({ agent: { ...agent, state: name, why, since: now, next: null } });
    const busy = ["Reserved", "Engaged", "WrappingUp"].includes(agent.state);
    if (busy && action === "idle")
      this.set({ agent: { ...agent, next: { state: "idle", idle_code: body.idle_code } } });
    else if (action === "sign-in" || action === "idle") state("Away", "idle");
    else if (action === "available") state("Available");
    else if (action === "sign-out") state("Away", "signed_out");
    else if (action === "hold") this.set({ attempt: { ...attempt, progress: "held", held_at: now } });
    else if (action === "resume") this.set({ attempt: { ...attempt, progress: "connected", held_at: null } });
    else if (action === "wrap-up")
      this.set({ attempt: null, wrap_up: null, agent: { ...agent, state: "Available", since: now } });
  }

  async file(response, path) {
    const name = extname(path) ? normalize(path) : "/index.html";
    try {
      const data = await readFile(join(DIST, name));
      response.writeHead(200, {
        "Content-Type": TYPES[extname(name)] ?? "application/octet-stream",
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
      });
      response.end(data);
    } catch {
      response.writeHead(404).end();
    }
  }
}

export async function startPeer() {
  const peer = new Peer();
  const server = createServer((request, response) => {
    const { pathname: path, searchParams: query } = new URL(request.url, "http://peer");
    void (path.startsWith("/api/") ? peer.api(request, response, path, query) : peer.file(response, path));
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    if (!peer.user || peer.refuse_live) return socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n");
    sockets.handleUpgrade(request, socket, head, (ws) => peer.open(ws));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  peer.url = `http://127.0.0.1:${server.address().port}`;
  peer.stop = () => {
    peer.drop();
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return peer;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const peer = await startPeer();
  console.log(`test peer: ${peer.url}  ayse / secret (agent), deniz / secret (administrator)`);
}
