import { Button, Menu } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Desk, Session } from "../api/desk.ts";
import { nameOf } from "../i18n/named.ts";
import { Timer } from "../time/clock.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";
import { LanguageSwitch, SchemeSwitch, StateBadge } from "../ui/parts.tsx";
import { type Act, useAct, useLive, useVoice } from "./context.tsx";
import { SoundSettings } from "./sound_settings.tsx";

const ICONS: Record<string, IconName> = {
  Away: "away",
  Available: "available",
  Reserved: "reserved",
  Engaged: "engaged",
  WrappingUp: "wrap_up",
};

function useStateWords(desk: Desk) {
  const { t, i18n } = useTranslation();
  const { agent } = desk;
  const idle = agent.why === "idle" ? desk.idle_codes.find((c) => c.id === agent.idle_code) : undefined;
  const why = idle
    ? nameOf(idle, i18n.language)
    : agent.why
      ? t(`away.${agent.why}`, { defaultValue: agent.why })
      : "";
  const next = agent.next;
  const next_code = desk.idle_codes.find((c) => c.id === next?.idle_code);
  return {
    state: agent.state === "Away" && why ? why : t(`state.${agent.state}`),
    next: !next
      ? ""
      : next.state === "idle" && next_code
        ? nameOf(next_code, i18n.language)
        : t(`next.${next.state}`, { defaultValue: next.state }),
  };
}

function StateMenu({
  desk,
  act,
  busy,
  onLeave,
}: {
  desk: Desk;
  act: Act;
  busy: boolean;
  onLeave: () => void;
}) {
  const { t } = useTranslation();
  const words = useStateWords(desk);
  const { agent } = desk;
  const working = agent.state === "Reserved" || agent.state === "Engaged" || agent.state === "WrappingUp";
  const signed_out = agent.state === "Away" && agent.why === "signed_out";
  return (
    <Menu position="bottom-start" withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button
          variant="default"
          className={`state-button tone-${agent.state}`}
          loading={busy}
          leftSection={<Icon name={ICONS[agent.state] ?? "away"} />}
          data-testid="state"
        >
          <span className="visually-hidden">{t("header.state")}: </span>
          <span className="state-word">{words.state}</span>
          <Timer since={agent.since} />
          {words.next && (
            <span className="state-next">
              {t("header.then")} {words.next}
            </span>
          )}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{working ? t("header.after_call") : t("header.choose_state")}</Menu.Label>
        {!signed_out && (
          <>
            <Menu.Item leftSection={<Icon name="available" />} onClick={() => void act("available")}>
              {t("state.Available")}
            </Menu.Item>
            <IdleItems desk={desk} act={act} />
            <Menu.Divider />
            <Menu.Item onClick={() => void act("sign-out")}>{t("header.end_shift")}</Menu.Item>
          </>
        )}
        <Menu.Item
          disabled={working}
          onClick={() => void (signed_out ? onLeave() : act("sign-out").then(onLeave))}
        >
          {t("common.sign_out")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Away for a while, and why. */
export function IdleItems({ desk, act }: { desk: Desk; act: Act }) {
  const { t, i18n } = useTranslation();
  const codes =
    desk.idle_codes.length > 0
      ? desk.idle_codes.map((c) => ({ id: c.id, name: nameOf(c, i18n.language) }))
      : [{ id: 0, name: t("away.idle") }];
  return codes.map((code) => (
    <Menu.Item
      key={code.id}
      leftSection={<Icon name="away" />}
      onClick={() => void act("idle", { idle_code: code.id })}
    >
      {code.name}
    </Menu.Item>
  ));
}

function PhoneStatus({ desk, onOpen }: { desk: Desk; onOpen: () => void }) {
  const { t } = useTranslation();
  const voice = useVoice();
  const browser = desk.leg.mode === "webrtc";
  // Of a browser's voice the browser knows more than the last that the server told.
  const good = browser ? voice.state === "up" : desk.leg.state === "Up" || desk.leg.mode === "on_demand";
  const word =
    browser && (voice.state !== "up" || desk.leg.state === "Down")
      ? t(`voice.state.${voice.state}`)
      : t(`leg.${desk.leg.state}`);
  const badge = (
    <StateBadge tone={good ? "good" : "warn"} icon={browser ? "microphone" : "engaged"}>
      {browser ? t("phone.browser") : t("phone.sip")}: {word}
    </StateBadge>
  );
  if (!browser) return badge;
  return (
    <Button variant="subtle" className="phone-button" onClick={onOpen} title={t("sound.title")}>
      {badge}
    </Button>
  );
}

export function Header({ session, onLeave }: { session: Session; onLeave: () => void }) {
  const { t } = useTranslation();
  const { desk, connection } = useLive();
  const { act, busy, error } = useAct();
  const [sound, setSound] = useState(false);
  if (!desk) return null;
  return (
    <>
      <header className="header">
        <img src="/icon.svg" alt="Ziptone" width="28" height="28" />
        <StateMenu desk={desk} act={act} busy={busy !== ""} onLeave={onLeave} />
        {error && (
          <span className="header-error" role="alert">
            <Icon name="warning" size={16} /> {error}
          </span>
        )}
        <span className="grow" />
        <PhoneStatus desk={desk} onOpen={() => setSound(true)} />
        <StateBadge
          tone={connection === "live" ? "good" : "warn"}
          icon={connection === "live" ? "available" : "offline"}
        >
          {t(`connection.${connection}_short`)}
        </StateBadge>
        <span className="who" title={desk.agent.teams.join(", ")}>
          {session.user.name}
          <small>{desk.agent.team ?? desk.agent.teams.join(", ")}</small>
        </span>
        <LanguageSwitch tell />
        <SchemeSwitch />
      </header>
      {sound && (
        <section>
          <SoundSettings onClose={() => setSound(false)} />
        </section>
      )}
    </>
  );
}
