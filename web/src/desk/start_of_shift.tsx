import { Button, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Desk } from "../api/desk.ts";
import { unlockSound } from "../voice/voice.ts";
import { useAct, useLive, useVoice } from "./context.tsx";
import { Microphone } from "./sound_settings.tsx";

type Leg = Desk["agent"]["legs"][number];

interface Choice {
  /** Empty: all of the agent's. */
  team: string;
  leg: Leg;
}
const keyOf = (agent: string) => `ziptone.shift.${agent}`;

/** As the last time on this machine, where that can still be chosen. */
function lastChoice(desk: Desk): Choice {
  let kept: Partial<Choice> = {};
  try {
    kept = JSON.parse(localStorage.getItem(keyOf(desk.agent.sign_in)) ?? "{}");
  } catch {
    // not ours: as the agent is set up
  }
  const { teams, legs } = desk.agent;
  const usual: Leg = desk.leg.mode === "webrtc" ? "webrtc" : "phone";
  return {
    team: teams.find((one) => one === kept.team) ?? "",
    leg: legs.find((one) => one === kept.leg) ?? usual,
  };
}

/** Before the first call: team, phone, microphone test, and the one button that begins the shift. */
export function StartOfShift({ name }: { name: string }) {
  const { desk } = useLive();
  return desk && <Start name={name} desk={desk} />;
}

function Start({ name, desk }: { name: string; desk: Desk }) {
  const { t } = useTranslation();
  const voice = useVoice();
  const { act, busy, error } = useAct();
  const [choice, setChoice] = useState(() => lastChoice(desk));
  const { teams, legs, sign_in } = desk.agent;
  const browser = choice.leg === "webrtc";
  // The path is there before the shift only where the browser is the agent's usual phone.
  const ready = !browser || desk.leg.mode !== "webrtc" || voice.state === "up";
  const phone_mode = desk.leg.mode === "on_demand" ? "on_demand" : "nailed_up";
  const begin = () => {
    unlockSound();
    localStorage.setItem(keyOf(sign_in), JSON.stringify(choice));
    void act("sign-in", {
      ...(choice.team ? { team: choice.team } : {}),
      ...(legs.length > 1 ? { leg: choice.leg } : {}),
    });
  };
  return (
    <section className="waiting-card" aria-labelledby="shift-title">
      <h1 id="shift-title">{t("shift.title", { name })}</h1>
      {teams.length > 1 || legs.length > 1 ? (
        <div className="row shift-choice">
          {teams.length > 1 && (
            <NativeSelect
              label={t("shift.team")}
              value={choice.team}
              onChange={(e) => setChoice({ ...choice, team: e.target.value })}
              data={[{ value: "", label: t("shift.all_teams") }, ...teams]}
            />
          )}
          {legs.length > 1 && (
            <NativeSelect
              label={t("shift.phone")}
              value={choice.leg}
              onChange={(e) => setChoice({ ...choice, leg: e.target.value === "phone" ? "phone" : "webrtc" })}
              data={legs.map((one) => ({
                value: one,
                label: t(one === "webrtc" ? "phone.browser" : "phone.sip"),
              }))}
            />
          )}
        </div>
      ) : (
        <dl className="facts">
          <dt>{t("shift.team")}</dt>
          <dd>{teams.join(", ") || t("shift.no_team")}</dd>
          <dt>{t("shift.phone")}</dt>
          <dd>{t(browser ? "phone.browser" : "phone.sip")}</dd>
        </dl>
      )}
      <p>{t(`shift.${browser ? "webrtc" : phone_mode}`)}</p>
      {browser && desk.leg.mode === "webrtc" && <Microphone />}
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
        onClick={begin}
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
