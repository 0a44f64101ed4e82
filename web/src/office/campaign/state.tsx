import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { post, Refused } from "../../api/client.ts";
import type { Shape } from "../../api/desk.ts";
import { useMay } from "../../api/routes.ts";
import type { IconName } from "../../ui/icon.tsx";
import { StateBadge, useErrorText } from "../../ui/parts.tsx";
import { useDo } from "../table.tsx";

/** Counts by phase, and their total. */
export type Campaign = Omit<Shape<"Campaign">, "contacts" | "settings"> & {
  contacts?: Record<string, number>;
  settings?: Record<string, unknown>;
};
export const campaignPath = (name: string) => `/api/v1/campaigns/${encodeURIComponent(name)}`;

const LOOK: Record<string, { tone: string; icon: IconName }> = {
  Running: { tone: "good", icon: "resume" },
  Paused: { tone: "warn", icon: "hold" },
  Draining: { tone: "warn", icon: "away" },
};

export function CampaignState({ state }: { state: string }) {
  const { t } = useTranslation();
  const look = LOOK[state] ?? { tone: "idle", icon: "closed" };
  return (
    <StateBadge tone={look.tone} icon={look.icon}>
      {t(`campaign_state.${state}`, { defaultValue: state })}
    </StateBadge>
  );
}

/** Reasons why a campaign is not started, and the field that is empty. */
const LACKS: Record<string, string> = { no_brand: "brand", no_callback_number: "callback_number" };

/** What is asked about before it is done. */
type Grave = "stop" | "emergency-stop";
const isGrave = (action: string): action is Grave => action === "stop" || action === "emergency-stop";

export function CampaignActions({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const error_text = useErrorText();
  const may = useMay();
  const [sure, setSure] = useState<Grave | null>(null);
  const work = useDo();
  const go = (action: string) => work.mutate(() => post(`${campaignPath(campaign.name)}/${action}`));
  const reason = work.error instanceof Refused ? work.error.reason : "";
  const lacks = LACKS[reason] ? { reason, field: LACKS[reason] } : undefined;
  const button = (action: string) => (
    <Button
      size="compact-md"
      variant="default"
      loading={work.isPending}
      onClick={() => (isGrave(action) ? setSure(action) : go(action))}
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
      {campaign.state === "Running" &&
        may("POST", "/api/v1/campaigns/{}/emergency-stop") &&
        button("emergency-stop")}
      {work.isError && (
        <span className="error" role="alert">
          {error_text(work.error)}{" "}
          {lacks && may("PUT", "/api/v1/campaigns/{}") && (
            <Link to={`/campaigns/edit/${encodeURIComponent(campaign.name)}?field=${lacks.field}`}>
              {t("campaign.fill_in")}
            </Link>
          )}
        </span>
      )}
      <Modal
        opened={sure !== null}
        withinPortal={false}
        onClose={() => setSure(null)}
        title={t(`office.${sure ?? "stop"}`)}
        closeButtonProps={{ "aria-label": t("common.close") }}
      >
        {sure && (
          <div className="stack">
            <p>{t(`office.${sure}_sure`, { name: campaign.name })}</p>
            <div className="row">
              <Button
                color="red"
                onClick={() => {
                  setSure(null);
                  go(sure);
                }}
              >
                {t(`office.${sure}`)}
              </Button>
              <Button variant="default" onClick={() => setSure(null)}>
                {t("common.cancel")}
              </Button>
            </div>
          </div>
        )}
      </Modal>
    </div>
  );
}
