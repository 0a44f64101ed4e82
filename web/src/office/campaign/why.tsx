import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { get } from "../../api/client.ts";
import type { Shape } from "../../api/desk.ts";
import { dateText, numberText } from "../../time/duration.ts";
import { StateBadge } from "../../ui/parts.tsx";
import { DataTable } from "../table.tsx";
import { campaignPath } from "./state.tsx";

/** Why is it not dialing? Gate by gate, from the code that dials. */
export function WhyNot({ name }: { name: string }) {
  const { t, i18n } = useTranslation();
  const key = `${campaignPath(name)}/explain`;
  const query = useQuery({
    queryKey: [key],
    queryFn: () => get<Shape<"Explanation">>(key),
    refetchInterval: 3000,
  });
  return (
    <>
      <h2>{t("office.why")}</h2>
      {query.data && (
        <p role="status">
          <StateBadge
            tone={query.data.dialing ? "good" : "warn"}
            icon={query.data.dialing ? "available" : "warning"}
          >
            {t(query.data.dialing ? "office.is_dialing" : "office.not_dialing")}
          </StateBadge>
        </p>
      )}
      <DataTable
        label={t("office.why")}
        query={{ ...query, data: query.data?.gates }}
        id={(g) => g.name}
        empty={t("common.none")}
        columns={[
          { title: t("office.gate"), cell: (g) => t(`gate.${g.name}`, { defaultValue: g.name }) },
          {
            title: t("office.state"),
            cell: (g) => (
              <StateBadge tone={g.open ? "good" : "warn"} icon={g.open ? "available" : "closed"}>
                {t(g.open ? "office.gate_open" : "office.gate_closed")}
              </StateBadge>
            ),
          },
          { title: t("office.count"), cell: (g) => numberText(g.count, i18n.language), number: true },
          { title: t("office.opens"), cell: (g) => dateText(g.opens_at, i18n.language) },
        ]}
      />
    </>
  );
}
