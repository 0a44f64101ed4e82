import { Button, Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Desk } from "../api/desk.ts";
import { useServerNow } from "../time/clock.tsx";
import { type Act, useAct } from "./context.tsx";
import { IdleItems } from "./header.tsx";

/** The middle of the desktop while there is no conversation: what is true now and what the agent can do about it. */
export function WaitingForCall({ desk }: { desk: Desk }) {
  const { t } = useTranslation();
  const { act, busy, error } = useAct();
  const { agent } = desk;
  if (desk.attempt) return null; // the popover speaks
  const away = agent.state === "Away";
  const why = agent.why && ["rona", "leg_down", "disconnected"].includes(agent.why) ? agent.why : null;
  const held = desk.leg.state === "Held";
  const title = held ? "waiting.held_title" : away ? "waiting.away_title" : "waiting.title";
  const text = held
    ? t("waiting.held")
    : !away
      ? desk.campaigns.some((c) => c.state === "Running")
        ? t("waiting.next")
        : t("waiting.no_campaign")
      : why
        ? t(`waiting.${why}`)
        : t("waiting.away");
  return (
    <section className="waiting-card" aria-labelledby="waiting-title">
      <h1 id="waiting-title">{t(title)}</h1>
      <p>{text}</p>
      {error && (
        <p className="error" role="alert">
          {error}
        </p>
      )}
      {!away && agent.next_dial_at && <Pause desk={desk} until={agent.next_dial_at} act={act} />}
      {away && (
        <Button size="lg" loading={busy !== ""} onClick={() => void act("available")}>
          {t("waiting.go")}
        </Button>
      )}
    </section>
  );
}

/** While the campaigns leave the agent alone: how long still, and the way out of it. */
function Pause({ desk, until, act }: { desk: Desk; until: string; act: Act }) {
  const { t } = useTranslation();
  const left = Math.ceil((Date.parse(until) - useServerNow()) / 1000);
  return (
    <>
      {left > 0 && (
        <p className="next-in timer" role="timer" aria-live="off" data-testid="next-in">
          {t("waiting.next_in", { count: left })}
        </p>
      )}
      <Menu position="bottom-start" withinPortal={false}>
        <Menu.Target>
          <Button variant="default">{t("waiting.not_now")}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <IdleItems desk={desk} act={act} />
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
