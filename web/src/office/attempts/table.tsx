import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useMay } from "../../api/routes.ts";
import { dateText } from "../../time/duration.ts";
import { useAgents, useCampaigns, useCodes } from "../names.ts";
import { type Column, DataTable } from "../table.tsx";
import { type Attempt, sipText } from "./attempt.ts";

type Query = Parameters<typeof DataTable<Attempt>>[0]["query"];

/** Attempts in the order given; each leads to itself, and to its contact unless they are one contact's. */
export function AttemptTable({
  query,
  empty,
  of_one_contact,
}: {
  query: Query;
  empty: string;
  of_one_contact?: boolean;
}) {
  const { t, i18n } = useTranslation();
  const may = useMay();
  const campaigns = useCampaigns();
  const agents = useAgents();
  const codes = useCodes();
  const to_contact: Column<Attempt>[] =
    may("GET", "/api/v1/contacts/{}") && !of_one_contact
      ? [
          {
            title: t("people.one"),
            cell: (a) => (
              <Link to={`/people/${a.contact}`} aria-label={`${t("people.open")}: ${a.number}`}>
                {t("people.open")}
              </Link>
            ),
          },
        ]
      : [];
  return (
    <DataTable
      label={t("office.attempts")}
      query={query}
      id={(a) => a.id}
      empty={empty}
      columns={[
        { title: t("office.time"), cell: (a) => dateText(a.committed_at, i18n.language) },
        {
          title: t("office.number"),
          cell: (a) => (
            <Link to={`/attempts/${a.id}`} aria-label={`${a.number}, ${t("attempt.title", { id: a.id })}`}>
              {a.number}
            </Link>
          ),
        },
        { title: t("office.campaign"), cell: (a) => campaigns.nameOf(a.campaign) },
        { title: t("office.outcome"), cell: (a) => t(`outcome.${a.outcome}`, { defaultValue: a.outcome }) },
        { title: t("office.code"), cell: (a) => a.wrap_ups.map((w) => codes.labelOf(w.code)).join(", ") },
        { title: t("office.agent"), cell: (a) => agents.nameOf(a.talked) },
        { title: t("office.sip"), cell: sipText },
        ...to_contact,
      ]}
    />
  );
}
