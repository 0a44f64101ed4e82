import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Session } from "../api/desk.ts";
import { Live } from "../live/live.ts";
import { isSignedIn } from "../session/session.ts";
import { useTitle, Waiting } from "../ui/parts.tsx";
import { Voice } from "../voice/voice.ts";
import { Announcer } from "./announcer.tsx";
import { AuxiliaryPane } from "./auxiliary_pane.tsx";
import { CampaignList } from "./campaign_list.tsx";
import { DeskContext, type DeskParts, useLive, useParts } from "./context.tsx";
import { DialPopover } from "./dial_popover.tsx";
import { Elsewhere } from "./elsewhere.tsx";
import { Header } from "./header.tsx";
import { Interaction } from "./interaction.tsx";
import { MyDay } from "./my_day.tsx";
import { ConnectionNotice, VoiceNotice } from "./notices.tsx";
import { StartOfShift } from "./start_of_shift.tsx";
import { WaitingForCall } from "./waiting_for_call.tsx";
import { WrapUpReasons } from "./wrap_up_reasons.tsx";

function liveAddress(): string {
  const url = new URL("/api/v1/desk/live", window.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

interface Props {
  session: Session;
  onLeave: () => void;
  onExpired: () => void;
}

export function DeskPage(props: Props) {
  const agent = props.session.user.agent ?? "";
  const parts = useMemo<DeskParts>(() => {
    const live = new Live(liveAddress(), isSignedIn);
    return { live, voice: new Voice(live), agent };
  }, [agent]);

  useEffect(() => {
    parts.live.start();
    return () => {
      parts.voice.stop();
      parts.live.stop();
    };
  }, [parts]);

  return (
    <DeskContext.Provider value={parts}>
      <Desktop {...props} />
    </DeskContext.Provider>
  );
}

/** The voice path follows the connection: it is up in the active tab of an agent who speaks through the browser. */
function useVoicePath() {
  const { live, voice } = useParts();
  const { desk, elsewhere, connection } = useLive();
  const wanted = desk?.leg.mode === "webrtc" && !elsewhere;
  useEffect(() => {
    if (wanted) void voice.start();
    else voice.stop();
  }, [wanted, voice]);
  useEffect(() => {
    // After a drop the server knows nothing of an offer that was on its way.
    if (connection === "live" && wanted && voice.snapshot().state !== "up") voice.renew();
  }, [connection, wanted, voice]);
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (live.snapshot().desk?.attempt?.merged_at) event.preventDefault();
    };
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [live]);
}

function Desktop({ session, onLeave, onExpired }: Props) {
  const { t } = useTranslation();
  const { desk, connection, elsewhere } = useLive();
  useVoicePath();
  useEffect(() => {
    if (connection === "signed_out") onExpired();
  }, [connection, onExpired]);
  useTitle(desk ? t(`state.${desk.agent.state}`) : t("desk.title"));

  if (elsewhere) return <Elsewhere />;
  if (!desk)
    return (
      <main className="gate">
        {connection === "lost" ? <ConnectionNotice /> : <Waiting label={t("desk.opening")} />}
      </main>
    );

  const away = desk.agent.state === "Away" && desk.agent.why === "signed_out";
  const on_call = desk.attempt !== null && ["connected", "held", "message"].includes(desk.attempt.progress);
  return (
    <div className="desk">
      <a className="skip" href="#interaction">
        {t("desk.skip")}
      </a>
      <Header session={session} onLeave={onLeave} />
      <div className="notices">
        <ConnectionNotice />
        <VoiceNotice />
      </div>
      <div className="desk-body">
        <CampaignList campaigns={desk.campaigns} on_shift={!away} />
        <main id="interaction" className="center" tabIndex={-1}>
          <DialPopover desk={desk} />
          {desk.wrap_up ? (
            <WrapUpReasons key={desk.wrap_up.attempt} wrap_up={desk.wrap_up} attempt={desk.attempt} />
          ) : on_call && desk.attempt ? (
            <Interaction key={desk.attempt.id} attempt={desk.attempt} />
          ) : (
            <>
              {away ? <StartOfShift name={session.user.name} /> : <WaitingForCall desk={desk} />}
              {!desk.attempt && <MyDay />}
            </>
          )}
        </main>
        <AuxiliaryPane attempt={desk.attempt} />
      </div>
      <Announcer desk={desk} />
    </div>
  );
}
