import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useMay } from "../api/routes.ts";
import { numberText } from "../time/duration.ts";
import { useTitle } from "../ui/parts.tsx";
import { type Campaign, CampaignActions, CampaignState } from "./campaign/state.tsx";
import { DataTable, useList } from "./table.tsx";

export function Campaigns() {
  const { t, i18n } = useTranslation();
  const writes = useMay()("PUT", "/api/v1/campaigns/{}");
  useTitle(t("office.campaigns"));
  const query = useList<Campaign>("/api/v1/campaigns", 3000);
  const count = (c: Campaign, key: string) => numberText(c.contacts?.[key] ?? 0, i18n.language);
  return (
    <>
      <div className="row">
        <h1>{t("office.campaigns")}</h1>
        <span className="grow" />
        {writes && (
          <Button component={Link} to="/campaigns/new">
            {t("campaign_form.new")}
          </Button>
        )}
      </div>
      <DataTable
        label={t("office.campaigns")}
        query={query}
        id={(c) => c.id}
        empty={t("office.no_campaigns")}
        hint={t(writes ? "campaign.new_hint" : "rights.campaigns")}
        columns={[
          {
            title: t("office.name"),
            cell: (c) => <Link to={`/campaigns/${encodeURIComponent(c.name)}`}>{c.name}</Link>,
          },
          { title: t("office.state"), cell: (c) => <CampaignState state={c.state} /> },
          { title: t("office.contacts"), cell: (c) => count(c, "total"), number: true },
          { title: t("office.ready"), cell: (c) => count(c, "ready"), number: true },
          { title: t("office.done"), cell: (c) => count(c, "done"), number: true },
          { title: t("office.actions"), cell: (c) => <CampaignActions campaign={c} /> },
        ]}
      />
    </>
  );
}
