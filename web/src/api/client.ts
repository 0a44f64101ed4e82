// One way to ask the server. A refusal is thrown as `Refused` with the server's reason; no answer at all as `Unreachable`.

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

/** `body`: an object goes as JSON, a Blob as it is. `within_ms`: when no answer counts as unreachable. */
export async function ask<T>(
  method: string,
  path: string,
  body?: unknown,
  within_ms = ANSWER_WITHIN_MS,
): Promise<T> {
  const blob = body instanceof Blob;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: "same-origin",
      signal: AbortSignal.timeout(within_ms),
      headers: body === undefined ? {} : { "Content-Type": blob ? "text/csv" : "application/json" },
      body: body === undefined ? null : blob ? body : JSON.stringify(body),
    });
  } catch {
    throw new Unreachable();
  }
  if (!response.ok) {
    const refused = await refusal(response);
    if (refused.status === 401 && path !== "/api/v1/session") signed_out();
    throw refused;
  }
  if (response.status === 204) return undefined as T;
  return (await response.json().catch(() => undefined)) as T;
}

export const get = <T>(path: string) => ask<T>("GET", path);
export const post = <T = unknown>(path: string, body?: unknown) => ask<T>("POST", path, body ?? {});
export const put = <T = unknown>(path: string, body?: unknown) => ask<T>("PUT", path, body ?? {});
export const remove = <T = unknown>(path: string) => ask<T>("DELETE", path);

/** The path of an agent's action, the name encoded. */
export const agentPath = (agent: string, action: string) =>
  `/api/v1/agents/${encodeURIComponent(agent)}/${action}`;
