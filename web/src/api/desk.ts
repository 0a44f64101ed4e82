// What the agent's desktop is told: the whole of it again after every change (GET /api/v1/desk, /api/v1/desk/live). The shapes are the
// contract's.
import type { components } from "./schema.d.ts";

/** A shape of the contract by its name in api/openapi.yaml; every property is there unless the contract says otherwise. */
export type Shape<Name extends keyof components["schemas"]> = components["schemas"][Name];

export type Desk = Shape<"Desk">;
export type DeskAgent = Desk["agent"];
export type AgentState = DeskAgent["state"];
export type LegState = Desk["leg"]["state"];
export type LegMode = Desk["leg"]["mode"];
export type DeskCampaign = Desk["campaigns"][number];
export type DeskAttempt = NonNullable<Desk["attempt"]>;
export type Progress = DeskAttempt["progress"];
export type DeskContact = NonNullable<DeskAttempt["contact"]>;
export type HistoryRow = DeskContact["history"][number];
export type DeskWrapUp = NonNullable<Desk["wrap_up"]>;
export type WrapUpCode = DeskWrapUp["codes"][number];
/** `enabled` is of the list of all; a desk has those that are. */
export type IdleCode = Omit<Shape<"IdleCode">, "enabled">;
export type Session = Shape<"Session">;
