// The numbers in a file: one a line, plain or the first cell of a CSV that holds one. Pure.
import { delimiterOf, rowsOf } from "../lists/csv.ts";

export interface Line {
  line: number;
  text: string;
  /** E.164 with the plus; null: there is none in this line. */
  number: string | null;
}

function numberIn(cell: string): string | null {
  // The apostrophe is what our own export, and others', put before a cell that a spreadsheet would take for a formula.
  const plain = cell
    .trim()
    .replace(/^'/, "")
    .replace(/[\s().-]/g, "")
    .replace(/^00/, "+");
  return /^\+[1-9]\d{6,14}$/.test(plain) ? plain : null;
}

export function linesOf(text: string): Line[] {
  const plain = text.replace(/^\uFEFF/, "");
  return rowsOf(plain, delimiterOf(plain), Number.POSITIVE_INFINITY).flatMap((cells, i) => {
    const number = cells.map(numberIn).find((n) => n !== null) ?? null;
    // A heading is no number that could not be taken.
    const heading = i === 0 && number === null && !cells.some((c) => /\d{5}/.test(c));
    return heading ? [] : [{ line: i + 1, text: cells.join(" "), number }];
  });
}
