// What the test peer's office holds: the answers of the routes of administrators and supervisors, in the shapes of the server.
import { readFileSync } from "node:fs";

const subscription = JSON.parse(
  readFileSync(new URL("../../../tests/guide/subscription.json", import.meta.url), "utf8"),
);
const ago = (s) => new Date(Date.now() - s * 1000).toISOString();
const code = (id, name_tr, name_en, effect, system, description_tr = "") => ({
  id,
  name: name_en,
  tr: name_tr,
  en: name_en,
  name_tr,
  name_en,
  description_tr,
  description_en: "",
  effect,
  system,
  active: true,
});
const questions = subscription.sets.flatMap((s) => s.questions);

export const guides = {
  "/api/v1/guides": [
    { id: 5, name: "Abonelik", version: 3, at: ago(86400) },
    { id: 6, name: "Şikâyet görüşmesi", version: 1, at: ago(864000) },
  ],
  "/api/v1/guides/Abonelik": {
    id: 5,
    name: "Abonelik",
    version: 3,
    at: ago(86400),
    document: subscription,
  },
  "/api/v1/guides/Abonelik/versions": [3, 2, 1].map((version) => ({
    id: 5,
    name: "Abonelik",
    version,
    at: ago(86400 * (4 - version)),
  })),
  "/api/v1/guides/Abonelik/drop-off": {
    guide: 5,
    version: 3,
    submitted: 412,
    drafts: 37,
    questions: questions.map((q, i) => ({
      id: q.id,
      asked: Math.max(0, 449 - 13 * i),
      answered: Math.max(0, 440 - 14 * i),
      last: i % 4 === 0 ? 5 : 0,
    })),
  },
};

export const settings = {
  "/api/v1/codes": [
    code(1, "Satış", "Sale", "success", false, "Kişi teklifi kabul etti"),
    code(2, "Yanlış numara", "Wrong Number", "next_number", true),
    code(3, "Telesekreter", "Answering Machine", "retry", true),
  ],
  "/api/v1/idle-codes": [
    { id: 1, name_tr: "Mola", name_en: "Break", enabled: true },
    { id: 2, name_tr: "Yemek", name_en: "Lunch", enabled: true },
    { id: 3, name_tr: "Eğitim", name_en: "Training", enabled: false },
  ],
  "/api/v1/teams": [
    { id: 1, name: "Yenileme Ekibi", active: true, declared_in_file: true },
    { id: 2, name: "Şikâyet Ekibi", active: true, declared_in_file: false },
    { id: 3, name: "İade Ekibi", active: false, declared_in_file: false },
  ],
  "/api/v1/queues": [
    { id: 1, name: "Yenileme", teams: ["Yenileme Ekibi", "Şikâyet Ekibi"], active: true },
    { id: 2, name: "İade", teams: ["İade Ekibi"], active: true },
  ],
  "/api/v1/entry-points": [
    {
      id: 1,
      name: "İstanbul",
      caller_id: "+902121234567",
      trunks: ["operatör-1", "operatör-2"],
      active: true,
    },
  ],
  "/api/v1/users": [
    {
      id: 1,
      sign_in: "deniz",
      name: "Deniz İnce",
      role: "administrator",
      agent: null,
      language: "tr",
      enabled: true,
    },
    {
      id: 7,
      sign_in: "ayse",
      name: "Ayşe Işık",
      role: "agent",
      agent: "ayse",
      language: "tr",
      enabled: true,
    },
    {
      id: 9,
      sign_in: "eski",
      name: "Eski Kişi",
      role: "agent",
      agent: "eski",
      language: "en",
      enabled: false,
    },
  ],
};

