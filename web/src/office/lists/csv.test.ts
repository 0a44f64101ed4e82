import { describe, expect, it } from "vitest";
import { csvCell, decoded, delimiterOf, previewOf, rowsOf } from "./csv.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("a first look at a CSV", () => {
  it("finds the delimiter and the columns, with quotes, line ends and doubled quotes inside", () => {
    const text = 'Ad;Telefon;Not\r\n"Işık; Ayşe";0532;"der ki ""evet""\nsonra"\r\n\r\nAli;0533;\r\n';
    expect(delimiterOf(text)).toBe(";");
    const look = previewOf(bytes(text), false);
    expect(look).toMatchObject({ encoding: "utf-8", delimiter: ";", columns: ["Ad", "Telefon", "Not"] });
    expect(look.rows).toEqual([
      ["Işık; Ayşe", "0532", 'der ki "evet"\nsonra'],
      ["Ali", "0533", ""],
    ]);
  });
  it("reads Turkish Windows, and UTF-8 that a cut went through", () => {
    expect(decoded(new Uint8Array([0xdd, 0x7a, 0x6d, 0x69, 0x72]), false)).toEqual({
      text: "İzmir",
      encoding: "windows-1254",
    });
    expect(decoded(bytes("Çağ").subarray(0, 4), true)).toEqual({ text: "Ça", encoding: "utf-8" });
    expect(decoded(new Uint8Array([0xff, 0xfe, 0x41, 0x00]), false).encoding).toBe("utf-16le");
  });
  it("reads no more rows than asked for, and a file of nothing", () => {
    expect(rowsOf("a\nb\nc", ",", 2)).toEqual([["a"], ["b"]]);
    expect(previewOf(bytes(""), false)).toMatchObject({ columns: [], rows: [] });
  });
});

it("writes cells that no spreadsheet takes for a formula", () => {
  expect(csvCell("=1+1")).toBe("'=1+1");
  expect(csvCell("+90532")).toBe("'+90532");
  expect(csvCell('a "b", c')).toBe('"a ""b"", c"');
});
