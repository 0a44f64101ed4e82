import { useTranslation } from "react-i18next";
import { useMay } from "../../api/routes.ts";
import { numberText } from "../../time/duration.ts";
import { useTitle } from "../../ui/parts.tsx";
import { useRows } from "../kit/entity.tsx";
import { DataTable } from "../table.tsx";
import { Upload } from "./upload.tsx";

interface List {
  id: number;
  name: string;
  country: string;
  contacts?: Record<string, number>;
  campaign?: string | null;
}

export function Lists() {
  const { t, i18n } = useTranslation();
  const may = useMay();
  useTitle(t("office.lists"));
  const query = useRows<List>("/api/v1/lists", 5000);
  const phases = (list: List) =>
    Object.entries(list.contacts ?? {})
      .map(([phase, n]) => `${numberText(n, i18n.language)} ${t(`phase.${phase}`, { defaultValue: phase })}`)
      .join(" · ");
  return (
    <>
      <h1>{t("office.lists")}</h1>
      <DataTable
        label={t("office.lists")}
        query={query}
        id={(l) => l.id}
        empty={t("office.no_lists")}
        columns={[
          { title: t("office.list"), cell: (l) => l.name },
          { title: t("office.country"), cell: (l) => l.country },
          { title: t("office.campaign"), cell: (l) => l.campaign ?? "" },
          { title: t("office.contacts"), cell: phases },
        ]}
      />
      {may("POST", "/api/v1/lists/{}/import") ? (
        <Upload lists={(query.data ?? []).map((l) => l.name)} />
      ) : (
        <p className="hint">{t("rights.lists")}</p>
      )}
    </>
  );
}
