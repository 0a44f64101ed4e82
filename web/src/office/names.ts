// Attempts name campaigns and agents by their ids; people read names.
import { useTranslation } from "react-i18next";
import type { Shape } from "../api/desk.ts";
import { nameOf } from "../i18n/named.ts";
import { useList } from "./table.tsx";

interface Named {
  id: number;
  name: string;
}

function useNameOf(path: string): {
  all: Named[];
  nameOf: (id: number | string | null | undefined) => string;
} {
  const query = useList<Named>(path, 30_000);
  const all = query.data ?? [];
  return {
    all,
    nameOf: (id) => (id ? (all.find((x) => String(x.id) === String(id))?.name ?? String(id)) : ""),
  };
}

export const useCampaigns = () => useNameOf("/api/v1/campaigns");
export const useAgents = () => useNameOf("/api/v1/agents");

/** Wrap-ups name their codes in English; a Turkish page shows the Turkish name. */
export function useCodes() {
  const { i18n } = useTranslation();
  const query = useList<Shape<"Code">>("/api/v1/codes", 60_000);
  const all = query.data ?? [];
  const shown = (c: Shape<"Code">) => nameOf({ name_tr: c.tr, name_en: c.en }, i18n.language);
  const labelOf = (name: string) => {
    const code = all.find((c) => c.en === name);
    return code ? shown(code) : name;
  };
  return { options: all.map((c) => ({ value: c.en || String(c.id), label: shown(c) })), labelOf };
}
