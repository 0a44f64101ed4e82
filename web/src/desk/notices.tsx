// Strips under the header: what stands between the agent and work, and what to do about it.
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Icon } from "../ui/icon.tsx";
import { useLive, useParts, useVoice } from "./context.tsx";

export function ConnectionNotice() {
  const { t } = useTranslation();
  const { connection } = useLive();
  if (connection !== "lost") return null;
  return (
    <div className="notice notice-warning" role="alert">
      <Icon name="offline" />
      <span>{t("connection.lost")}</span>
    </div>
  );
}

export function VoiceNotice() {
  const { t } = useTranslation();
  const { voice } = useParts();
  const view = useVoice();
  const { desk } = useLive();
  if (desk?.leg.mode !== "webrtc") return null;
  if (view.locked)
    return (
      <div className="notice notice-warning" role="alert">
        <Icon name="warning" />
        <span>{t("voice.locked")}</span>
        <Button size="compact-sm" onClick={() => voice.unlock()}>
          {t("voice.unlock")}
        </Button>
      </div>
    );
  if (view.state === "trouble" && view.trouble)
    return (
      <div className="notice notice-error" role="alert">
        <Icon name="warning" />
        <span>
          <strong>{t(`voice.trouble.${view.trouble}.what`)}</strong> {t(`voice.trouble.${view.trouble}.mend`)}
        </span>
        <Button size="compact-sm" variant="default" onClick={() => void voice.start()}>
          {t("common.again")}
        </Button>
      </div>
    );
  if (view.state === "asking" || view.state === "recovering")
    return (
      <div className="notice notice-info" role="status">
        <Icon name="microphone" />
        <span>{t(`voice.${view.state}`)}</span>
      </div>
    );
  return null;
}
