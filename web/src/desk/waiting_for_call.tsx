import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Desk } from "../api/desk.ts";
import { useAct } from "./context.tsx";

/** The middle of the desktop while there is no conversation: what is true now and what the agent can do about it. */
export function WaitingForCall({ desk }: { desk: Desk }) {
  const { t } = useTranslation();
  const { act, busy, error } = useAct();
  const { agent } = desk;
  if (desk.attempt) return null; // the popover speaks
  const away = agent.state === "Away";
  const why = agent.why && ["rona", "leg_down", "disconnected"].includes(agent.why) ? agent.why : null;
  const text = !away
    ? desk.campaigns.some((c) => c.state === "Running")
      ? t("waiting.next")
      : t("waiting.no_campaign")
    : why
      ? t(`waiting.${why}`)
      : t("waiting.away");
  return (
    <section className="waiting-card" aria-labelledby="waiting-title">
      <h1 id="waiting-title">{away ? t("waiting.away_title") : t("waiting.title")}</h1>
      <p>{text}</p>
      {error && (
        <p className="error" role="alert">
          {error}
        </p>
      )}
      {away && (
        <Button size="lg" loading={busy !== ""} onClick={() => void act("available")}>
          {t("waiting.go")}
        </Button>
      )}
    </section>
  );
}
