// What the forms let one choose from: the names of other things, as options.
import type { Base } from "../kit/entity.tsx";
import { isListed, useRows } from "../kit/entity.tsx";
import type { Option } from "../kit/fields.tsx";

/** Undefined: this server does not tell; then the name is written by hand. */
export function useNameOptions(path: string): Option[] | undefined {
  const listed = isListed(path);
  const query = useRows<Base>(path, 30_000, listed);
  if (!listed) return undefined;
  return (query.data ?? [])
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
