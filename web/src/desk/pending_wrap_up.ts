// A chosen wrap-up that the server has not acknowledged: kept over a reload and a lost connection, and sent again, once.
import { agentPath, ask, Refused } from "../api/client.ts";
import { freshKey } from "../api/intents.ts";
import { readDraft, writeDraft } from "./draft.ts";

export interface Choice {
  attempt: number;
  code: string;
  callback_at?: string;
  callback_agent?: string;
}
interface Pending {
  choice: Choice;
  sent: number;
  /** Idempotency-Key: the same at every try, over a reload too. */
  key: string;
}
export type Sent = "acknowledged" | "unacknowledged" | Refused;

const KEY = "wrap_up";
const TIMES = 2;

export const pendingFor = (attempt: number): Choice | null => {
  const pending = readDraft<Pending>(KEY);
  return pending?.choice.attempt === attempt ? pending.choice : null;
};
export const mayResend = (attempt: number): boolean => {
  const pending = readDraft<Pending>(KEY);
  return pending?.choice.attempt === attempt && pending.sent < TIMES;
};
const forgetPending = () => writeDraft(KEY, null);

/** The server names the attempt in it, so a second arrival of the same choice changes nothing. */
export async function send(agent: string, choice: Choice, within_ms?: number): Promise<Sent> {
  const pending = readDraft<Pending>(KEY);
  const same = pending && JSON.stringify(pending.choice) === JSON.stringify(choice);
  const key = same ? pending.key : freshKey();
  writeDraft<Pending>(KEY, { choice, sent: (same ? pending.sent : 0) + 1, key });
  try {
    await ask("POST", agentPath(agent, "wrap-up"), choice, { within_ms, key });
    forgetPending();
    return "acknowledged";
  } catch (error) {
    if (!(error instanceof Refused) || error.status === 503 || error.status === 429) return "unacknowledged";
    forgetPending();
    return error;
  }
}
