import { Button, Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { get, post } from "../api/client.ts";
import { dateText, numberText } from "../time/duration.ts";
import type { IconName } from "../ui/icon.tsx";
import { StateBadge, Trouble, useErrorText, useTitle, Waiting } from "../ui/parts.tsx";
import { DataTable, useDo, useList } from "./table.tsx";

interface Campaign {
  id: number;
  name: string;
  state: string;
  contacts?: Record<string, number>;
}
interface Gate {
  name: string;
  open: boolean;
  count: number;
  opens_at?: string;
}
interface Explanation {
  campaign: string;
  dialing: boolean;
  gates: Gate[];
}

const LOOK: Record<string, { tone: string; icon: IconName }> = {
  Running: { tone: "good", icon: "resume" },
  Paused: { tone: "warn", icon: "hold" },
  Draining: { tone: "warn", icon: "away" },
};
const path = (name: string) => `/api/v1/campaigns/${encodeURIComponent(name)}`;

function State({ state }: { state: string }) {
  const { t } = useTranslation();
  const look = LOOK[state] ?? { tone: "idle", icon: "closed" };
  return (
    <StateBadge tone={look.tone} icon={look.icon}>
      {t(`campaign_state.${state}`, { defaultValue: state })}
    </StateBadge>
  );
}

function Actions({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const error_text = useErrorText();
  const [sure, setSure] = useState(false);
  const work = useDo();
  const go = (action: string) => work.mutate(() => post(`${path(campaign.name)}/${action}`));
  const button = (action: string) => (
    <Button
      size="compact-md"
      variant="default"
      loading={work.isPending}
      onClick={() => (action === "stop" ? setSure(true) : go(action))}
      aria-label={`${t(`office.${action}`)}: ${campaign.name}`}
    >
      {t(`office.${action}`)}
    </Button>
  );
  return (
    <div className="row">
      {campaign.state === "Draft" && button("start")}
      {campaign.state === "Paused" && button("resume")}
      {campaign.state === "Running" && button("pause")}
      {(campaign.state === "Running" || campaign.state === "Paused") && button("stop")}
      {work.isError && (
        <span className="error" role="alert">
          {error_text(work.error)}
        </span>
      )}
      <Modal
        opened={sure}
        withinPortal={false}
        onClose={() => setSure(false)}
        title={t("office.stop")}
        closeButtonProps={{ "aria-label": t("common.close") }}
      >
        <div className="stack">
          <p>{t("office.stop_sure", { name: campaign.name })}</p>
          <div className="row">
            <Button
              color="red"
              onClick={() => {
                setSure(false);
                go("stop");
              }}
            >
              {t("office.stop")}
            </Button>
            <Button variant="default" onClick={() => setSure(false)}>
              {t("common.cancel")}
            </Button>
          </div>
        </div>
      </Modal>
    </div>
  );
}

export function Campaigns() {
  const { t, i18n } = useTranslation();
  useTitle(t("office.campaigns"));
  const query = useList<Campaign>("/api/v1/campaigns", 3000);
  const count = (c: Campaign, key: string) => numberText(c.contacts?.[key] ?? 0, i18n.language);
  return (
    <>
      <h1>{t("office.campaigns")}</h1>
      <DataTable
        label={t("office.campaigns")}
        query={query}
        id={(c) => c.id}
        empty={t("office.no_campaigns")}
        hint={t("office.no_campaigns_hint")}
        columns={[
          {
            title: t("office.name"),
            cell: (c) => <Link to={`/campaigns/${encodeURIComponent(c.name)}`}>{c.name}</Link>,
          },
          { title: t("office.state"), cell: (c) => <State state={c.state} /> },
          { title: t("office.contacts"), cell: (c) => count(c, "total"), number: true },
          { title: t("office.ready"), cell: (c) => count(c, "ready"), number: true },
          { title: t("office.done"), cell: (c) => count(c, "done"), number: true },
          { title: t("office.actions"), cell: (c) => <Actions campaign={c} /> },
        ]}
      />
    </>
  );
}

function WhyNot({ name }: { name: string }) {
  const { t, i18n } = useTranslation();
  const key = `${path(name)}/explain`;
  const query = useQuery({ queryKey: [key], queryFn: () => get<Explanation>(key), refetchInterval: 3000 });
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

export function CampaignPage() {
  const { t } = useTranslation();
  const error_text = useErrorText();
  const name = useParams().name ?? "";
  useTitle(name);
  const query = useQuery({
    queryKey: [path(name)],
    queryFn: () => get<Campaign>(path(name)),
    refetchInterval: 3000,
  });
  if (query.isPending) return <Waiting />;
  if (query.isError) return <Trouble text={error_text(query.error)} onRetry={() => void query.refetch()} />;
  return (
    <>
      <p>
        <Link to="/campaigns">{t("office.campaigns")}</Link>
      </p>
      <div className="row">
        <h1>{query.data.name}</h1>
        <State state={query.data.state} />
        <span className="grow" />
        <Actions campaign={query.data} />
      </div>
      <WhyNot name={name} />
    </>
  );
}
