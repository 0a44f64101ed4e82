// What the forms let one choose from: the names of other things, as options.
import type { Base } from "../kit/entity.tsx";
import { useRows } from "../kit/entity.tsx";
import type { Option } from "../kit/fields.tsx";

export function useNameOptions(path: string): Option[] {
  const rows = useRows<Base>(path).data ?? [];
  return rows
    .filter((r) => (r.active ?? r.enabled) !== false && r.name)
    .map((r) => ({ value: r.name ?? "", label: r.name ?? "" }));
}

/** An empty field is not sent: the server's default stands. */
export function filled(values: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values)
      .map(([key, value]) => [key, typeof value === "string" ? value.trim() : value])
      .filter(([, value]) => value !== "" && value !== undefined && value !== null),
  );
}

/** What a number's field holds, as the server takes it; what is no number goes as it is and is refused there. */
export const numeric = (text: string): number | string | undefined => {
  const plain = text.trim().replace(",", ".");
  if (plain === "") return undefined;
  const n = Number(plain);
  return Number.isNaN(n) ? text : n;
};
