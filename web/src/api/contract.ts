// Compared by the compiler, never run. Most shapes of the page are the contract's own (desk.ts: Shape); a guide that is being built is
// looser than one that is kept, so its types are written by hand in walk.ts: what they name is what api/openapi.yaml names.
import type { Branch, Guide, Question, QuestionSet } from "../guide/walk.ts";
import type { Shape } from "./desk.ts";

type There<T> = NonNullable<T>;
type Item<T> = There<T> extends readonly (infer One)[] ? One : never;
/** True when the contract knows every name of ours; else the names that it does not. */
type Told<Ours, Theirs> = [Exclude<keyof Ours, keyof There<Theirs>>] extends [never]
  ? true
  : Exclude<keyof Ours, keyof There<Theirs>>;

type ContractSet = Item<Shape<"Guide">["sets"]>;
type ContractQuestion = Item<ContractSet["questions"]>;

export const compared: [
  Told<Guide, Shape<"Guide">>,
  Told<QuestionSet, ContractSet>,
  Told<Question, ContractQuestion>,
  Told<Branch, Item<ContractQuestion["branches"]>>,
] = [true, true, true, true];
