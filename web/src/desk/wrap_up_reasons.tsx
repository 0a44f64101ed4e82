// Toparlama Nedenleri. A dialog in the place of the call's controls, not over the page: the guide and the contact beside it stay in use.
import { Button, TextInput } from "@mantine/core";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeskAttempt, DeskWrapUp, WrapUpCode } from "../api/desk.ts";
import { nameOf } from "../i18n/named.ts";
import { serverNow, useServerNow } from "../time/clock.tsx";
import { clockText, zonedInstant } from "../time/duration.ts";
import { Icon } from "../ui/icon.tsx";
import { Judge } from "../ui/judge.tsx";
import { useErrorText } from "../ui/parts.tsx";
import { CallbackChoice, type CallbackWish, firstWish, zoneOf } from "./callback_choice.tsx";
import { grouped } from "./codes.ts";
import { useAct, useLive, useParts } from "./context.tsx";
import { Notes } from "./notes.tsx";
import { type Choice, mayResend, pendingFor, send } from "./pending_wrap_up.ts";

function useFavourites(agent: string) {
  const key = `ziptone.favourites.${agent}`;
  const [ids, setIds] = useState<ReadonlySet<number>>(() => {
    try {
      return new Set<number>(JSON.parse(localStorage.getItem(key) ?? "[]"));
    } catch {
      return new Set<number>();
    }
  });
  const toggle = (id: number) => {
    const next = new Set(ids);
    if (!next.delete(id)) next.add(id);
    localStorage.setItem(key, JSON.stringify([...next]));
    setIds(next);
  };
  return { ids, toggle };
}

/** Sends, and once more by itself when nobody acknowledged; after that the agent is asked. */
function useSending(attempt: number) {
  const { agent } = useParts();
  const { connection } = useLive();
  const error_text = useErrorText();
  const { t } = useTranslation();
  const [state, setState] = useState<"choosing" | "sending" | "waiting">(
    pendingFor(attempt) ? "waiting" : "choosing",
  );
  const [error, setError] = useState("");
  const sending = useRef(false);
  const go = async (choice: Choice) => {
    if (sending.current) return;
    sending.current = true;
    setState("sending");
    setError("");
    const sent = await send(agent, choice);
    sending.current = false;
    if (sent === "acknowledged") return; // the next Desk closes the dialog
    if (sent === "unacknowledged") {
      setState("waiting");
      if (!mayResend(attempt)) setError(t("wrap_up.unacknowledged"));
    } else {
      setState("choosing");
      setError(error_text(sent));
    }
  };
  const again = useRef(go);
  again.current = go;
  useEffect(() => {
    const pending = pendingFor(attempt);
    if (state === "waiting" && connection === "live" && pending && mayResend(attempt))
      void again.current(pending);
  }, [state, connection, attempt]);
  return { state, error, setError, go };
}

function Countdown({ wrap_up }: { wrap_up: DeskWrapUp }) {
  const { t } = useTranslation();
  const now = useServerNow();
  const { act, busy, error } = useAct();
  if (!wrap_up.ends_at)
    return <span className="sub">{t(wrap_up.required ? "wrap_up.required" : "wrap_up.no_limit")}</span>;
  const left = Date.parse(wrap_up.ends_at) - now;
  return (
    <span className="row">
      <span className={left < 10_000 ? "timer-soon" : ""}>
        {t("wrap_up.left")} <span className="timer big-timer">{clockText(left + 999)}</span>
      </span>
      {wrap_up.extensible && (
        <Button size="compact-md" variant="default" loading={busy !== ""} onClick={() => void act("extend")}>
          {t("wrap_up.extend")}
        </Button>
      )}
      {error && (
        <span className="error" role="alert">
          {error}
        </span>
      )}
    </span>
  );
}

interface OptionProps {
  code: WrapUpCode;
  id: string;
  active: boolean;
  chosen: boolean;
  suggested: boolean;
  favourite: boolean;
  onChoose: () => void;
  onFavourite: () => void;
}