const SETTINGS = {
  name: "Sonbahar Yenileme",
  queue: "Yenileme",
  entry_point: "İstanbul",
  lists: ["Kasım listesi"],
  weight: 1,
  mode: "silent",
  windows: [
    { days: ["mon", "tue", "wed", "thu", "fri"], open: "09:00", close: "20:00" },
    { days: ["sat"], open: "10:00", close: "16:00" },
  ],
  ring_ms_min: 15000,
  ring_ms_max: 32000,
  setup_ms_max: 30000,
  caps: { per_contact: 3, per_number: 3, per_number_day: 2, gap_min_min: 10 },
  retry: {
    busy: { then: "same_number", delay_min: 30, attempts_max: 3 },
    no_answer: { then: "next_number", delay_min: 120, attempts_max: 2 },
  },
  analysis: { on: true, minimum_silence_ms: 608, machine: "hang_up" },
  wrap_up_s_max: 30,
  wrap_up_required: false,
  auto_code: "Sale",
  codes: [{ code: "Sale", effect: "success" }],
  guide: "Abonelik",
};
const campaign = "/api/v1/campaigns/Sonbahar%20Yenileme";
export const campaigns = {
  [campaign]: {
    id: 3,
    name: "Sonbahar Yenileme",
    state: "Running",
    contacts: {
      total: 12480,
      ready: 1248,
      leased: 2,
      retry_at: 812,
      done: 9021,
      exhausted: 1300,
      suppressed: 97,
    },
    settings: SETTINGS,
  },
  "/api/v1/campaigns/defaults": {
    ...SETTINGS,
    name: undefined,
    queue: undefined,
    entry_point: undefined,
    lists: undefined,
    guide: "",
    codes: [],
  },
  [`${campaign}/outcomes`]: {
    outcomes: { person: 3021, no_answer: 2210, busy: 640, machine: 911, abandoned: 12 },
    wrap_up_codes: { Sale: 412, "Wrong Number": 81 },
  },
  [`${campaign}/figures`]: {
    step_s: 120,
    steps: Array.from({ length: 30 }, (_, i) => ({
      at: ago((30 - i) * 120),
      attempts: 20 + ((i * 7) % 13),
      answered: 8 + ((i * 5) % 7),
      abandoned: i % 9 === 0 ? 1 : 0,
      agents: 6 + (i % 3),
      wait_s: 4 + ((i * 3) % 11),
    })),
  },
};

