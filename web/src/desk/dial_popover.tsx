import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Desk, DeskAttempt } from "../api/desk.ts";
import { Timer } from "../time/clock.tsx";
import { Icon } from "../ui/icon.tsx";

const DIALING = ["dialing", "ringing", "analysing"];
// Between two attempts there is a moment without one; for so long the popover stays and says that the next one comes.
const LINGER_MS = 3000;

/** One element from the first contact to the last: when the next contact is dialed only its text changes. */
export function DialPopover({ desk }: { desk: Desk }) {
  const { t } = useTranslation();
  const dialing = desk.attempt && DIALING.includes(desk.attempt.progress) ? desk.attempt : null;
  const [last, setLast] = useState<DeskAttempt | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const between = !dialing && !desk.attempt && !desk.wrap_up && desk.agent.state === "Available";

  useEffect(() => {
    clearTimeout(timer.current);
    if (dialing) setLast(dialing);
    else if (!between) setLast(null);
    else timer.current = setTimeout(() => setLast(null), LINGER_MS);
    return () => clearTimeout(timer.current);
  }, [dialing, between]);

  const shown = dialing ?? (between ? last : null);
  if (!shown) return null;
  return (
    <section className="dial-popover" aria-label={t("outbound.label")} data-testid="dial-popover">
      <span className="outbound">
        <Icon name="outbound" size={28} />
        <span>{t("outbound.word")}</span>
      </span>
      <div className="grow">
        <h1 className="dial-campaign">{shown.campaign}</h1>
        <div className="dial-progress" data-testid="progress">
          {dialing ? t(`progress.${dialing.progress}`) : t("progress.next")}
        </div>
        {dialing?.contact && (
          <div className="dial-contact">
            {[dialing.contact.name, dialing.contact.number].filter(Boolean).join(" · ")}
          </div>
        )}
      </div>
      {dialing && <Timer since={dialing.started_at} label={t("outbound.since")} />}
    </section>
  );
}