function CodeOption({ code, id, active, chosen, suggested, favourite, onChoose, onFavourite }: OptionProps) {
  const { t, i18n } = useTranslation();
  const description = i18n.language === "tr" ? code.description_tr : code.description_en;
  return (
    // The list box has the focus and says which option is active; the star is for the pointer, Alt+F for the keyboard.
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={chosen}
      className={`code${active ? " code-active" : ""}`}
      onClick={onChoose}
      onKeyDown={() => {}}
    >
      <span className="code-mark" aria-hidden="true">
        {chosen && <Icon name="available" size={16} />}
      </span>
      <span className="grow">
        <span className="code-name">{nameOf(code, i18n.language)}</span>
        {suggested && <span className="suggested">{t("wrap_up.suggested")}</span>}
        {favourite && <span className="visually-hidden">{t("wrap_up.favourite")}</span>}
        {description && <span className="sub">{description}</span>}
      </span>
      <span
        className={`star${favourite ? " star-on" : ""}`}
        aria-hidden="true"
        title={t("wrap_up.favourite_hint")}
        onClick={(event) => {
          event.stopPropagation();
          onFavourite();
        }}
      >
        <Icon name="star" size={18} />
      </span>
    </div>
  );
}

function useCodeList(wrap_up: DeskWrapUp, chosen: number | null, choose: (id: number) => void) {
  const { i18n } = useTranslation();
  const { agent } = useParts();
  const favourites = useFavourites(agent);
  const [query, setQuery] = useState("");
  const [active, setActive] = useState<number | null>(chosen);
  const groups = grouped(wrap_up.codes, query, favourites.ids, i18n.language);
  const flat = groups.flatMap((g) => g.codes);
  const at = flat.findIndex((c) => c.id === active);
  const current = flat[at] ?? flat[0] ?? null;
  const move = (to: number) => {
    const next = flat[Math.max(0, Math.min(flat.length - 1, to))];
    if (next) setActive(next.id);
  };
  const onKey = (event: KeyboardEvent): "submit" | undefined => {
    const here = Math.max(0, at);
    if (event.altKey && event.code === "KeyF" && current) favourites.toggle(current.id);
    else if (event.key === "ArrowDown") move(at < 0 ? 0 : here + 1);
    else if (event.key === "ArrowUp") move(here - 1);
    else if (event.key === "PageDown") move(here + 6);
    else if (event.key === "PageUp") move(here - 6);
    else if (event.key === "Escape" && query) setQuery("");
    else if (event.key === "Enter" && current) {
      event.preventDefault();
      if (chosen === current.id) return "submit";
      choose(current.id);
      setActive(current.id);
      return;
    } else return;
    event.preventDefault();
  };
  return { groups, query, setQuery, current, setActive, favourites, onKey };
}

