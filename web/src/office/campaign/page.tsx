import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { get } from "../../api/client.ts";
import { useMay } from "../../api/routes.ts";
import { numberText, percentText } from "../../time/duration.ts";
import { Trouble, useErrorText, useTitle, Waiting } from "../../ui/parts.tsx";
import { Tile } from "../kit/plot.tsx";
import { useCodes } from "../names.ts";
import { DryRun } from "./dry_run.tsx";
import { CampaignFigures } from "./figures.tsx";
import { Prompts } from "./prompts.tsx";
import { type Campaign, CampaignActions, CampaignState, campaignPath } from "./state.tsx";
import { WhyNot } from "./why.tsx";

interface Outcomes {
  outcomes: Record<string, number>;
  wrap_up_codes: Record<string, number>;
}

export function CampaignPage() {
  const { t } = useTranslation();
  const error_text = useErrorText();
  const may = useMay();
  const name = useParams().name ?? "";
  useTitle(name);
  const query = useQuery({
    queryKey: [campaignPath(name)],
    queryFn: () => get<Campaign>(campaignPath(name)),
    refetchInterval: 3000,
  });
  if (query.isPending) return <Waiting />;
  if (query.isError) return <Trouble text={error_text(query.error)} onRetry={() => void query.refetch()} />;
  const encoded = encodeURIComponent(name);
  return (
    <>
      <p>
        <Link to="/campaigns">{t("office.campaigns")}</Link>
      </p>
      <div className="row">
        <h1>{query.data.name}</h1>
        <CampaignState state={query.data.state} />
        <span className="grow" />
        <CampaignActions campaign={query.data} />
        {may("POST", "/api/v1/campaigns/{}/analysis/replay") &&
          Number(query.data.settings?.clip_days) > 0 && (
            <Button size="compact-md" variant="default" component={Link} to={`/campaigns/${encoded}/replay`}>
              {t("replay.open")}
            </Button>
          )}
        {may("PUT", "/api/v1/campaigns/{}") && (
          <>
            <Button size="compact-md" variant="default" component={Link} to={`/campaigns/edit/${encoded}`}>
              {t("campaign.edit")}
            </Button>
            <Button size="compact-md" variant="default" component={Link} to={`/campaigns/new?of=${encoded}`}>
              {t("campaign.clone")}
            </Button>
          </>
        )}
      </div>
      <Penetration contacts={query.data.contacts ?? {}} />
      {may("GET", "/api/v1/campaigns/{}/figures") && <CampaignFigures name={name} />}
      <WhyNot name={name} />
      {may("GET", "/api/v1/campaigns/{}/dry-run") && <DryRun name={name} />}
      <OutcomeTiles name={name} />
      {may("GET", "/api/v1/campaigns/{}/prompts") && <Prompts name={name} />}
    </>
  );
}

/** How far the dialing is through the lists. */
function Penetration({ contacts }: { contacts: Record<string, number> }) {
  const { t, i18n } = useTranslation();
  const total = contacts.total ?? 0;
  const done = (contacts.done ?? 0) + (contacts.exhausted ?? 0) + (contacts.suppressed ?? 0);
  const n = (x: number) => numberText(x, i18n.language);
  const percent = percentText(total > 0 ? done / total : 0, i18n.language, 1);
  const label = t("campaign.through", { done: n(done), total: n(total), percent });
  return (
    <section className="stack" aria-label={label}>
      <p>{label}</p>
      <progress className="through" max={Math.max(1, total)} value={done} aria-label={label} />
      <dl className="tiles">
        {Object.entries(contacts)
          .filter(([phase, count]) => phase !== "total" && count > 0)
          .map(([phase, count]) => (
            <Tile key={phase} label={t(`phase.${phase}`, { defaultValue: phase })} value={n(count)} />
          ))}
      </dl>
    </section>
  );
}

function OutcomeTiles({ name }: { name: string }) {
  const { t, i18n } = useTranslation();
  const codes = useCodes();
  const path = `${campaignPath(name)}/outcomes`;
  const query = useQuery({ queryKey: [path], queryFn: () => get<Outcomes>(path), refetchInterval: 10_000 });
  const outcomes = Object.entries(query.data?.outcomes ?? {});
  if (outcomes.length === 0) return null;
  const tiles = (counts: [string, number][], word: (key: string) => string) => (
    <dl className="tiles">
      {counts
        .sort((a, b) => b[1] - a[1])
        .map(([key, count]) => (
          <Tile key={key} label={word(key)} value={numberText(count, i18n.language)} />
        ))}
    </dl>
  );
  return (
    <section className="stack" aria-label={t("campaign.outcomes")}>
      <h2>{t("campaign.outcomes")}</h2>
      {tiles(outcomes, (o) => t(`outcome.${o}`, { defaultValue: o }))}
      <h2>{t("entity.codes.title")}</h2>
      {tiles(Object.entries(query.data?.wrap_up_codes ?? {}), codes.labelOf)}
    </section>
  );
}