const attempt = (id, more) => ({
  id,
  campaign: 3,
  contact: 4711,
  agent: 7,
  talked: 0,
  trunk: 1,
  follows: 0,
  number: "+905321234567",
  caller_id: "+902121234567",
  state: "Ended",
  outcome: "no_answer",
  fault: "callee",
  reason: "",
  sip: { code: 480, q850: 19, text: "Temporarily Unavailable" },
  committed_at: ago(86_400),
  placed_at: ago(86_399),
  rang_at: ago(86_397),
  answered_at: null,
  merged_at: null,
  ended_at: ago(86_370),
  wrap_ups: [],
  ...more,
});
const talked = attempt(9001, {
  talked: 7,
  outcome: "person",
  fault: "none",
  sip: { code: 200, q850: 16, text: "OK" },
  answered_at: ago(82),
  merged_at: ago(80),
  ended_at: ago(20),
  committed_at: ago(90),
  placed_at: ago(89),
  rang_at: ago(86),
  follows: 8000,
  wrap_ups: [{ code: "Sale", agent: 7, by_timer: false, correction: false, at: ago(10) }],
});
const person = {
  id: 4711,
  list: 1,
  list_name: "Kasım listesi",
  campaign: "Sonbahar Yenileme",
  key: "M-2041",
  name: "İlknur Çağlayan <script>window.__ran=1</script>",
  numbers: [
    { number: "+905321234567", type: "mobile", country: "TR", zones: ["Europe/Istanbul"], barred: false },
    { number: "+902121112233", type: "fixed", country: "TR", zones: ["Europe/Istanbul"], barred: true },
  ],
  phase: "retry_at",
  reason: "",
  next_at: ago(-7200),
  next_number: 0,
  attempts: 2,
  fields: { Şehir: "İzmir", Paket: "Fiber 100" },
};
const note = { attempt: 9001, agent: "ışık", text: "Akşam 18'den sonra aransın.", at: ago(15) };
const row = (sequence, machine, from, event, to, s) => ({
  sequence,
  at: ago(s),
  machine,
  id: 9001,
  from,
  event,
  to,
});
export const records = {
  dnc_import: {
    read: 3,
    added: 1,
    already: 1,
    bad: 1,
    problems: [{ line: 2, what: "0532 is too short", mend: "write all digits" }],
  },
  "/api/v1/contacts": { contacts: [person], complete: false },
  "/api/v1/contacts/4711": {
    contact: person,
    campaign: "Sonbahar Yenileme",
    attempts: [talked, attempt(8000)],
    notes: [note],
    why: [
      { number: "+905321234567", gate: "retry_at", text: "retry time", opens_at: ago(-7200) },
      { number: "+902121112233", gate: "do_not_call", text: "on the do-not-call list", opens_at: null },
    ],
    dialable: false,
  },
  "/api/v1/attempts/9001": {
    attempt: talked,
    contact: person,
    rows: [
      row(101, "call", "None", "committed", "Committed", 90),
      row(102, "call", "Committed", "placed", "Placed", 89),
      row(103, "call", "Placed", "answered", "Answered", 82),
      row(104, "agent", "Reserved", "merged", "Engaged", 80),
      row(105, "call", "Merged", "ended", "Ended", 20),
    ],
    notes: [note],
    guide: { name: "Abonelik", version: 3, submitted_at: ago(12) },
    answers: [{ question: questions[0].id, answer: ["yes"] }],
  },
  [`${campaign}/prompts`]: [
    {
      kind: "safe_harbour",
      language: "tr",
      own: true,
      name: "güvenli liman, ikinci çekim.wav",
      duration_ms: 9400,
      at: ago(86_400),
    },
    { kind: "safe_harbour", language: "en", own: false, name: "", duration_ms: 9500, at: null },
    { kind: "hold_music", language: "any", own: false, name: "", duration_ms: 17_200, at: null },
  ],
  [`${campaign}/dry-run`]: {
    contacts: 12480,
    dialable: 1205,
    blocked: [
      { gate: "retry_at", contacts: 812, opens_at: ago(-1800) },
      { gate: "do_not_call", contacts: 97, opens_at: null },
    ],
  },
  "/api/v1/audit": [
    {
      id: 31,
      at: ago(300),
      who: "deniz",
      role: "administrator",
      address: "10.0.0.7",
      action: "PUT /api/v1/queues/{queue}",
      what: "queues/Yenileme",
      before: { id: 1, name: "Yenileme", teams: ["Yenileme Ekibi"] },
      after: { id: 1, name: "Yenileme", teams: ["Yenileme Ekibi", "Şikâyet Ekibi"] },
      status: 200,
    },
    {
      id: 30,
      at: ago(900),
      who: "token:rapor",
      role: "administrator",
      address: "10.0.0.9",
      action: "DELETE /api/v1/teams/{team}",
      what: "teams/Kuzey",
      before: { id: 9, name: "Kuzey" },
      after: null,
      status: 409,
    },
  ],
  "/api/v1/reports/analysis": [
    {
      key: "Sonbahar Yenileme",
      persons: 3021,
      machines: 911,
      others: 74,
      undecided: 12,
      reviewed: 45,
      judged_person_called_person: 61,
      judged_machine_called_person: 3,
      judged_person_called_machine: 2,
      judged_machine_called_machine: 41,
      lost_people: { of: 43, persons: 2, share: 0.0465, low: 0.0128, high: 0.1546 },
      lost_people_sampled: { of: 40, persons: 1, share: 0.025, low: 0.0044, high: 0.1288 },
    },
  ],
  "/api/v1/webhooks": [
    {
      name: "crm",
      url: "https://crm.example.com/ziptone",
      events: ["attempt_ended", "wrap_up"],
      enabled: true,
    },
  ],
  "/api/v1/webhooks/crm/deliveries": [
    {
      id: 52,
      event: "wrap_up",
      attempt: 9001,
      state: "failed",
      tries: 14,
      next_at: null,
      status: 500,
      error: "Internal Server Error",
      at: ago(90_000),
    },
    {
      id: 51,
      event: "attempt_ended",
      attempt: 9000,
      state: "waiting",
      tries: 2,
      next_at: ago(-20),
      status: null,
      error: "connection refused",
      at: ago(40),
    },
  ],
};

/** What a guide answers to its new version. */
export const putGuide = (name) => ({ id: 5, name, version: 4, at: new Date().toISOString() });
