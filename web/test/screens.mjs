// Every screen in both languages and both themes against the test peer: axe finds nothing, the page's policy blocks nothing, the call's
// controls are seen without scrolling at 1280 x 720. Screenshots go to test/shots/ to be looked at.
//   node test/screens.mjs [NAME ...]
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { contractRoutes } from "../contract_routes.js";
import { audit, launch, openPage } from "./browser.mjs";
import { agent, attempt, firstDesk, talking, wrapUp } from "./peer/material.mjs";
import { startPeer } from "./peer/server.mjs";

const SHOTS = fileURLToPath(new URL("./shots/", import.meta.url));
const engaged = (more) => ({ agent: agent("Engaged", null, more) });

const GUIDE_FAULTS = {
  status: 422,
  body: {
    title: "the guide has faults",
    status: 422,
    reason: "guide_faults",
    errors: [
      { field: "question language", what: "missing_language: has no text in ar", mend: "write it in ar" },
      {
        field: "set needs",
        what: "dead_end: has an answer after which there is nothing",
        mend: "write the set's next",
      },
    ],
  },
};

/** `desk`: what the agent's desktop is told; `path`: a screen of the office; `held`: what the office holds instead; `see`: what must be there before it is looked at;
 * `needs`: a route of the contract without which the office does not offer it. */