export function WrapUpReasons({ wrap_up, attempt }: { wrap_up: DeskWrapUp; attempt: DeskAttempt | null }) {
  const { t } = useTranslation();
  const list_id = useId();
  const search = useRef<HTMLInputElement>(null);
  const sending = useSending(wrap_up.attempt);
  const zone = zoneOf(attempt?.contact);
  const [chosen, setChosen] = useState<number | null>(null);
  const [wish, setWish] = useState<CallbackWish>(() => firstWish(zone));
  const list = useCodeList(wrap_up, chosen, setChosen);
  const { agent } = useParts();
  const code = wrap_up.codes.find((c) => c.id === chosen) ?? null;
  const callback = code?.effect === "callback";
  const option = (id: number) => `${list_id}-${id}`;

  useEffect(() => search.current?.focus(), []);
  useEffect(() => {
    // What a guide's path suggests is offered as the active one; choosing stays the agent's.
    if (wrap_up.suggested_code !== null && chosen === null) list.setActive(wrap_up.suggested_code);
  }, [wrap_up.suggested_code, chosen, list.setActive]);
  useEffect(() => {
    if (list.current) document.getElementById(option(list.current.id))?.scrollIntoView({ block: "nearest" });
  });

  const submit = () => {
    if (!code) return;
    const choice: Choice = { attempt: wrap_up.attempt, code: String(code.id) };
    if (callback) {
      const at = zonedInstant(wish.local, zone);
      if (!at || at.getTime() <= serverNow()) return sending.setError(t("callback.past"));
      choice.callback_at = at.toISOString();
      if (wish.who === "me") choice.callback_agent = agent;
    }
    void sending.go(choice);
  };

  return (
    <section
      className="wrap-up"
      role="dialog"
      aria-labelledby="wrap-up-title"
      data-testid="wrap-up"
      onKeyDown={(event) => {
        if ((event.ctrlKey || event.metaKey) && event.key === "Enter") submit();
      }}
    >
      <div className="row wrap-up-head">
        <h1 id="wrap-up-title">{t("wrap_up.title")}</h1>
        <span className="grow" />
        <Countdown wrap_up={wrap_up} />
      </div>
      {attempt && (
        <p className="sub">
          {[attempt.contact?.name, attempt.contact?.number, attempt.campaign].filter(Boolean).join(" · ")}
        </p>
      )}
      <TextInput
        ref={search}
        aria-label={t("wrap_up.search")}
        placeholder={t("wrap_up.search")}
        value={list.query}
        onChange={(e) => list.setQuery(e.target.value)}
        onKeyDown={(event) => list.onKey(event) === "submit" && submit()}
        role="combobox"
        aria-expanded="true"
        aria-controls={list_id}
        aria-activedescendant={list.current ? option(list.current.id) : undefined}
        aria-describedby="wrap-up-keys"
        autoComplete="off"
      />
      {wrap_up.guide_required && <p className="sub">{t("wrap_up.guide_first")}</p>}
      <div id={list_id} role="listbox" aria-label={t("wrap_up.title")} className="codes" tabIndex={-1}>
        {list.groups.map((g) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options in a list box, not of form fields
          <div key={g.group} role="group" aria-label={t(`wrap_up.group.${g.group}`)}>
            <div className="code-group" aria-hidden="true">
              {t(`wrap_up.group.${g.group}`)}
            </div>
            {g.codes.map((c) => (
              <CodeOption
                key={c.id}
                id={option(c.id)}
                code={c}
                active={c.id === list.current?.id}
                chosen={c.id === chosen}
                suggested={c.id === wrap_up.suggested_code}
                favourite={list.favourites.ids.has(c.id)}
                onFavourite={() => list.favourites.toggle(c.id)}
                onChoose={() => {
                  setChosen(c.id);
                  list.setActive(c.id);
                  search.current?.focus();
                }}
              />
            ))}
          </div>
        ))}
      </div>
      {list.groups.length === 0 && <p role="status">{t("wrap_up.nothing_found")}</p>}
      {callback && <CallbackChoice wish={wish} zone={zone} onChange={setWish} />}
      {sending.error && (
        <p className="error" role="alert">
          {sending.error}
        </p>
      )}
      <div className="row">
        <Button size="md" disabled={!code} loading={sending.state === "sending"} onClick={submit}>
          {t("wrap_up.finish")}
        </Button>
        {!wrap_up.required && (
          <Button
            size="md"
            variant="default"
            loading={sending.state === "sending"}
            onClick={() => void sending.go({ attempt: wrap_up.attempt, code: "" })}
          >
            {t("wrap_up.without_code")}
          </Button>
        )}
        {sending.state === "waiting" && !sending.error && (
          <span role="status">{t("wrap_up.sending_again")}</span>
        )}
        <span id="wrap-up-keys" className="hint">
          {t("wrap_up.keys")}
        </span>
      </div>
      {attempt?.analysed && <Judge attempt={wrap_up.attempt} keys />}
      <Notes attempt={wrap_up.attempt} kept={attempt?.note ?? ""} />
    </section>
  );
}
