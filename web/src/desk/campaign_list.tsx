import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { DeskCampaign } from "../api/desk.ts";
import { numberText, timeText } from "../time/duration.ts";
import type { IconName } from "../ui/icon.tsx";
import { Empty, StateBadge } from "../ui/parts.tsx";
import { useAct } from "./context.tsx";

function badgeOf(c: DeskCampaign): { tone: string; icon: IconName } {
  if (c.state === "Running" && c.window?.open !== false && !c.why_not)
    return { tone: "good", icon: "resume" };
  if (c.state === "Running") return { tone: "warn", icon: "closed" };
  return { tone: "idle", icon: "hold" };
}

/** Of a campaign that agents join by hand. */
function TakingPart({ campaign: c, joined }: { campaign: DeskCampaign; joined: boolean }) {
  const { t } = useTranslation();
  const { act, busy, error } = useAct();
  return (
    <div className="row">
      <Button
        size="compact-md"
        variant={joined ? "default" : "filled"}
        loading={busy !== ""}
        aria-label={t(joined ? "campaigns.leave_named" : "campaigns.join_named", { name: c.name })}
        onClick={() => void act(`campaigns/${c.id}/${joined ? "leave" : "join"}`)}
      >
        {t(joined ? "campaigns.leave" : "campaigns.join")}
      </Button>
      <span className="sub">{t(joined ? "campaigns.joined" : "campaigns.not_joined")}</span>
      {error && (
        <span className="error" role="alert">
          {error}
        </span>
      )}
    </div>
  );
}

function Row({ campaign: c, on_shift }: { campaign: DeskCampaign; on_shift: boolean }) {
  const { t, i18n } = useTranslation();
  const badge = badgeOf(c);
  const changes = timeText(c.window?.changes_at, i18n.language);
  return (
    <li className="campaign">
      <div className="campaign-name">{c.name}</div>
      <StateBadge tone={badge.tone} icon={badge.icon}>
        {t(`campaign_state.${c.state}`, { defaultValue: c.state })}
      </StateBadge>
      <dl className="facts">
        <dt>{t("campaigns.mode")}</dt>
        <dd>{t(`mode.${c.mode}`, { defaultValue: c.mode })}</dd>
        {c.window && (
          <>
            <dt>{t("campaigns.window")}</dt>
            <dd>
              {t(c.window.open ? "campaigns.open" : "campaigns.closed")}
              {changes && ` · ${t(c.window.open ? "campaigns.until" : "campaigns.from", { at: changes })}`}
            </dd>
          </>
        )}
        {c.contacts_left !== null && (
          <>
            <dt>{t("campaigns.left_label")}</dt>
            <dd>
              {t("campaigns.left", { count: c.contacts_left, n: numberText(c.contacts_left, i18n.language) })}
            </dd>
          </>
        )}
      </dl>
      {on_shift && typeof c.joined === "boolean" && <TakingPart campaign={c} joined={c.joined} />}
      {c.why_not && <p className="why-not">{t(`gate.${c.why_not}`, { defaultValue: c.why_not })}</p>}
    </li>
  );
}

export function CampaignList({ campaigns, on_shift }: { campaigns: DeskCampaign[]; on_shift: boolean }) {
  const { t } = useTranslation();
  return (
    <nav className="campaigns" aria-label={t("campaigns.title")}>
      <h2>{t("campaigns.title")}</h2>
      {campaigns.length === 0 ? (
        <Empty title={t("campaigns.none")}>
          <p>{t("campaigns.none_hint")}</p>
        </Empty>
      ) : (
        <ul>
          {campaigns.map((c) => (
            <Row key={c.id} campaign={c} on_shift={on_shift} />
          ))}
        </ul>
      )}
    </nav>
  );
}