const ROUTES = new Set(contractRoutes());
const SCREENS = [
  { name: "sign-in", user: null, see: "form" },
  {
    name: "wrong-password",
    user: null,
    see: "[role=alert]",
    act: async (page) => {
      await page.fill("input[autocomplete=username]", "ayse");
      await page.fill("input[autocomplete=current-password]", "wrong");
      await page.click("button[type=submit]");
    },
  },
  {
    name: "setup",
    needs: "POST /api/v1/setup",
    user: null,
    setup: "T0k3n",
    path: "/setup#T0k3n",
    see: "form",
  },
  {
    name: "setup-needed",
    needs: "POST /api/v1/setup",
    user: null,
    setup: "T0k3n",
    see: ".mantine-Alert-root",
  },
  { name: "new-password", user: "yeni", see: "form" },
  { name: "shift", desk: {}, see: "#shift-title" },
  {
    name: "shift-choice",
    desk: {
      agent: agent("Away", "signed_out", {
        teams: ["Yenileme Ekibi", "Şikâyet Ekibi"],
        legs: ["webrtc", "phone"],
      }),
    },
    see: ".shift-choice",
  },
  {
    name: "pause",
    desk: {
      agent: agent("Available", null, { next_dial_at: new Date(Date.now() + 3_600_000).toISOString() }),
    },
    see: "[data-testid=next-in]",
  },
  { name: "idle", desk: { agent: agent("Away", "idle", { idle_code: 1 }) }, see: ".waiting-card" },
  { name: "available", desk: { agent: agent("Available") }, see: ".waiting-card" },
  { name: "no-campaign", desk: { agent: agent("Available"), campaigns: [] }, see: ".empty" },
  {
    name: "menu",
    desk: { agent: agent("Available") },
    see: "[role=menu]",
    act: (page) => page.click("[data-testid=state]"),
  },
  {
    name: "dialing",
    desk: { agent: agent("Reserved"), attempt: attempt("ringing") },
    see: "[data-testid=dial-popover]",
  },
  {
    name: "talking",
    desk: { ...engaged(), attempt: talking() },
    see: "[data-testid=interaction]",
    controls: true,
  },
  {
    name: "held",
    desk: {
      ...engaged({ next: { state: "idle", idle_code: 2 } }),
      attempt: talking({ progress: "held", held_at: new Date(Date.now() - 21_000).toISOString() }),
    },
    see: "#why-no-end",
    controls: true,
  },
  {
    name: "keypad",
    desk: { ...engaged(), attempt: talking() },
    see: ".keypad",
    controls: true,
    act: (page) => page.keyboard.press("Alt+k"),
  },
  {
    name: "contact",
    desk: { ...engaged(), attempt: talking() },
    see: ".history",
    act: (page) => page.click("[role=tab]:nth-child(2)"),
  },
  {
    name: "guide",
    desk: { ...engaged(), attempt: talking() },
    see: ".guide-path",
    act: async (page) => {
      await page.click(".ask [role=radiogroup] input >> nth=0");
      await page.click(".ask button[type=submit]");
    },
  },
  {
    name: "wrap-up",
    desk: { agent: agent("WrappingUp"), attempt: talking({ progress: "wrapping_up" }), wrap_up: wrapUp() },
    see: "[data-testid=wrap-up]",
  },
  {
    name: "callback",
    desk: {
      agent: agent("WrappingUp"),
      attempt: talking({ progress: "wrapping_up" }),
      wrap_up: wrapUp({ required: true, ends_at: null }),
    },
    see: ".callback",
    act: async (page) => {
      await page.fill("[role=combobox]", "call back");
      await page.keyboard.press("Enter");
    },
  },
  {
    name: "elsewhere",
    desk: {},
    see: ".gate-card",
    act: (_, peer) => {
      for (const s of peer.sockets) {
        s.quiet = true;
        s.send('{"type":"elsewhere"}');
      }
    },
  },
  {
    name: "lost",
    desk: { ...engaged(), attempt: talking() },
    see: ".notice-warning",
    act: (_, peer) => {
      peer.refuse_live = true;
      peer.drop();
    },
  },
  {
    name: "browser-phone",
    desk: { leg: { state: "Down", mode: "webrtc", since: new Date().toISOString() } },
    see: ".meter",
    act: async () => {},
  },
  { name: "start", user: "deniz", path: "/start", see: ".start", held: { "/api/v1/lists": [] } },
  { name: "not-yours", user: "onur", path: "/users", see: "main h1" },
  { name: "guide-of-supervisor", user: "onur", path: "/guides/Abonelik", see: ".ask" },
  { name: "campaigns", user: "deniz", path: "/campaigns", see: "table" },
  {
    name: "stop",
    user: "deniz",
    path: "/campaigns",
    see: "[role=dialog]",
    act: (page) => page.click("tbody tr:first-child button:last-of-type"),
  },
  { name: "campaign", user: "deniz", path: "/campaigns/Sonbahar%20Yenileme", see: ".tiles" },
  {
    name: "prompts",
    needs: "GET /api/v1/campaigns/{}/prompts",
    user: "deniz",
    path: "/campaigns/Sonbahar%20Yenileme",
    see: "audio",
    act: (page) => page.locator("audio").last().scrollIntoViewIfNeeded(),
  },
  { name: "agents", user: "deniz", path: "/agents", see: "table" },
  { name: "attempts", user: "deniz", path: "/attempts", see: "table" },
  { name: "lists", user: "deniz", path: "/lists", see: "table" },
  { name: "guides", user: "deniz", path: "/guides", see: "table" },
  {
    name: "guide-form",
    user: "deniz",
    path: "/guides/Abonelik",
    see: ".editor",
    act: (page) => page.click(".outline-question >> nth=3"),
  },
  {
    name: "guide-graph",
    user: "deniz",
    path: "/guides/Abonelik",
    see: ".graph",
    act: (page) => page.click("[role=tab]:nth-child(2)"),
  },
  {
    name: "guide-preview",
    user: "deniz",
    path: "/guides/Abonelik",
    see: ".guide-path",
    act: async (page) => {
      await page.click("[role=tab]:nth-child(3)");
      await page.selectOption(".guide-language select", "ar");
      await page.click(".ask [role=radiogroup] input >> nth=0");
      await page.click(".ask button[type=submit]");
    },
  },
  {
    name: "guide-faults",
    user: "deniz",
    path: "/guides/Abonelik",
    see: ".faults",
    act: async (page, peer) => {
      peer.answers.set("PUT /api/v1/guides/Abonelik", [GUIDE_FAULTS]);
      await page.click("header ~ main .row button:last-of-type");
    },
  },
  { name: "dnc", user: "deniz", path: "/dnc", see: "table" },
  {
    name: "upload",
    user: "deniz",
    path: "/lists",
    see: "main table select",
    act: (page) =>
      page.setInputFiles("input[type=file]", {
        name: "kasım.csv",
        mimeType: "text/csv",
        buffer: Buffer.from(
          "Kayıt;Ad Soyad;Telefon;Şehir\nM-1;İlknur Işık;0532 123 45 67;İzmir\nM-2;Ali;0533;Çorum\n",
        ),
      }),
  },
  { name: "attempt", user: "deniz", path: "/attempts/9001", see: ".facts" },
  {
    name: "people",
    needs: "GET /api/v1/contacts",
    user: "onur",
    path: "/people?search=ilknur",
    see: "table",
  },
  { name: "person", needs: "GET /api/v1/contacts/{}", user: "onur", path: "/people/4711", see: "table" },
  {
    name: "dry-run",
    needs: "GET /api/v1/campaigns/{}/dry-run",
    user: "deniz",
    path: "/campaigns/Sonbahar%20Yenileme",
    see: "[role=status] .tiles",
    act: (page) => page.locator("section:has(> p.hint) > .row button").last().click(),
  },
  {
    name: "audit",
    needs: "GET /api/v1/audit",
    user: "deniz",
    path: "/audit",
    see: "details[open] td",
    act: (page) => page.click("summary >> nth=0"),
  },
  {
    name: "webhook",
    needs: "GET /api/v1/webhooks",
    user: "deniz",
    path: "/webhooks/edit/crm",
    see: "main table",
  },
  { name: "users", user: "deniz", path: "/users", see: "table" },
  { name: "user-form", user: "deniz", path: "/users/edit/ayse", see: "form" },
  {
    name: "form-errors",
    user: "deniz",
    path: "/users/new",
    see: "[aria-invalid=true]",
    act: (page) => page.click("button[type=submit]"),
  },
  { name: "teams", needs: "GET /api/v1/teams", user: "deniz", path: "/teams", see: "table" },
  {
    name: "queue-form",
    needs: "PUT /api/v1/queues/{}",
    user: "deniz",
    path: "/queues/edit/Yenileme",
    see: ".several-order li",
  },
  {
    name: "entry-points",
    needs: "GET /api/v1/entry-points",
    user: "deniz",
    path: "/entry-points",
    see: "table",
  },
  {
    name: "trunk-form",
    needs: "PUT /api/v1/trunks/{}",
    user: "deniz",
    path: "/trunks/edit/operat%C3%B6r-1",
    see: "form",
  },
  {
    name: "agent-form",
    needs: "PUT /api/v1/agents/{}",
    user: "deniz",
    path: "/agent-settings/new",
    see: "form",
  },
  { name: "codes", user: "deniz", path: "/codes", see: "table" },
  { name: "idle-codes", user: "deniz", path: "/idle-codes", see: "table" },
  ...["basics", "schedule", "dialing", "analysis", "wrap_up", "pane"].map((step, i) => ({
    name: `campaign-${step}`,
    user: "deniz",
    path: "/campaigns/edit/Sonbahar%20Yenileme",
    see: ".form-card",
    act: (page) => page.click(`.steps li:nth-child(${i + 1}) button`),
  })),
  { name: "trunks", user: "deniz", path: "/trunks", see: "table" },
];

