import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { post } from "../../api/client.ts";
import type { IconName } from "../../ui/icon.tsx";
import { StateBadge, useErrorText } from "../../ui/parts.tsx";
import { useDo } from "../table.tsx";

export interface Campaign {
  id: number;
  name: string;
  state: string;
  contacts?: Record<string, number>;
}
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

export function CampaignActions({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const error_text = useErrorText();
  const [sure, setSure] = useState(false);
  const work = useDo();
  const go = (action: string) => work.mutate(() => post(`${campaignPath(campaign.name)}/${action}`));
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
