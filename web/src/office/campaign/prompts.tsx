// What people hear that nobody speaks: ours, until the campaign has its own. Played from the server, as it would be heard.
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ask, get, remove } from "../../api/client.ts";
import type { Shape } from "../../api/desk.ts";
import { useMay } from "../../api/routes.ts";
import { languageName } from "../../guide/language.ts";
import { clockText, dateText } from "../../time/duration.ts";
import { useErrorText } from "../../ui/parts.tsx";
import { DataTable, useDo } from "../table.tsx";
import { campaignPath } from "./state.tsx";

type Prompt = Shape<"Prompt">;
const ROUTE = "/api/v1/campaigns/{}/prompts/{}/{}";
const WITHIN_MS = 60_000;
/** Of these there is one made by us; the others are the campaign's own or none. */
const OURS = new Set<Prompt["kind"]>(["safe_harbour", "hold_music"]);

export function Prompts({ name }: { name: string }) {
  const { t, i18n } = useTranslation();
  const may = useMay();
  const writes = may("PUT", ROUTE);
  const path = `${campaignPath(name)}/prompts`;
  const query = useQuery({ queryKey: [path], queryFn: () => get<Prompt[]>(path) });
  const titleOf = (p: Prompt) => {
    const kind = t(`prompts.${p.kind}`);
    if (p.language !== "any") return `${kind}, ${languageName(p.language, i18n.language)}`;
    return OURS.has(p.kind) ? kind : `${kind}, ${t("prompts.all_languages")}`;
  };
  return (
    <div className="stack">
      <h2>{t("prompts.title")}</h2>
      <p className="hint">{t(writes ? "prompts.what" : "prompts.whose")}</p>
      <DataTable
        label={t("prompts.title")}
        query={query}
        id={(p) => `${p.kind} ${p.language}`}
        empty={t("common.none")}
        columns={[
          { title: t("prompts.kind"), cell: titleOf },
          {
            title: t("prompts.file"),
            cell: (p) => (
              <>
                <span className="break">
                  {p.own
                    ? p.name || t("prompts.own")
                    : t(OURS.has(p.kind) ? "prompts.ours" : "prompts.missing")}
                </span>
                <small className="sub block">
                  {[p.duration_ms !== null && clockText(p.duration_ms), p.at && dateText(p.at, i18n.language)]
                    .filter(Boolean)
                    .join(" · ")}
                </small>
              </>
            ),
          },
          {
            title: t("prompts.listen"),
            cell: (p) =>
              (p.own || OURS.has(p.kind)) && (
                // biome-ignore lint/a11y/useMediaCaption: its words are not known to the page
                <audio
                  key={`${p.own} ${p.at}`}
                  controls
                  preload="none"
                  src={`${path}/${p.kind}/${p.language}`}
                  aria-label={`${t("prompts.listen")}: ${titleOf(p)}`}
                />
              ),
          },
          ...(writes
            ? [
                {
                  title: t("office.actions"),
                  cell: (p: Prompt) => (
                    <Change
                      path={`${path}/${p.kind}/${p.language}`}
                      own={p.own}
                      ours={OURS.has(p.kind)}
                      title={titleOf(p)}
                    />
                  ),
                },
              ]
            : []),
        ]}
      />
    </div>
  );
}

function Change({ path, own, ours, title }: { path: string; own: boolean; ours: boolean; title: string }) {
  const { t } = useTranslation();
  const take_back = t(ours ? "prompts.back_to_ours" : "prompts.take_away");
  const error_text = useErrorText();
  const work = useDo();
  const [sure, setSure] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const send = (file: File | undefined) => {
    if (input.current) input.current.value = ""; // the same file again is a change too
    if (!file) return;
    const wav = new Blob([file], { type: "audio/wav" });
    work.mutate(() =>
      ask("PUT", `${path}?${new URLSearchParams({ name: file.name })}`, wav, { within_ms: WITHIN_MS }),
    );
  };
  return (
    <div className="row">
      <input
        ref={input}
        type="file"
        accept=".wav,audio/wav"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={`${t("prompts.upload")}: ${title}`}
        onChange={(e) => send(e.target.files?.[0])}
      />
      <Button
        size="compact-md"
        variant="default"
        loading={work.isPending}
        aria-label={`${t("prompts.upload")}: ${title}`}
        onClick={() => input.current?.click()}
      >
        {t("prompts.upload")}
      </Button>
      {own && !sure && (
        <Button
          size="compact-md"
          variant="default"
          aria-label={`${take_back}: ${title}`}
          onClick={() => setSure(true)}
        >
          {take_back}
        </Button>
      )}
      {own && sure && (
        <>
          <span>{t("prompts.sure")}</span>
          <Button
            size="compact-md"
            color="red"
            autoFocus
            onClick={() => {
              setSure(false);
              work.mutate(() => remove(path));
            }}
          >
            {t("common.yes")}
          </Button>
          <Button size="compact-md" variant="default" onClick={() => setSure(false)}>
            {t("common.no")}
          </Button>
        </>
      )}
      {work.isError && (
        <span className="error" role="alert">
          {error_text(work.error)}
        </span>
      )}
    </div>
  );
}
