import { Alert, Button, Tabs } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams, useSearchParams } from "react-router";
import { get, put, Refused } from "../../api/client.ts";
import type { Shape } from "../../api/desk.ts";
import { useMay } from "../../api/routes.ts";
import { readDraft, writeDraft } from "../../desk/draft.ts";
import type { Guide } from "../../guide/walk.ts";
import { dateText } from "../../time/duration.ts";
import { Icon } from "../../ui/icon.tsx";
import { Trouble, useErrorText, useTitle, Waiting } from "../../ui/parts.tsx";
import { useList } from "../table.tsx";
import { emptyGuide, questionsOf, toDocument } from "./edit.ts";
import { Editor } from "./editor.tsx";
import { faultsOf, type GuideFault } from "./faults.ts";
import { Graph } from "./graph.tsx";
import { Languages } from "./languages.tsx";
import { Outline } from "./outline.tsx";
import { type Building, BuildingContext, type DropOff } from "./parts.tsx";
import { Preview } from "./preview.tsx";

export type GuideVersion = Omit<Shape<"GuideVersion">, "document"> & { document: Guide };
const GUIDE = "/api/v1/guides/{}";
const pathOf = (name: string) => `/api/v1/guides/${encodeURIComponent(name)}`;

async function read(name: string, version: string | null): Promise<GuideVersion | null> {
  try {
    return await get<GuideVersion>(`${pathOf(name)}${version ? `?version=${version}` : ""}`);
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return null; // a guide that is about to be made
    throw error;
  }
}

export function GuideBuilder() {
  const name = useParams().name ?? "";
  const version = useSearchParams()[0].get("version");
  const { t } = useTranslation();
  const error_text = useErrorText();
  const may = useMay();
  useTitle(name);
  const query = useQuery({
    queryKey: ["guide", name, version],
    queryFn: () => read(name, version),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (query.isPending) return <Waiting />;
  if (query.isError) return <Trouble text={error_text(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data && !may("PUT", GUIDE)) return <Trouble text={t("entity.gone", { name })} />;
  return <Builder key={`${name} ${version}`} name={name} saved={query.data} />;
}

function useCodes() {
  const { i18n } = useTranslation();
  const query = useList<Shape<"Code">>("/api/v1/codes", 60_000);
  const tr = i18n.language === "tr";
  return useMemo(
    () =>
      (query.data ?? []).map((c) => ({
        value: c.en || c.tr,
        label: tr ? c.tr || c.en : c.en || c.tr,
      })),
    [query.data, tr],
  );
}

function Builder({ name, saved }: { name: string; saved: GuideVersion | null }) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const error_text = useErrorText();
  const may = useMay();
  const writes = may("PUT", GUIDE);
  const draft_key = `guide_builder.${name}`;
  const start = saved?.document ?? emptyGuide(i18n.language === "tr" ? ["tr", "en"] : ["en", "tr"]);
  const [kept] = useState(() => (writes ? readDraft<Guide>(draft_key) : null));
  const [guide, setGuide] = useState(kept ?? start);
  const [unsaved, setUnsaved] = useState(writes && (kept !== null || saved === null));
  const [version, setVersion] = useState(saved?.version ?? 0);
  const [chosen, setChosen] = useState(questionsOf(guide)[0]?.id ?? "");
  const [faults, setFaults] = useState<GuideFault[]>([]);
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const [tab, setTab] = useState<string | null>(writes ? "form" : "preview");
  const codes = useCodes();
  const drop_off = useQuery({
    queryKey: ["drop-off", name, version],
    queryFn: () => get<DropOff>(`${pathOf(name)}/drop-off?version=${version}`),
    enabled: version > 0 && may("GET", `${GUIDE}/drop-off`),
  });

  useEffect(() => {
    if (unsaved && guide !== start) writeDraft(draft_key, guide);
  }, [unsaved, guide, start, draft_key]);

  const change = (next: Guide) => {
    setGuide(next);
    setUnsaved(true);
  };
  const forget = () => {
    writeDraft(draft_key, null);
    setGuide(saved?.document ?? emptyGuide(guide.languages));
    setUnsaved(saved === null);
    setFaults([]);
    setError("");
  };
  const save = async () => {
    setBusy(true);
    setFaults([]);
    setError("");
    try {
      const made = await put<GuideVersion>(pathOf(name), toDocument(guide));
      setVersion(made.version);
      setUnsaved(false);
      writeDraft(draft_key, null);
      void queries.invalidateQueries({ queryKey: ["/api/v1/guides"] });
      void queries.invalidateQueries({ queryKey: ["guide", name] });
    } catch (e) {
      const found = e instanceof Refused ? faultsOf(guide, e.fields) : [];
      setFaults(found);
      setError(found.length > 0 ? t("builder.refused", { count: found.length }) : error_text(e));
      const first = found.find((f) => f.at !== "");
      if (first) {
        setChosen(first.at);
        setTab("form");
      }
    } finally {
      setBusy(false);
    }
  };
  const building: Building = {
    guide,
    change,
    chosen,
    choose: setChosen,
    faults,
    drop_off: unsaved ? undefined : drop_off.data,
    codes,
  };
  return (
    <BuildingContext.Provider value={building}>
      <p>
        <Link to="/guides">{t("office.guides")}</Link>
      </p>
      <div className="row">
        <h1>{name}</h1>
        <span className="sub">
          {version > 0 ? t("builder.version", { n: version }) : t("builder.never_saved")}
          {saved && version === saved.version && ` · ${dateText(saved.at, i18n.language)}`}
        </span>
        <span className="grow" />
        {unsaved && <span className="badge tone-warn">{t("builder.unsaved")}</span>}
        {unsaved && saved && (
          <Button variant="default" onClick={forget}>
            {t("builder.forget")}
          </Button>
        )}
        {writes && (
          <Button loading={busy} onClick={() => void save()}>
            {t("builder.save")}
          </Button>
        )}
      </div>
      {error && (
        <Alert color="red" role="alert" icon={<Icon name="warning" />} title={error}>
          {faults
            .filter((f) => f.at === "")
            .map((f) => (
              <p key={f.part + f.what}>
                {t(`guide_fault.${f.kind}`, { defaultValue: f.what })} {f.part} {f.mend}
              </p>
            ))}
        </Alert>
      )}
      {writes ? <Languages /> : <p className="hint">{t("rights.guides")}</p>}
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List>
          {(writes ? ["form", "graph", "preview"] : ["preview", "graph"]).map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`builder.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {writes && (
          <Tabs.Panel value="form" className="pane-panel">
            <div className="builder">
              <Outline />
              <Editor />
            </div>
          </Tabs.Panel>
        )}
        <Tabs.Panel value="graph" className="pane-panel">
          <div className="stack">
            <Graph />
            {writes && <Editor />}
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="preview" className="pane-panel">
          <Preview />
        </Tabs.Panel>
      </Tabs>
    </BuildingContext.Provider>
  );
}
