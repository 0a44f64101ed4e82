// What the test peer shows. Names that a Turkish page must get right, and a contact whose name is a script.
const code = (id, name_tr, name_en, effect, own, description_tr = null, description_en = null) => ({
  id,
  name_tr,
  name_en,
  description_tr,
  description_en,
  effect,
  own,
});

export const CODES = [
  code(1, "Satış", "Sale", "success", true, "Kişi teklifi kabul etti", "The contact accepted the offer"),
  code(2, "İlgilenmiyor", "Not interested", "close", true, "Teklifi istemiyor", "Does not want the offer"),
  code(3, "Isıtma arızası", "Heating fault", "close", true),
  code(4, "Geri ara", "Call back", "callback", false, "Zamanı siz seçersiniz", "You choose the time"),
  code(5, "Yanlış numara", "Wrong number", "next_number", false),
  code(
    6,
    "Aranmak istemiyor",
    "Do not call",
    "do_not_call",
    false,
    "Numara bir daha aranmaz",
    "The number is never called again",
  ),
  code(7, "Ulaşılamadı", "Not reached", "retry", false),
  code(8, "Şikâyet", "Complaint", "close", true),
  code(9, "Ödeme sözü", "Promise to pay", "success", true),
  code(10, "Çağrı kesildi", "Call dropped", "retry", false),
];

const ago = (s) => new Date(Date.now() - s * 1000).toISOString();

export const contact = () => ({
  id: 4711,
  key: "M-2041",
  name: "İlknur Çağlayan <script>window.__ran=1</script>",
  number: "+905321234567",
  zone: "Europe/Istanbul",
  fields: {
    Şehir: "İzmir",
    Paket: "Fiber 100",
    Bakiye: "1.249,90 ₺",
    Not: "<img src=x onerror=window.__ran=2>",
    "Müşteri yılı": "6",
  },
  history: [
    { attempt: 4001, at: ago(86400 * 3), outcome: "no_answer", code: null, agent: null, note: null },
    {
      attempt: 3002,
      at: ago(86400 * 9),
      outcome: "person",
      code: "Geri ara",
      agent: "mehmet",
      note: "Akşam 18'den sonra aransın.",
    },
  ],
  callback_at: null,
});

export const attempt = (progress, more = {}) => ({
  id: 9001,
  campaign: "Sonbahar Yenileme",
  campaign_id: 3,
  stage: "dial",
  state: "Dialing",
  progress,
  started_at: ago(4),
  answered_at: null,
  merged_at: null,
  held_at: null,
  late_verdict: null,
  analysed: true,
  review: false,
  outcome: null,
  contact: null,
  screen_pop: null,
  guide: null,
  ...more,
});

export const talking = (more = {}) =>
  attempt("connected", {
    answered_at: ago(83),
    merged_at: ago(82),
    contact: contact(),
    guide: { id: 5, version: 2 },
    screen_pop: { url: "https://crm.example/kisi/4711", where: "pane" },
    ...more,
  });

export const wrapUp = (more = {}) => ({
  attempt: 9001,
  since: ago(2),
  ends_at: new Date(Date.now() + 45_000).toISOString(),
  required: false,
  extensible: true,
  suggested_code: 9,
  codes: CODES,
  ...more,
});

export const agent = (state, why = null, more = {}) => ({
  id: 7,
  sign_in: "ayse",
  name: "ayse",
  teams: ["Yenileme Ekibi"],
  team: null,
  legs: ["webrtc"],
  state,
  why,
  since: ago(65),
  next: null,
  next_dial_at: null,
  ...more,
});

export const firstDesk = () => ({
  sequence: 1,
  now: new Date().toISOString(),
  agent: agent("Away", "signed_out"),
  leg: { state: "Up", mode: "nailed_up", since: ago(600) },
  campaigns: [
    {
      id: 3,
      name: "Sonbahar Yenileme",
      state: "Running",
      mode: "silent",
      window: { open: true, changes_at: "2026-11-23T17:00:00Z" },
      contacts_left: 1248,
      why_not: null,
    },
    {
      id: 4,
      name: "İade ve Iskonto",
      state: "Running",
      mode: "classic",
      window: { open: false, changes_at: "2026-11-24T06:00:00Z" },
      contacts_left: 1,
      why_not: "window",
    },
    {
      id: 5,
      name: "Müşteri Anketi",
      state: "Paused",
      mode: "silent",
      window: null,
      contacts_left: null,
      why_not: null,
    },
  ],
  attempt: null,
  wrap_up: null,
  idle_codes: [
    { id: 1, name_tr: "Mola", name_en: "Break" },
    { id: 2, name_tr: "Yemek", name_en: "Lunch" },
    { id: 3, name_tr: "Eğitim", name_en: "Training" },
  ],
});

