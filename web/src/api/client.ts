// One way to ask the server. A refusal is thrown as `Refused` with the server's reason; no answer at all as `Unreachable`.

import { Intents } from "./intents.ts";

export interface ProblemField {
  field?: string;
  what?: string;
  mend?: string;
}

export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    title: string,
    readonly fields: ProblemField[],
    readonly retry_after_s: number | null,
  ) {
    super(title);
  }
}

/** The request may or may not have reached the server: nobody answered. */
export class Unreachable extends Error {}

type Listener = () => void;
let signed_out: Listener = () => {};

/** Called when an answer says that the session is over. */
export function onSignedOut(listener: Listener): void {
  signed_out = listener;
}

const ANSWER_WITHIN_MS = 10_000;

async function refusal(response: Response): Promise<Refused> {
  const problem = await response.json().catch(() => ({}));
  const retry = Number(response.headers.get("Retry-After"));
  return new Refused(
    response.status,
    typeof problem.reason === "string" ? problem.reason : "",
    typeof problem.title === "string" ? problem.title : response.statusText,
    Array.isArray(problem.errors) ? problem.errors : [],
    Number.isFinite(retry) && retry > 0 ? retry : null,
  );
}

interface How {
  /** When no answer counts as unreachable. */
  within_ms?: number | undefined;
  /** Of an intent that outlives this page; else one is made. */
  key?: string | undefined;
}
const intents = new Intents();
// A password or a secret is not kept by the server for a second answer.
const KEYLESS = /^\/api\/v1\/(session|setup|tokens)/;

/** Nobody knows yet what became of it, or it was put off: the next try is the same intent. */
const isOpen = (refused: Refused) =>
  refused.status === 429 || refused.status >= 500 || refused.reason === "in_progress";

const typeOf = (blob: Blob) => (blob.type.startsWith("audio/") ? blob.type : "text/csv");

/** `body`: an object goes as JSON, a Blob as it is: sound as what it says, all else as CSV, for browsers call that by many names. */
export async function ask<T>(method: string, path: string, body?: unknown, how: How = {}): Promise<T> {
  const blob = body instanceof Blob;
  const text = body === undefined ? null : blob ? body : JSON.stringify(body);
  const headers: Record<string, string> = {};
  if (body !== undefined) headers["Content-Type"] = blob ? typeOf(body) : "application/json";
  const keyed = method === "POST" && typeof text === "string" && !KEYLESS.test(path);
  const key = keyed ? (how.key ?? intents.keyFor(path, text)) : "";
  if (key) headers["Idempotency-Key"] = key;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: "same-origin",
      signal: AbortSignal.timeout(how.within_ms ?? ANSWER_WITHIN_MS),
      headers,
      body: text,
    });
  } catch {
    throw new Unreachable();
  }
  if (!response.ok) {
    const refused = await refusal(response);
    if (key && !isOpen(refused)) intents.settled(path, key);
    if (refused.status === 401 && path !== "/api/v1/session") signed_out();
    throw refused;
  }
  if (key) intents.settled(path, key);
  if (response.status === 204) return undefined as T;
  return (await response.json().catch(() => undefined)) as T;
}

export const get = <T>(path: string, within_ms?: number) => ask<T>("GET", path, undefined, { within_ms });
export const post = <T = unknown>(path: string, body?: unknown) => ask<T>("POST", path, body ?? {});
export const put = <T = unknown>(path: string, body?: unknown) => ask<T>("PUT", path, body ?? {});
export const remove = <T = unknown>(path: string) => ask<T>("DELETE", path);

/** The path of an agent's action, the name encoded. */
export const agentPath = (agent: string, action: string) =>
  `/api/v1/agents/${encodeURIComponent(agent)}/${action}`;
