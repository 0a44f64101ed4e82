// The agent's walk through a call guide: the same rules as the server's walk (src/server/guide/guide.hpp), so that the page shows the
// next question without asking; the server judges again on Submit. Pure.

export type Texts = Record<string, string>;
export interface Branch {
  answer?: string;
  at_least?: number;
  at_most?: number;
  to?: string;
  code?: string;
}
export interface Question {
  id: string;
  kind: "single" | "multiple" | "text" | "number" | "date" | "yes_no";
  text: Texts;
  required?: boolean;
  choices?: { id: string; text: Texts }[];
  branches?: Branch[];
}
export interface QuestionSet {
  id: string;
  title?: Texts;
  questions: Question[];
  next?: string;
}
export interface Guide {
  languages: string[];
  sets: QuestionSet[];
}
/** By question: ids of choices, "yes" or "no", or the one text as written; empty: passed over. */
export type Answers = Record<string, string[]>;

interface Stop {
  question: Question;
  set: QuestionSet;
  after: string | undefined;
}
export interface Walk {
  path: string[];
  /** The question to ask now; null: the end is reached. */
  next: string | null;
  code: string | null;
}

export const END = "end";

function stopsOf(guide: Guide): Map<string, Stop> {
  const stops = new Map<string, Stop>();
  for (const set of guide.sets)
    set.questions.forEach((question, i) => {
      stops.set(question.id, { question, set, after: set.questions[i + 1]?.id ?? set.next });
    });
  return stops;
}

export function stopOf(guide: Guide, id: string): Stop | undefined {
  return stopsOf(guide).get(id);
}

function resolve(guide: Guide, target: string | undefined): string | null {
  if (!target || target === END) return null;
  return guide.sets.find((s) => s.id === target)?.questions[0]?.id ?? target;
}

/** Why this is no answer; null: it is one. Passing over is one when the question is not required. */
export function faultOf(
  question: Question,
  answer: string[],
): "required" | "number" | "date" | "choice" | null {
  const given = answer.filter((a) => a.trim() !== "");
  if (given.length === 0) return question.required ? "required" : null;
  const first = given[0] ?? "";
  const choices = new Set(question.choices?.map((c) => c.id));
  switch (question.kind) {
    case "yes_no":
      return first === "yes" || first === "no" ? null : "choice";
    case "single":
      return given.length === 1 && choices.has(first) ? null : "choice";
    case "multiple":
      return given.every((a) => choices.has(a)) ? null : "choice";
    case "number":
      return /^-?\d+([.,]\d+)?$/.test(first.trim()) ? null : "number";
    case "date":
      return /^\d{4}-\d{2}-\d{2}$/.test(first) && !Number.isNaN(Date.parse(first)) ? null : "date";
    default:
      return null;
  }
}

function taken(question: Question, answer: string[]): Branch | undefined {
  return question.branches?.find((b) => {
    if (b.answer) return answer.includes(b.answer);
    if (b.at_least === undefined && b.at_most === undefined) return true;
    const n = Number((answer[0] ?? "").replace(",", "."));
    if (answer.length === 0 || Number.isNaN(n)) return false;
    return n >= (b.at_least ?? -Infinity) && n <= (b.at_most ?? Infinity);
  });
}

/** From the first question as far as the answers lead. A question without an answer of its own (not even a pass) stops it. */
export function walk(guide: Guide, answers: Answers): Walk {
  const stops = stopsOf(guide);
  const path: string[] = [];
  let code: string | null = null;
  let at = guide.sets[0]?.questions[0]?.id ?? null;
  while (at !== null) {
    const stop = stops.get(at);
    const answer = answers[at];
    if (!stop || answer === undefined || path.includes(at) || faultOf(stop.question, answer)) break;
    path.push(at);
    const branch = taken(stop.question, answer);
    if (branch?.code) code = branch.code;
    at = resolve(guide, branch ? branch.to : stop.after);
  }
  return { path, next: at, code };
}

/** Required and not answered, past which the way is known whatever the answer will be. Empty: the answers may be submitted. */
export function missingOf(guide: Guide, answers: Answers): string[] {
  const stops = stopsOf(guide);
  const met = new Set<string>();
  const missing: string[] = [];
  let at = guide.sets[0]?.questions[0]?.id ?? null;
  while (at !== null && !met.has(at)) {
    met.add(at);
    const stop = stops.get(at);
    if (!stop) break;
    const { question, after } = stop;
    const answer = answers[at] ?? [];
    const good = faultOf(question, answer) === null;
    const first = question.branches?.[0];
    if (!good) {
      missing.push(at);
      if (first && (first.answer || first.at_least !== undefined || first.at_most !== undefined)) break;
    }
    const branch = taken(question, good ? answer : []);
    at = resolve(guide, branch ? branch.to : after);
  }
  return missing;
}

/** The answers on the path only: what was said on a branch that was left again is not submitted. */
export function kept(guide: Guide, answers: Answers): Answers {
  return Object.fromEntries(walk(guide, answers).path.map((id) => [id, answers[id] ?? []]));
}

/** In this language, or the guide's first; {{field}} becomes what the contact's fields hold, or nothing. */
export function merged(guide: Guide, texts: Texts | undefined, language: string, fields: Texts): string {
  const text = texts?.[language] || texts?.[guide.languages[0] ?? ""] || Object.values(texts ?? {})[0] || "";
  return text.replace(/\{\{\s*([^{}]*?)\s*\}\}/g, (_, name: string) => fields[name] ?? "");
}
