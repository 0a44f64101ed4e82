import { useTranslation } from "react-i18next";
import { StateBadge, useTitle } from "../ui/parts.tsx";
import { DataTable, useList } from "./table.tsx";

interface Trunk {
  id: number;
  name: string;
  up: boolean;
  why?: string;
  cps: number;
  channels: number;
}

export function Trunks() {
  const { t } = useTranslation();
  useTitle(t("office.trunks"));
  const query = useList<Trunk>("/api/v1/trunks", 3000);
  return (
    <>
      <h1>{t("office.trunks")}</h1>
      <DataTable
        label={t("office.trunks")}
        query={query}
        id={(x) => x.id}
        empty={t("office.no_trunks")}
        columns={[
          { title: t("office.trunk"), cell: (x) => x.name },
          {
            title: t("office.state"),
            cell: (x) => (
              <>
                <StateBadge tone={x.up ? "good" : "bad"} icon={x.up ? "available" : "warning"}>
                  {t(x.up ? "office.up" : "office.down")}
                </StateBadge>{" "}
                {!x.up && x.why}
              </>
            ),
          },
          { title: t("office.cps"), cell: (x) => x.cps, number: true },
          { title: t("office.channels"), cell: (x) => x.channels, number: true },
        ]}
      />
    </>
  );
}
