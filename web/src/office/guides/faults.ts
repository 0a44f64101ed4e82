// What the server's check found wrong, at the set or the question that it concerns. Pure.
import type { ProblemField } from "../../api/client.ts";
import type { Guide } from "../../guide/walk.ts";

export interface GuideFault {
  /** A set or a question; empty: the guide as a whole. */
  at: string;
  /** A choice or a branch of it; empty: itself. */
  part: string;
  /** The check's word, of Fault::Kind; empty: `what` says it. */
  kind: string;
  what: string;
  mend: string;
}

const KIND = /^([a-z_]+): (.*)$/s;

function placeOf(guide: Guide, where: string): { at: string; part: string } {
  // "question age, choice old", "set opening": the check. "sets[0].questions[2].text": a document that can't be read.
  const ids = new Set(guide.sets.flatMap((s) => [s.id, ...s.questions.map((q) => q.id)]));
  const named = /^(?:set|question) (.*)$/s.exec(where)?.[1];
  if (named !== undefined) {
    if (ids.has(named)) return { at: named, part: "" };
    const id = [...ids].filter((i) => named.startsWith(`${i}, `)).sort((a, b) => b.length - a.length)[0];
    if (id !== undefined) return { at: id, part: named.slice(id.length + 2) };
  }
  const path = /^sets\[(\d+)\](?:\.questions\[(\d+)\])?\.?(.*)$/.exec(where);
  const set = path && guide.sets[Number(path[1])];
  if (set) {
    const question = path[2] === undefined ? undefined : set.questions[Number(path[2])];
    return { at: question?.id ?? set.id, part: path[3] ?? "" };
  }
  return { at: "", part: where };
}

export function faultsOf(guide: Guide, fields: ProblemField[]): GuideFault[] {
  return fields.map((f) => {
    const told = KIND.exec(f.what ?? "");
    return {
      ...placeOf(guide, f.field ?? ""),
      kind: told?.[1] ?? "",
      what: told?.[2] ?? f.what ?? "",
      mend: f.mend ?? "",
    };
  });
}
