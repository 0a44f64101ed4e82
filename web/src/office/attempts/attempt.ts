// An attempt as GET /attempts tells it. Ids of 0 stand for nobody.
export interface WrapUpRow {
  code: string;
  agent?: number;
  by_timer?: boolean;
  correction?: boolean;
  at?: string | null;
}
export interface Attempt {
  id: number;
  campaign: number | string;
  contact: number;
  agent?: number;
  talked?: number;
  trunk?: number;
  follows?: number;
  number: string;
  caller_id?: string;
  state: string;
  outcome: string;
  fault?: string;
  reason: string;
  sip: { code: number; q850?: number; text: string };
  committed_at: string | null;
  placed_at?: string | null;
  rang_at?: string | null;
  answered_at?: string | null;
  merged_at?: string | null;
  ended_at?: string | null;
  wrap_ups: WrapUpRow[];
}

export const sipText = (a: Attempt) => [a.sip?.code || "", a.sip?.text].filter(Boolean).join(" ");