async function signIn(page, peer, user) {
  await page.goto(peer.url);
  await page.fill("input[autocomplete=username]", user);
  await page.fill("input[autocomplete=current-password]", "secret");
  await page.click("button[type=submit]");
}

async function look(page, peer, screen, tag) {
  const faults = [];
  peer.user = null;
  peer.refuse_live = false;
  peer.answers.clear();
  peer.fresh = new Set(["yeni"]);
  peer.guide_answers = {};
  peer.setup_token = screen.setup ?? null;
  peer.held = new Map(Object.entries(screen.held ?? {}));
  peer.desk = { ...firstDesk(), ...screen.desk };
  await page.goto(peer.url);
  await page.evaluate(() => {
    for (const k of Object.keys(localStorage)) if (k.startsWith("ziptone.draft")) localStorage.removeItem(k);
  });
  await page.goto("about:blank"); // an address that differs behind its # alone would not be loaded
  if (screen.user === null) await page.goto(peer.url + (screen.path ?? ""));
  else {
    await signIn(page, peer, screen.user ?? "ayse");
    await page.waitForSelector(screen.user === "yeni" ? "input[autocomplete=new-password]" : "header");
    if (screen.path) await page.goto(peer.url + screen.path);
    await page.waitForSelector(screen.path ? (screen.ready ?? "main h1") : "header, form");
  }
  await screen.act?.(page, peer);
  await page.waitForSelector(screen.see, { timeout: 15_000 });
  await page.screenshot({ path: `${SHOTS}${screen.name}-${tag}.png` });
  faults.push(...(await audit(page)));
  if (screen.controls) {
    const end = await page.locator(".end-button").boundingBox();
    if (!end || end.y + end.height > 720) faults.push("the call's controls are not seen without scrolling");
  }
  if (await page.evaluate(() => "__ran" in globalThis)) faults.push("a script in the contact's data ran");
  faults.push(...page.faults.splice(0));
  return faults;
}

const only = process.argv.slice(2);
mkdirSync(SHOTS, { recursive: true });
const peer = await startPeer();
const browser = await launch();
let failed = 0;
try {
  for (const language of ["tr", "en"])
    for (const scheme of ["light", "dark"]) {
      const page = await openPage(browser, { language, scheme });
      for (const screen of SCREENS.filter((s) => only.length === 0 || only.includes(s.name))) {
        if (screen.needs && !ROUTES.has(screen.needs)) {
          console.log(`${screen.name}: skipped, the contract has no ${screen.needs}`);
          continue;
        }
        const tag = `${language}-${scheme}`;
        const faults = await look(page, peer, screen, tag).catch((error) => [String(error)]);
        if (faults.length) failed++;
        for (const fault of faults) console.log(`${screen.name} ${tag}: ${fault}`);
      }
      await page.context().close();
    }
} finally {
  await browser.close();
  await peer.stop();
}
console.log(failed ? `${failed} screens have faults` : "every screen is clean");
process.exit(failed ? 1 : 0);
