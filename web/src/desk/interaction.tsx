import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeskAttempt } from "../api/desk.ts";
import { Timer } from "../time/clock.tsx";
import { timeText } from "../time/duration.ts";
import { Icon } from "../ui/icon.tsx";
import { Judge } from "../ui/judge.tsx";
import { useShortcuts } from "../ui/shortcuts.ts";
import { Fields } from "./contact_tab.tsx";
import { useAct, useLive, useParts, useVoice } from "./context.tsx";
import { Keypad } from "./keypad.tsx";
import { Notes } from "./notes.tsx";

const ACCEPT = "/api/v1/desk/accept-machine";

/** Found out while the agent talks: one key ends the call with it, no wrap-up follows. */
function LateVerdict({ verdict, held }: { verdict: string; held: boolean }) {
  const { t } = useTranslation();
  const { act, busy, error } = useAct();
  const accept = () => !held && void act(ACCEPT);
  useShortcuts({ KeyA: accept });
  return (
    <div className="late-verdict" role="alert" data-testid="late-verdict">
      <p>{t("late_verdict.found", { what: t(`late_verdict.${verdict}`) })}</p>
      <Button
        size="md"
        loading={busy === ACCEPT}
        data-disabled={held || undefined}
        aria-disabled={held || undefined}
        aria-keyshortcuts="Alt+A"
        onClick={accept}
      >
        {t("late_verdict.accept")}
      </Button>
      {held && <p className="hint">{t("call.end_on_hold")}</p>}
      {error && <p className="error">{error}</p>}
    </div>
  );
}

function Controls({ attempt }: { attempt: DeskAttempt }) {
  const { t } = useTranslation();
  const { voice } = useParts();
  const { desk, connection } = useLive();
  const sound = useVoice();
  const { act, busy, error } = useAct();
  const [keypad, setKeypad] = useState(false);
  const held = attempt.progress === "held";
  const offline = connection !== "live";
  const browser = desk?.leg.mode === "webrtc";
  const hold = () => void act(held ? "resume" : "hold");
  const end = () => !held && !offline && void act("end");
  const mute = () => browser && voice.mute(!sound.muted);
  useShortcuts({ KeyH: hold, KeyE: end, KeyM: mute, KeyK: () => setKeypad((open) => !open) });
  const why_no_end = held ? t("call.end_on_hold") : offline ? t("call.end_offline") : "";
  return (
    <>
      <div className="controls" role="toolbar" aria-label={t("call.controls")}>
        <Button
          size="md"
          variant="default"
          className="hold-button"
          loading={busy === "hold" || busy === "resume"}
          disabled={offline}
          leftSection={<Icon name={held ? "resume" : "hold"} />}
          onClick={hold}
          aria-keyshortcuts="Alt+H"
        >
          {t(held ? "call.resume" : "call.hold")}
        </Button>
        {browser && (
          <Button
            size="md"
            className="mute-button"
            variant={sound.muted ? "light" : "default"}
            aria-pressed={sound.muted}
            leftSection={<Icon name={sound.muted ? "mute" : "microphone"} />}
            onClick={mute}
            aria-keyshortcuts="Alt+M"
          >
            {t(sound.muted ? "call.muted" : "call.mute")}
          </Button>
        )}
        <Button
          size="md"
          variant="default"
          aria-expanded={keypad}
          leftSection={<Icon name="keypad" />}
          onClick={() => setKeypad(!keypad)}
          aria-keyshortcuts="Alt+K"
        >
          {t("call.keypad")}
        </Button>
        <Button
          size="md"
          color="red"
          className="end-button"
          // Not `disabled`: a control that keeps the focus can tell its reason to everybody.
          data-disabled={why_no_end ? true : undefined}
          aria-disabled={why_no_end ? true : undefined}
          aria-describedby={why_no_end ? "why-no-end" : undefined}
          loading={busy === "end"}
          leftSection={<Icon name="end" />}
          onClick={end}
          aria-keyshortcuts="Alt+E"
        >
          {t("call.end")}
        </Button>
      </div>
      {why_no_end && (
        <p id="why-no-end" className="hint">
          {why_no_end}
        </p>
      )}
      {error && (
        <p className="error" role="alert">
          {error}
        </p>
      )}
      {keypad && <Keypad />}
    </>
  );
}

export function Interaction({ attempt }: { attempt: DeskAttempt }) {
  const { t, i18n } = useTranslation();
  const contact = attempt.contact;
  const held = attempt.progress === "held";
  return (
    <section className="interaction" aria-labelledby="contact-name" data-testid="interaction">
      <div className="interaction-head">
        <span className="outbound">
          <Icon name="outbound" size={22} />
          <span>{t("outbound.word")}</span>
        </span>
        <div className="grow">
          <h1 id="contact-name">{contact?.name || contact?.number || t("contact.unknown")}</h1>
          <div className="sub">
            {[contact?.name ? contact?.number : "", attempt.campaign].filter(Boolean).join(" · ")}
            {contact?.zone &&
              ` · ${t("contact.local_time", { time: timeText(new Date().toISOString(), i18n.language, contact.zone) })}`}
          </div>
        </div>
        <div className="timers">
          {held && (
            <span className="hold-timer">
              <Icon name="hold" size={18} /> {t("call.on_hold")}{" "}
              <Timer since={attempt.held_at} label={t("call.on_hold")} />
            </span>
          )}
          <span className="big-timer">
            <Timer
              since={attempt.merged_at ?? attempt.answered_at ?? attempt.started_at}
              label={t("call.elapsed")}
            />
          </span>
        </div>
      </div>
      <Controls attempt={attempt} />
      {attempt.review && (
        <div className="late-verdict">
          <p>{t("judge.review")}</p>
          <Judge attempt={attempt.id} keys />
        </div>
      )}
      {attempt.late_verdict && <LateVerdict verdict={attempt.late_verdict} held={held} />}
      {contact && <Fields contact={contact} />}
      {attempt.analysed && !attempt.review && <Judge attempt={attempt.id} keys />}
      <Notes attempt={attempt.id} kept={attempt.note ?? ""} />
    </section>
  );
}
