// How far a new call centre is, told from what exists: nothing is ticked by hand. Pure.

export const STEPS = ["phone_line", "agents", "list", "campaign", "test_call"] as const;
export type StepName = (typeof STEPS)[number];

/** What the server has; undefined: not known yet, which counts as not there. */
export interface There {
  trunks: { up: boolean }[] | undefined;
  teams: unknown[] | undefined;
  agents: { teams: string[] }[] | undefined;
  users: { role: string; enabled: boolean }[] | undefined;
  lists: { contacts?: Record<string, number> }[] | undefined;
  entry_points: unknown[] | undefined;
  queues: unknown[] | undefined;
  campaigns: { state: string }[] | undefined;
  attempts: { merged_at?: string | null }[] | undefined;
}
export interface Part {
  name: string;
  done: boolean;
}
export interface Step {
  name: StepName;
  parts: Part[];
  done: boolean;
  /** The one to do now. */
  next: boolean;
}

const some = <T>(all: T[] | undefined, fits: (one: T) => boolean = () => true) => all?.some(fits) ?? false;
const contactsOf = (counts: Record<string, number> | undefined) =>
  Object.values(counts ?? {}).reduce((a, b) => a + b, 0);

export function stepsOf(there: There): Step[] {
  const parts: Record<StepName, Part[]> = {
    phone_line: [
      { name: "trunk", done: some(there.trunks) },
      { name: "trunk_up", done: some(there.trunks, (t) => t.up) },
    ],
    agents: [
      { name: "team", done: some(there.teams) },
      { name: "agent", done: some(there.agents, (a) => a.teams.length > 0) },
      { name: "user", done: some(there.users, (u) => u.role === "agent" && u.enabled) },
    ],
    list: [{ name: "contacts", done: some(there.lists, (l) => contactsOf(l.contacts) > 0) }],
    campaign: [
      { name: "entry_point", done: some(there.entry_points) },
      { name: "queue", done: some(there.queues) },
      { name: "campaign", done: some(there.campaigns) },
    ],
    test_call: [
      { name: "started", done: some(there.campaigns, (c) => c.state !== "Draft") },
      { name: "dialed", done: some(there.attempts) },
      { name: "talked", done: some(there.attempts, (a) => Boolean(a.merged_at)) },
    ],
  };
  const steps = STEPS.map((name) => ({ name, parts: parts[name], done: parts[name].every((p) => p.done) }));
  const next = steps.find((s) => !s.done)?.name;
  return steps.map((s) => ({ ...s, next: s.name === next }));
}
