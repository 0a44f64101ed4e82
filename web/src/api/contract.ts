// Compared by the compiler, never run: what the page's own types name is what api/openapi.yaml names. The contract leaves most fields
// optional where the page knows that they are there, so only the names are compared.
import type { GuideVersion } from "../office/guides/builder.tsx";
import type { Campaign } from "../office/campaign/state.tsx";
import type { Branch, Guide, Question, QuestionSet } from "../guide/walk.ts";
import type {
  Desk,
  DeskAgent,
  DeskAttempt,
  DeskCampaign,
  DeskContact,
  DeskWrapUp,
  IdleCode,
  Session,
} from "./desk.ts";
import type { components } from "./schema.d.ts";

type Contract = components["schemas"];
type There<T> = NonNullable<T>;
type Item<T> = There<T> extends readonly (infer One)[] ? One : never;
/** True when the contract knows every name of ours; else the names that it does not. */
type Told<Ours, Theirs> = [Exclude<keyof Ours, keyof There<Theirs>>] extends [never]
  ? true
  : Exclude<keyof Ours, keyof There<Theirs>>;

type ContractSet = Item<Contract["Guide"]["sets"]>;
type ContractQuestion = Item<ContractSet["questions"]>;

export const compared: [
  Told<Desk, Contract["Desk"]>,
  Told<DeskAgent, Contract["Desk"]["agent"]>,
  Told<Desk["leg"], Contract["Desk"]["leg"]>,
  Told<DeskCampaign, Item<Contract["Desk"]["campaigns"]>>,
  Told<DeskAttempt, Contract["Desk"]["attempt"]>,
  Told<DeskContact, There<Contract["Desk"]["attempt"]>["contact"]>,
  Told<DeskWrapUp, Contract["Desk"]["wrap_up"]>,
  Told<IdleCode, Contract["IdleCode"]>,
  Told<Session, Contract["Session"]>,
  Told<Session["user"], Contract["User"]>,
  Told<Guide, Contract["Guide"]>,
  Told<QuestionSet, ContractSet>,
  Told<Question, ContractQuestion>,
  Told<Branch, Item<ContractQuestion["branches"]>>,
  Told<GuideVersion, Contract["GuideVersion"]>,
  Told<Campaign, Contract["Campaign"]>,
] = [true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true];
