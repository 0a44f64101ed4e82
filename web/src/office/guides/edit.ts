// Changes of a guide's document while it is built: each takes a guide and returns another. Pure.
import {
  type Branch,
  END,
  type Guide,
  type Question,
  type QuestionSet,
  type Texts,
} from "../../guide/walk.ts";

export type Kind = Question["kind"];
export const KINDS: Kind[] = ["yes_no", "single", "multiple", "text", "number", "date"];
export const offersChoices = (kind: Kind) => kind === "single" || kind === "multiple";

const idsOf = (guide: Guide) =>
  new Set([END, ...guide.sets.flatMap((s) => [s.id, ...s.questions.map((q) => q.id)])]);

/** The first of prefix1, prefix2 ... that nothing is called yet. */
export function freeId(taken: Set<string>, prefix: string): string {
  let n = 1;
  while (taken.has(`${prefix}${n}`)) n++;
  return `${prefix}${n}`;
}

export const questionsOf = (guide: Guide): Question[] => guide.sets.flatMap((s) => s.questions);

export function emptyGuide(languages: string[]): Guide {
  const set: QuestionSet = { id: "s1", title: {}, questions: [], next: END };
  return addQuestion({ languages, sets: [set] }, "s1").guide;
}

export function addSet(guide: Guide): { guide: Guide; id: string } {
  const id = freeId(idsOf(guide), "s");
  const made = { ...guide, sets: [...guide.sets, { id, title: {}, questions: [], next: END }] };
  return { guide: addQuestion(made, id).guide, id };
}

export function addQuestion(guide: Guide, set: string): { guide: Guide; id: string } {
  const id = freeId(idsOf(guide), "q");
  const question: Question = { id, kind: "yes_no", text: {}, required: true };
  return {
    guide: {
      ...guide,
      sets: guide.sets.map((s) => (s.id === set ? { ...s, questions: [...s.questions, question] } : s)),
    },
    id,
  };
}

export function changeSet(guide: Guide, id: string, change: Partial<QuestionSet>): Guide {
  return { ...guide, sets: guide.sets.map((s) => (s.id === id ? { ...s, ...change } : s)) };
}

export function changeQuestion(guide: Guide, id: string, change: Partial<Question>): Guide {
  return {
    ...guide,
    sets: guide.sets.map((s) => ({
      ...s,
      questions: s.questions.map((q) => (q.id === id ? { ...q, ...change } : q)),
    })),
  };
}

/** What no longer fits the new kind goes: choices where none are offered, branches on answers that can't be given. */
export function changeKind(question: Question, kind: Kind): Partial<Question> {
  const choices = offersChoices(kind)
    ? question.choices?.length
      ? question.choices
      : [
          { id: "c1", text: {} },
          { id: "c2", text: {} },
        ]
    : undefined;
  const answers = kind === "yes_no" ? ["yes", "no"] : (choices ?? []).map((c) => c.id);
  const branches = question.branches?.filter((b) => {
    if (b.answer) return answers.includes(b.answer);
    return kind === "number" || (b.at_least === undefined && b.at_most === undefined);
  });
  return { kind, choices, branches };
}

/** Gives a set or a question another id, and everything that led to it leads there still. */
export function rename(guide: Guide, from: string, to: string): Guide {
  const target = (t: string | undefined) => (t === from ? to : t);
  return {
    ...guide,
    sets: guide.sets.map((s) => ({
      ...s,
      id: target(s.id) ?? s.id,
      next: target(s.next),
      questions: s.questions.map((q) => ({
        ...q,
        id: target(q.id) ?? q.id,
        branches: q.branches?.map((b) => ({ ...b, to: target(b.to) })),
      })),
    })),
  };
}

export const isFree = (guide: Guide, id: string) => id.trim() !== "" && !idsOf(guide).has(id);

/** Removes a set or a question. What led to it leads to the end: nothing points at what is not there. */
export function removed(guide: Guide, id: string): Guide {
  const gone = new Set([id, ...(guide.sets.find((s) => s.id === id)?.questions.map((q) => q.id) ?? [])]);
  const target = (t: string | undefined) => (t !== undefined && gone.has(t) ? END : t);
  return {
    ...guide,
    sets: guide.sets
      .filter((s) => s.id !== id)
      .map((s) => ({
        ...s,
        next: target(s.next),
        questions: s.questions
          .filter((q) => q.id !== id)
          .map((q) => ({ ...q, branches: q.branches?.map((b) => ({ ...b, to: target(b.to) })) })),
      })),
  };
}

function swapped<T>(list: T[], at: number, by: number): T[] {
  const to = at + by;
  const one = list[at];
  const other = list[to];
  if (one === undefined || other === undefined) return list;
  return list.map((x, i) => (i === at ? other : i === to ? one : x));
}

/** One place up (-1) or down (1), within its set. */
export function moved(guide: Guide, id: string, by: -1 | 1): Guide {
  const set = guide.sets.findIndex((s) => s.id === id);
  if (set >= 0) return { ...guide, sets: swapped(guide.sets, set, by) };
  return {
    ...guide,
    sets: guide.sets.map((s) => {
      const at = s.questions.findIndex((q) => q.id === id);
      return at < 0 ? s : { ...s, questions: swapped(s.questions, at, by) };
    }),
  };
}

/** The document as the server takes it: nothing but what it knows, and no empty lists. */
export function toDocument(guide: Guide): Guide {
  const branch = (b: Branch): Branch => ({
    ...(b.answer ? { answer: b.answer } : {}),
    ...(b.at_least !== undefined ? { at_least: b.at_least } : {}),
    ...(b.at_most !== undefined ? { at_most: b.at_most } : {}),
    to: b.to ?? END,
    ...(b.code ? { code: b.code } : {}),
  });
  const texts = (all: Texts | undefined): Texts =>
    Object.fromEntries(guide.languages.map((l) => [l, all?.[l] ?? ""]).filter(([, text]) => text));
  return {
    languages: guide.languages,
    sets: guide.sets.map((s) => ({
      id: s.id,
      title: texts(s.title),
      ...(s.next ? { next: s.next } : {}),
      questions: s.questions.map((q) => ({
        id: q.id,
        kind: q.kind,
        text: texts(q.text),
        required: q.required === true,
        ...(q.choices?.length ? { choices: q.choices.map((c) => ({ id: c.id, text: texts(c.text) })) } : {}),
        ...(q.branches?.length ? { branches: q.branches.map(branch) } : {}),
      })),
    })),
  };
}
