import { useTranslation } from "react-i18next";
import type { Desk } from "../api/desk.ts";

/** One polite live region for what happens by itself, so that a screen reader says each change once. */
export function Announcer({ desk }: { desk: Desk }) {
  const { t } = useTranslation();
  const attempt = desk.attempt;
  const parts = [t(`state.${desk.agent.state}`)];
  if (attempt && !desk.wrap_up) parts.push(attempt.campaign, t(`progress.${attempt.progress}`));
  if (attempt?.merged_at && attempt.contact?.name) parts.push(attempt.contact.name);
  if (desk.wrap_up) parts.push(t("wrap_up.title"));
  return (
    <div className="visually-hidden" role="status" aria-live="polite" data-testid="announcer">
      {parts.join(", ")}
    </div>
  );
}
