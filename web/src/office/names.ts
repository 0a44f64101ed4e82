// Attempts name campaigns and agents by their ids; people read names.
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
