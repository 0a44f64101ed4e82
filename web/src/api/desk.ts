// What the agent's desktop is told: the whole of it again after every change (GET /api/v1/desk, /api/v1/desk/live).

export type AgentState = "Away" | "Available" | "Reserved" | "Engaged" | "WrappingUp";
export type LegState = "Down" | "Calling" | "Up" | "Recovering";
export type LegMode = "nailed_up" | "on_demand" | "webrtc";
export type Progress = "dialing" | "ringing" | "analysing" | "connected" | "held" | "message" | "wrapping_up";

export interface NextState {
  /** available, idle, or another reason to be away. */
  state: string;
  idle_code: number | null;
}

export interface DeskAgent {
  id: number;
  /** The agent of the paths. */
  sign_in?: string;
  name: string;
  teams: string[];
  state: AgentState;
  why: string | null;
  idle_code?: number | null;
  since: string;
  next: NextState | null;
}

export interface DeskCampaign {
  id: number;
  name: string;
  state: string;
  mode: "silent" | "classic" | string;
  window: { open: boolean; changes_at: string | null } | null;
  contacts_left: number | null;
  why_not: string | null;
}

export interface HistoryRow {
  attempt: number;
  at: string;
  outcome: string | null;
  code: string | null;
  code_tr?: string | null;
  agent: string | null;
  note: string | null;
}

export interface DeskContact {
  id: number;
  key: string;
  name: string | null;
  number: string | null;
  zone: string | null;
  fields: Record<string, string>;
  history: HistoryRow[];
  callback_at: string | null;
  /** Asked for in this call. */
  do_not_call?: boolean;
}

export interface DeskAttempt {
  id: number;
  campaign: string;
  campaign_id: number;
  stage: string;
  state: string;
  progress: Progress;
  started_at: string;
  answered_at: string | null;
  merged_at: string | null;
  held_at: string | null;
  outcome: string | null;
  contact: DeskContact | null;
  /** This agent's, of this attempt. */
  note?: string | null;
  screen_pop: { url: string; where: "pane" | "tab" } | null;
  guide: { id: number; version: number } | null;
}

export interface WrapUpCode {
  id: number;
  name_tr: string;
  name_en: string;
  description_tr: string | null;
  description_en: string | null;
  effect: string;
  own: boolean;
}

export interface DeskWrapUp {
  attempt: number;
  since: string;
  ends_at: string | null;
  required: boolean;
  extensible: boolean;
  may_extend_s?: number;
  suggested_code: number | null;
  codes: WrapUpCode[];
}

export interface IdleCode {
  id: number;
  name_tr: string;
  name_en: string;
}

export interface Desk {
  sequence: number;
  now: string;
  agent: DeskAgent;
  leg: { state: LegState; mode: LegMode; since: string };
  campaigns: DeskCampaign[];
  attempt: DeskAttempt | null;
  wrap_up: DeskWrapUp | null;
  idle_codes: IdleCode[];
}

export interface Session {
  user: {
    id: number;
    sign_in: string;
    name: string;
    role: "administrator" | "supervisor" | "agent";
    agent: string | null;
    language: "tr" | "en" | null;
  };
  version: string;
  must_change_password?: boolean;
}
