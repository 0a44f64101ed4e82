// Where the graph's boxes and arrows stand. Sets are columns in the order in which the walk reaches them; a question is a box with a row
// for each of its branches, and an arrow begins at the row whose answer takes it. Pure; units are pixels of the drawing.
import { type Branch, END, type Guide, type Question } from "../../guide/walk.ts";

export const BOX = { width: 230, head: 46, row: 24, gap: 16 };
const SET = { pad: 14, head: 30, gap_x: 90, gap_y: 28 };
const MARGIN = 12;
const END_BOX = { width: 76, height: 34 };

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface QuestionBox extends Rect {
  question: Question;
}
export interface SetBox extends Rect {
  id: string;
}
export interface Arrow {
  from: string;
  to: string;
  /** Of an answer's own branch; absent: the way on without one. */
  branch?: Branch;
  path: string;
}
export interface Layout {
  width: number;
  height: number;
  sets: SetBox[];
  questions: QuestionBox[];
  end: Rect;
  arrows: Arrow[];
}

/** The question that a target begins with; "end"; null: nothing. */
export function entryOf(guide: Guide, target: string | undefined): string | null {
  if (!target) return null;
  if (target === END) return END;
  const set = guide.sets.find((s) => s.id === target);
  if (set) return set.questions[0]?.id ?? null;
  return guide.sets.some((s) => s.questions.some((q) => q.id === target)) ? target : null;
}

/** By set: how many sets lie between the first one and it; what no path reaches stands after all. */
function columnsOf(guide: Guide): Map<string, number> {
  const set_of = new Map(guide.sets.flatMap((s) => s.questions.map((q) => [q.id, s.id] as const)));
  const column = new Map<string, number>();
  const first = guide.sets[0];
  if (first) column.set(first.id, 0);
  const open = first ? [first] : [];
  for (let set = open.shift(); set; set = open.shift()) {
    const targets = [set.next, ...set.questions.flatMap((q) => q.branches?.map((b) => b.to) ?? [])];
    for (const target of targets) {
      const entry = entryOf(guide, target);
      const to = entry === null ? undefined : set_of.get(entry);
      const next = guide.sets.find((s) => s.id === to);
      if (!next || column.has(next.id)) continue;
      column.set(next.id, (column.get(set.id) ?? 0) + 1);
      open.push(next);
    }
  }
  const last = Math.max(0, ...column.values());
  for (const set of guide.sets) if (!column.has(set.id)) column.set(set.id, last + 1);
  return column;
}

const heightOf = (q: Question) => BOX.head + (q.branches?.length ?? 0) * BOX.row;

/** From a row of one box into the head of another: out to the right and in from the left, or round when it leads back. */
function curve(from: Rect, y1: number, to: Rect, y2: number): string {
  const right = from.x + from.width;
  if (to.x > right) {
    const bend = Math.max(28, (to.x - right) / 2);
    return `M${right} ${y1}C${right + bend} ${y1} ${to.x - bend} ${y2} ${to.x} ${y2}`;
  }
  const x2 = to.x + to.width;
  if (to.x === from.x) return `M${right} ${y1}C${right + 56} ${y1} ${x2 + 56} ${y2} ${x2} ${y2}`;
  const bend = Math.max(28, (from.x - x2) / 2);
  return `M${from.x} ${y1}C${from.x - bend} ${y1} ${x2 + bend} ${y2} ${x2} ${y2}`;
}

export function layoutOf(guide: Guide): Layout {
  const column = columnsOf(guide);
  const columns = Math.max(0, ...column.values()) + 1;
  const bottom = new Array<number>(columns).fill(MARGIN);
  const sets: SetBox[] = [];
  const boxes = new Map<string, QuestionBox>();
  const set_width = BOX.width + 2 * SET.pad;
  for (const set of guide.sets) {
    const at = column.get(set.id) ?? 0;
    const x = MARGIN + at * (set_width + SET.gap_x);
    const top = bottom[at] ?? MARGIN;
    let y = top + SET.head;
    for (const question of set.questions) {
      const height = heightOf(question);
      boxes.set(question.id, { question, x: x + SET.pad, y, width: BOX.width, height });
      y += height + BOX.gap;
    }
    sets.push({ id: set.id, x, y: top, width: set_width, height: y - top });
    bottom[at] = y + SET.gap_y;
  }
  const height = Math.max(120, ...bottom);
  const end_x = MARGIN + columns * (set_width + SET.gap_x);
  const end: Rect = { x: end_x, y: height / 2 - END_BOX.height / 2, ...END_BOX };
  return {
    width: end_x + END_BOX.width + MARGIN,
    height,
    sets,
    questions: [...boxes.values()],
    end,
    arrows: arrowsOf(guide, boxes, end),
  };
}

function arrowsOf(guide: Guide, boxes: Map<string, QuestionBox>, end: Rect): Arrow[] {
  const arrows: Arrow[] = [];
  const lead = (from: QuestionBox, y: number, to: string): string | null => {
    if (to === END) return curve(from, y, end, end.y + end.height / 2);
    const box = boxes.get(to);
    return box ? curve(from, y, box, box.y + BOX.head / 2) : null;
  };
  for (const set of guide.sets)
    set.questions.forEach((question, i) => {
      const box = boxes.get(question.id);
      if (!box) return;
      question.branches?.forEach((branch, row) => {
        const to = entryOf(guide, branch.to);
        const path = to && lead(box, box.y + BOX.head + (row + 0.5) * BOX.row, to);
        if (to && path) arrows.push({ from: question.id, to, branch, path });
      });
      if (question.branches?.some((b) => !b.answer && b.at_least === undefined && b.at_most === undefined))
        return; // every answer has its branch
      const following = set.questions[i + 1];
      if (following) {
        const below = boxes.get(following.id);
        const x = box.x + 24;
        if (below)
          arrows.push({
            from: question.id,
            to: following.id,
            path: `M${x} ${box.y + box.height}L${x} ${below.y}`,
          });
        return;
      }
      const to = entryOf(guide, set.next);
      const path = to && lead(box, box.y + BOX.head / 2, to);
      if (to && path) arrows.push({ from: question.id, to, path });
    });
  return arrows;
}

/** As much of the text as fits; SVG does not wrap. `width` counts letters of the middle sort. */
export const shortened = (text: string, letters: number) =>
  text.length > letters ? `${text.slice(0, letters - 1).trimEnd()}…` : text;
