// A first look at a CSV file before it is sent: how it is written, its columns and its first rows. The server reads it for itself; what is
// chosen here is told to it. Pure.

export type Delimiter = "," | ";" | "|" | "\t";
export interface Preview {
  encoding: "utf-8" | "utf-16le" | "utf-16be" | "windows-1254";
  delimiter: Delimiter;
  columns: string[];
  rows: string[][];
}
/** What is read of the file for it. */
export const PREVIEW_BYTES = 65_536;
const DELIMITERS: Delimiter[] = [",", ";", "\t", "|"];
export const MAPPINGS = ["key", "phone", "name", "zone", "language", "field", "ignored"];

/** By its mark, else UTF-8 when it is such, else the encoding of Turkish Windows. `cut`: the file goes on after these bytes. */
export function decoded(bytes: Uint8Array, cut: boolean): { text: string; encoding: Preview["encoding"] } {
  if (bytes[0] === 0xff && bytes[1] === 0xfe)
    return { text: new TextDecoder("utf-16le").decode(bytes), encoding: "utf-16le" };
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return { text: new TextDecoder("utf-16be").decode(bytes), encoding: "utf-16be" };
  // A letter that the cut went through is no reason to take the file for something else.
  for (let back = 0; back <= (cut ? 3 : 0); back++)
    try {
      const whole = back === 0 ? bytes : bytes.subarray(0, bytes.length - back);
      return { text: new TextDecoder("utf-8", { fatal: true }).decode(whole), encoding: "utf-8" };
    } catch {
      // not that many bytes too long
    }
  return { text: new TextDecoder("windows-1254").decode(bytes), encoding: "windows-1254" };
}

/** The delimiter that the first line has most. */
export function delimiterOf(text: string): Delimiter {
  const line = text.split(/\r?\n/, 1)[0] ?? "";
  const count = (d: Delimiter) => line.split(d).length;
  return DELIMITERS.reduce((best, d) => (count(d) > count(best) ? d : best));
}

/** Rows of an RFC 4180 text, as many as asked for; quotes may hold delimiters, line ends and doubled quotes. */
export function rowsOf(text: string, delimiter: Delimiter, most: number): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  const end_cell = () => {
    row.push(cell);
    cell = "";
  };
  for (let i = 0; i < text.length && rows.length < most; i++) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') {
        cell += '"';
        i++;
      } else quoted = false;
    } else if (c === '"' && cell === "") quoted = true;
    else if (c === delimiter) end_cell();
    else if (c === "\n") {
      end_cell();
      if (row.some((x) => x !== "")) rows.push(row);
      row = [];
    } else if (c !== "\r") cell += c;
  }
  if (rows.length < most && (cell !== "" || row.length > 0)) {
    end_cell();
    if (row.some((x) => x !== "")) rows.push(row);
  }
  return rows;
}

export function previewOf(bytes: Uint8Array, cut: boolean, chosen?: Delimiter): Preview {
  const { text, encoding } = decoded(bytes, cut);
  const plain = text.replace(/^\uFEFF/, "");
  const delimiter = chosen ?? delimiterOf(plain);
  const [columns = [], ...rows] = rowsOf(plain, delimiter, 6);
  return { encoding, delimiter, columns, rows };
}

/** A cell that no spreadsheet takes for a formula. */
export function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",;\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** With the mark that tells Excel the encoding. */
export const csvOf = (rows: string[][]) =>
  `\uFEFF${rows.map((r) => r.map(csvCell).join(",")).join("\r\n")}\r\n`;
