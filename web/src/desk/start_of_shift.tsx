import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { unlockSound } from "../voice/voice.ts";
import { useAct, useLive, useVoice } from "./context.tsx";
import { Microphone } from "./sound_settings.tsx";

/** Before the first call: team, phone, microphone test, and the one button that begins the shift. */
export function StartOfShift({ name }: { name: string }) {
  const { t } = useTranslation();
  const { desk } = useLive();
  const voice = useVoice();
  const { act, busy, error } = useAct();
  if (!desk) return null;
  const browser = desk.leg.mode === "webrtc";
  const ready = !browser || voice.state === "up";
  return (
    <section className="waiting-card" aria-labelledby="shift-title">
      <h1 id="shift-title">{t("shift.title", { name })}</h1>
      <dl className="facts">
        <dt>{t("shift.team")}</dt>
        <dd>{desk.agent.teams.join(", ") || t("shift.no_team")}</dd>
        <dt>{t("shift.phone")}</dt>
        <dd>{t(browser ? "phone.browser" : "phone.sip")}</dd>
      </dl>
      <p>{t(`shift.${desk.leg.mode}`)}</p>
      {browser && <Microphone />}
      {error && (
        <p className="error" role="alert">
          {error}
        </p>
      )}
      <Button
        size="lg"
        loading={busy !== ""}
        disabled={!ready}
        aria-describedby={ready ? undefined : "shift-why"}
        onClick={() => {
          unlockSound();
          void act("sign-in");
        }}
      >
        {t("shift.begin")}
      </Button>
      {!ready && (
        <p id="shift-why" className="hint">
          {t("shift.wait_for_voice")}
        </p>
      )}
    </section>
  );
}
