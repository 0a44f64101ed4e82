import { Button, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { get, put, Refused } from "../../api/client.ts";
import { save } from "../../api/upload.ts";
import { dateText, numberText } from "../../time/duration.ts";
import { useErrorText } from "../../ui/parts.tsx";
import { csvOf, decoded } from "../lists/csv.ts";
import { type Line, linesOf } from "./numbers.ts";

export interface Entry {
  number: string;
  source: string;
  at: string;
}
export const dncPath = (number: string) => `/api/v1/dnc/${encodeURIComponent(number)}`;
const PAGE = 1000;
const AT_ONCE = 4;

/** All entries, page by page. */
async function everyEntry(): Promise<Entry[]> {
  const all: Entry[] = [];
  for (;;) {
    const last = all[all.length - 1]?.number;
    const after = last ? `&after=${encodeURIComponent(last)}` : "";
    const page = await get<Entry[]>(`/api/v1/dnc?limit=${PAGE}${after}`);
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

export function Export() {
  const { t, i18n } = useTranslation();
  const error_text = useErrorText();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const go = async () => {
    setBusy(true);
    setError("");
    try {
      const rows = (await everyEntry()).map((e) => [e.number, e.source, dateText(e.at, i18n.language)]);
      save(
        "do-not-call.csv",
        csvOf([["office.number", "office.source", "office.time"].map((h) => t(h)), ...rows]),
      );
    } catch (e) {
      setError(error_text(e));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button variant="default" loading={busy} onClick={() => void go()}>
        {t("dnc_file.export")}
      </Button>
      {error && (
        <p className="error" role="alert">
          {error}
        </p>
      )}
    </>
  );
}

/** Adds the numbers of a file one by one: each is durable before the next of its row is asked for. */
export function Import() {
  const { t, i18n } = useTranslation();
  const error_text = useErrorText();
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [progress, setProgress] = useState<{ done: number; total: number } | null>(null);
  const [report, setReport] = useState<{ added: number; refused: string[][] } | null>(null);
  const [error, setError] = useState("");
  const n = (x: number) => numberText(x, i18n.language);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!file || progress) return;
    setReport(null);
    setError("");
    const lines = linesOf(decoded(new Uint8Array(await file.arrayBuffer()), false).text);
    const refused = lines.filter((l) => l.number === null).map((l) => [String(l.line), l.text, ""]);
    const open = lines.filter((l): l is Line & { number: string } => l.number !== null);
    const total = open.length;
    let added = 0;
    let done = 0;
    setProgress({ done, total });
    const work = async () => {
      for (let one = open.shift(); one; one = open.shift()) {
        try {
          await put(dncPath(one.number));
          added++;
        } catch (e) {
          // What the server refuses concerns that number; silence or trouble of its own concerns them all.
          if (!(e instanceof Refused) || e.status >= 500) throw e;
          refused.push([String(one.line), one.text, error_text(e)]);
        }
        done++;
        if (done % 20 === 0) setProgress({ done, total });
      }
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, work));
    } catch (e) {
      open.length = 0;
      setError(error_text(e));
    }
    setProgress(null);
    setReport({ added, refused });
    void queries.invalidateQueries();
  };
  return (
    <section className="stack" aria-label={t("dnc_file.import")}>
      <h2>{t("dnc_file.import")}</h2>
      <form className="filters" onSubmit={(e) => void submit(e)} aria-label={t("dnc_file.import")}>
        <TextInput
          type="file"
          accept=".csv,.txt,text/csv,text/plain"
          required
          withAsterisk={false}
          label={t("dnc_file.file")}
          description={t("dnc_file.hint")}
          onChange={(e) => setFile(e.target.files?.[0] ?? null)}
        />
        <Button type="submit" loading={progress !== null}>
          {t("office.upload_go")}
        </Button>
      </form>
      {progress && (
        <div>
          <p>{t("dnc_file.progress", { done: n(progress.done), total: n(progress.total) })}</p>
          <progress
            className="through"
            max={Math.max(1, progress.total)}
            value={progress.done}
            aria-label={t("upload.progress")}
          />
        </div>
      )}
      {error && (
        <p className="error" role="alert">
          {error}
        </p>
      )}
      {report && (
        <div className="row">
          <p role="status">
            {t("dnc_file.report", { added: n(report.added), refused: n(report.refused.length) })}
          </p>
          {report.refused.length > 0 && (
            <Button
              variant="default"
              size="compact-md"
              onClick={() => {
                const heads = ["office.line", "upload.row", "office.problem"].map((h) => t(h));
                save("do-not-call-refused.csv", csvOf([heads, ...report.refused]));
              }}
            >
              {t("dnc_file.refused")}
            </Button>
          )}
        </div>
      )}
    </section>
  );
}
