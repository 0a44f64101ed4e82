// A campaign's settings between the server's form (the keys of a [[campaign]] table) and the fields of a page. Pure.

export interface Window {
  days: string[];
  open: string;
  close: string;
}
export interface CodeUse {
  code: string;
  effect: string;
  retry_as?: string;
}
export interface RetryRule {
  then: string;
  delay_min: number | string;
  attempts_max: number | string;
}
/** By the key's path ("caps.per_contact"); a number as it is typed. */
export type Values = Record<string, unknown>;
export type Settings = Record<string, unknown>;

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
export const EFFECTS = ["close", "success", "retry", "next_number", "callback", "do_not_call"];
export const THEN = ["close", "same_number", "next_number"];

/** Tables that are edited as one thing and not key by key. */
const WHOLE = new Set(["retry", "on_outcome"]);

/** What a new campaign has before anybody has chosen; the server tells its own when it can. */
export const FIRST: Settings = {
  mode: "silent",
  queue: "",
  entry_point: "",
  lists: [],
  weight: 1,
  windows: [{ days: DAYS, open: "09:00", close: "20:00" }],
  ring_ms_min: 15_000,
  ring_ms_max: 32_000,
  setup_ms_max: 30_000,
  caps: { per_contact: 3, per_number: 3, per_number_day: 2, gap_min_min: 10 },
  wrap_up_s_max: 30,
  zip_tone: "two_beeps",
  join_by_hand: false,
  wrap_up_required: false,
  wrap_up_guide_required: false,
  wrap_up_extension_s_max: 600,
  hold_s_max: 300,
  catch_up: false,
  clip_days: 0,
  review_share: 0,
  contact_before_connect: false,
  analysis: {
    on: true,
    preset: "balanced",
    minimum_silence_ms: 608,
    analysis_period_ms: 2500,
    minimum_valid_speech_ms: 112,
    maximum_analysis_ms: 3000,
    terminating_tone_ms: 30_000,
    decide_from_answer: false,
    machine: "hang_up",
  },
};

const isTable = (x: unknown): x is Settings => typeof x === "object" && x !== null && !Array.isArray(x);

export function toValues(settings: Settings, at = ""): Values {
  const values: Values = {};
  for (const [key, value] of Object.entries(settings)) {
    const path = at + key;
    if (isTable(value) && !WHOLE.has(path)) Object.assign(values, toValues(value, `${path}.`));
    else values[path] = typeof value === "number" ? String(value) : value;
  }
  return values;
}

/** A text that is a whole number becomes one; what is none goes as it is, and the server says where it is wrong. */
function scalar(value: unknown, is_number: boolean): unknown {
  if (typeof value !== "string") return value;
  const text = value.trim();
  if (text === "") return undefined;
  return is_number && /^-?\d+$/.test(text) ? Number(text) : text;
}

/** The body of PUT: what `before` held and no field shows stays, what is empty has the server's default. */
export function toSettings(values: Values, numbers: ReadonlySet<string>, before: Settings): Settings {
  const body: Settings = structuredClone(before);
  delete body.name; // the path's
  for (const [path, value] of Object.entries(values)) {
    const keys = path.split(".");
    const last = keys.pop() ?? "";
    let table = body;
    for (const key of keys) {
      if (!isTable(table[key])) table[key] = {};
      table = table[key] as Settings;
    }
    const plain = scalar(value, numbers.has(path));
    if (plain === undefined || plain === null || last === "name") delete table[last];
    else table[last] = plain;
  }
  const pop = body.screen_pop;
  if (isTable(pop) && !pop.url) delete body.screen_pop;
  if (isTable(body.retry))
    body.retry = Object.fromEntries(
      Object.entries(body.retry).map(([outcome, rule]) => [outcome, retryOf(rule as RetryRule)]),
    );
  if (isTable(body.on_outcome))
    body.on_outcome = Object.fromEntries(Object.entries(body.on_outcome).filter(([, code]) => code));
  return body;
}

const retryOf = (rule: RetryRule): Settings =>
  Object.fromEntries(
    Object.entries({
      then: rule.then || undefined,
      delay_min: scalar(rule.delay_min, true),
      attempts_max: scalar(rule.attempts_max, true),
    }).filter(([, v]) => v !== undefined),
  );