export const guide = {
  attempt: 9001,
  guide: 5,
  version: 2,
  submitted_at: null,
  document: {
    languages: ["tr", "en"],
    sets: [
      {
        id: "opening",
        title: { tr: "Açılış", en: "Opening" },
        next: "offer",
        questions: [
          {
            id: "right",
            kind: "yes_no",
            required: true,
            text: { tr: "{{name}} ile mi görüşüyorum?", en: "Am I speaking with {{name}}?" },
            branches: [{ answer: "no", to: "end", code: "5" }],
          },
          {
            id: "pleased",
            kind: "single",
            required: true,
            text: {
              tr: "{{Paket}} paketinizden memnun musunuz?",
              en: "Are you content with your {{Paket}} plan?",
            },
            choices: [
              { id: "very", text: { tr: "Çok", en: "Very" } },
              { id: "so", text: { tr: "Biraz", en: "Somewhat" } },
              { id: "not", text: { tr: "Hayır", en: "No" } },
            ],
          },
        ],
      },
      {
        id: "offer",
        title: { tr: "Teklif", en: "Offer" },
        next: "end",
        questions: [
          {
            id: "wants",
            kind: "multiple",
            text: { tr: "Hangileri ilginizi çeker?", en: "Which of these interest you?" },
            choices: [
              { id: "speed", text: { tr: "Daha yüksek hız", en: "More speed" } },
              { id: "tv", text: { tr: "TV paketi", en: "TV plan" } },
            ],
          },
          {
            id: "people",
            kind: "number",
            required: true,
            text: { tr: "Evde kaç kişi yaşıyor?", en: "How many people live there?" },
          },
          {
            id: "when",
            kind: "date",
            text: { tr: "Kurulum ne zaman olsun?", en: "When should it be installed?" },
          },
        ],
      },
    ],
  },
};

export const office = {
  "/api/v1/campaigns": [
    {
      id: 3,
      name: "Sonbahar Yenileme",
      state: "Running",
      contacts: { total: 12480, ready: 1248, done: 9021 },
    },
    { id: 4, name: "İade ve Iskonto", state: "Paused", contacts: { total: 300, ready: 1, done: 12 } },
    { id: 5, name: "Müşteri Anketi", state: "Draft", contacts: { total: 0, ready: 0, done: 0 } },
  ],
  "/api/v1/campaigns/Sonbahar%20Yenileme": {
    id: 3,
    name: "Sonbahar Yenileme",
    state: "Running",
    contacts: { total: 12480 },
  },
  "/api/v1/campaigns/Sonbahar%20Yenileme/explain": {
    campaign: "Sonbahar Yenileme",
    dialing: false,
    gates: [
      { name: "campaign", open: true, count: 1 },
      { name: "store", open: true, count: 1 },
      { name: "agents", open: false, count: 0 },
      { name: "trunk", open: true, count: 4 },
      { name: "window", open: false, count: 312, opens_at: "2026-11-24T06:00:00Z" },
      { name: "do_not_call", open: false, count: 41 },
      { name: "ready", open: true, count: 1248 },
    ],
  },
  "/api/v1/agents": [
    {
      id: 7,
      name: "ayse",
      teams: ["Yenileme Ekibi"],
      leg_mode: "webrtc",
      active: true,
      state: "Engaged",
      leg: "Up",
      since_s: 84,
      campaign: "Sonbahar Yenileme",
    },
    {
      id: 8,
      name: "ışık",
      teams: ["Yenileme Ekibi"],
      leg_mode: "webrtc",
      active: true,
      state: "Away",
      why: "rona",
      leg: "Down",
      since_s: 642,
    },
    {
      id: 9,
      name: "İbrahim",
      teams: ["Yenileme Ekibi"],
      leg_mode: "webrtc",
      active: true,
      state: "Available",
      leg: "Up",
      since_s: 5,
    },
    {
      id: 10,
      name: "zeynep",
      teams: ["Yenileme Ekibi"],
      leg_mode: "webrtc",
      active: true,
      state: "Away",
      why: "signed_out",
      leg: "Down",
      since_s: 9000,
    },
  ],
  "/api/v1/attempts": [
    {
      id: 9001,
      campaign: 3,
      contact: 4711,
      number: "+905321234567",
      state: "Ended",
      outcome: "person",
      reason: "",
      sip: { code: 200, text: "OK" },
      committed_at: ago(80),
      wrap_ups: [{ code: "Sale" }],
    },
    {
      id: 9000,
      campaign: 3,
      contact: 4710,
      number: "+905331112233",
      state: "Ended",
      outcome: "busy",
      reason: "",
      sip: { code: 486, text: "Busy Here" },
      committed_at: ago(180),
      wrap_ups: [],
    },
  ],
  "/api/v1/lists": [
    { id: 1, name: "Kasım listesi", country: "TR", contacts: { ready: 1248, done: 9021, exhausted: 2211 } },
  ],
  "/api/v1/dnc": [{ number: "+905550001122", source: "agent", at: ago(86400) }],
  "/api/v1/trunks": [
    { id: 1, name: "operatör-1", up: true, cps: 20, channels: 120 },
    { id: 2, name: "operatör-2", up: false, why: "no answer to OPTIONS", cps: 5, channels: 30 },
  ],
  import: {
    import: 12,
    read: 5,
    inserted: 3,
    updated: 0,
    unchanged: 0,
    duplicate: 1,
    bad: 1,
    more_after: null,
    problems: [
      { line: 4, column: "phone", kind: "bad", what: "0532 is too short", mend: "write all digits", row: "" },
    ],
  },
};

/** The agent's own: promised callbacks and the day's figures. */
export const mine = {
  "/api/v1/agents/ayse/callbacks": [
    {
      contact: 4711,
      name: "İlknur Çağlayan",
      number: "+905321234567",
      campaign: "Sonbahar Yenileme",
      at: ago(-3600),
      mine: true,
    },
    {
      contact: 4720,
      name: "",
      number: "+905331112233",
      campaign: "Sonbahar Yenileme",
      at: ago(-7200),
      mine: false,
    },
  ],
  "/api/v1/agents/ayse/day": {
    calls: 42,
    talk_s: 7512,
    hold_s: 90,
    wrap_up_s: 1260,
    available_s: 3020,
    idle_s: 900,
    by_code: { Sale: 7, "Wrong number": 3 },
  },
};
