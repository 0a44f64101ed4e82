import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeskContact } from "../api/desk.ts";
import { serverNow } from "../time/clock.tsx";
import { zonedInstant, zonedLocal } from "../time/duration.ts";
import { useAct } from "./context.tsx";

export interface CallbackWish {
  /** As a clock on the contact's wall shows it: "2026-11-23T14:30". */
  local: string;
  who: "me" | "anyone";
}

export function CallbackChoice(props: {
  wish: CallbackWish;
  zone: string;
  onChange: (wish: CallbackWish) => void;
}) {
  const { t } = useTranslation();
  const { wish, zone, onChange } = props;
  return (
    <div className="row callback">
      <TextInput
        type="datetime-local"
        label={t("callback.when")}
        description={t("callback.zone", { zone })}
        value={wish.local}
        onChange={(e) => onChange({ ...wish, local: e.target.value })}
      />
      <NativeSelect
        label={t("callback.who")}
        description={t("callback.who_hint")}
        value={wish.who}
        onChange={(e) => onChange({ ...wish, who: e.target.value === "me" ? "me" : "anyone" })}
        data={[
          { value: "me", label: t("callback.me") },
          { value: "anyone", label: t("callback.anyone") },
        ]}
      />
    </div>
  );
}

const HOUR_MS = 3_600_000;

/** Where a callback's time is asked in: the contact's zone, or this machine's when it is not known. */
export const zoneOf = (contact: DeskContact | null | undefined) =>
  contact?.zone || Intl.DateTimeFormat().resolvedOptions().timeZone;

export const firstWish = (zone: string): CallbackWish => ({
  local: zonedLocal(new Date(serverNow() + HOUR_MS), zone),
  who: "me",
});

/** A callback promised in the call, whatever the wrap-up code will be. */
export function PromiseCallback({ attempt, contact }: { attempt: number; contact: DeskContact }) {
  const { t } = useTranslation();
  const { act, busy, error } = useAct();
  const zone = zoneOf(contact);
  const [wish, setWish] = useState<CallbackWish | null>(null);
  const [past, setPast] = useState(false);
  const save = async () => {
    const at = wish && zonedInstant(wish.local, zone);
    setPast(!at || at.getTime() <= serverNow());
    if (!wish || !at || at.getTime() <= serverNow()) return;
    if (await act("callback", { attempt, at: at.toISOString(), who: wish.who })) setWish(null);
  };
  if (!wish)
    return (
      <div className="row">
        <Button variant="default" onClick={() => setWish(firstWish(zone))}>
          {t(contact.callback_at ? "callback.change" : "callback.promise")}
        </Button>
        {contact.callback_at && (
          <Button
            variant="default"
            loading={busy !== ""}
            onClick={() => void act("callback", { attempt, at: null })}
          >
            {t("callback.withdraw")}
          </Button>
        )}
      </div>
    );
  return (
    <div className="stack">
      <CallbackChoice wish={wish} zone={zone} onChange={setWish} />
      {(past || error) && (
        <p className="error" role="alert">
          {past ? t("callback.past") : error}
        </p>
      )}
      <div className="row">
        <Button loading={busy !== ""} onClick={() => void save()}>
          {t("callback.promise")}
        </Button>
        <Button variant="default" onClick={() => setWish(null)}>
          {t("common.cancel")}
        </Button>
      </div>
    </div>
  );
}
