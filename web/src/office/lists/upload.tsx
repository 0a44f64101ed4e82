import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { get } from "../../api/client.ts";
import type { Shape } from "../../api/desk.ts";
import { save, upload } from "../../api/upload.ts";
import { numberText } from "../../time/duration.ts";
import { useErrorText } from "../../ui/parts.tsx";
import { DataTable } from "../table.tsx";
import { csvOf, MAPPINGS, PREVIEW_BYTES, type Preview, previewOf } from "./csv.ts";

type Problem = Shape<"ImportProblem">;
type Report = Shape<"ImportReport">;
const SHOWN = 100;

export function Upload({ lists }: { lists: string[] }) {
  const { t } = useTranslation();
  const error_text = useErrorText();
  const queries = useQueryClient();
  const [list, setList] = useState("");
  const [country, setCountry] = useState("TR");
  const [file, setFile] = useState<File | null>(null);
  const [look, setLook] = useState<Preview | null>(null);
  const [mapping, setMapping] = useState<Record<string, string>>({});
  const [sent, setSent] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [report, setReport] = useState<Report | null>(null);

  const choose = async (chosen: File | null) => {
    setFile(chosen);
    setMapping({});
    setReport(null);
    setError(null);
    if (!chosen) return setLook(null);
    const bytes = new Uint8Array(await chosen.slice(0, PREVIEW_BYTES).arrayBuffer());
    setLook(previewOf(bytes, chosen.size > PREVIEW_BYTES));
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!file || !list.trim() || sent !== null) return;
    setReport(null);
    setError(null);
    setSent(0);
    const asked = new URLSearchParams({ country: country.trim().toUpperCase(), file: file.name });
    // The encoding is the server's to find: it reads the whole file, and the first rows may say nothing.
    if (look) asked.set("delimiter", look.delimiter === "\t" ? "tab" : look.delimiter);
    for (const [column, what] of Object.entries(mapping)) if (what) asked.set(`map.${column}`, what);
    try {
      const path = `/api/v1/lists/${encodeURIComponent(list.trim())}/import?${asked}`;
      setReport(await upload<Report>(path, file, "text/csv", setSent));
    } catch (e) {
      setError(e);
    } finally {
      setSent(null);
      void queries.invalidateQueries();
    }
  };
  return (
    <section className="stack" aria-label={t("office.upload")}>
      <h2>{t("office.upload")}</h2>
      <form className="stack" onSubmit={(e) => void submit(e)} aria-label={t("office.upload")}>
        <div className="filters">
          <TextInput
            label={t("office.upload_list")}
            required
            withAsterisk={false}
            list="list-names"
            value={list}
            onChange={(e) => setList(e.target.value)}
          />
          <datalist id="list-names">
            {lists.map((l) => (
              <option key={l} value={l} />
            ))}
          </datalist>
          <TextInput
            label={t("office.upload_country")}
            required
            withAsterisk={false}
            maxLength={2}
            value={country}
            onChange={(e) => setCountry(e.target.value)}
          />
          <TextInput
            type="file"
            accept=".csv,text/csv,text/plain"
            required
            withAsterisk={false}
            label={t("office.upload_file")}
            onChange={(e) => void choose(e.target.files?.[0] ?? null)}
          />
          <Button type="submit" loading={sent !== null}>
            {t("office.upload_go")}
          </Button>
        </div>
        {look && <Mapping look={look} mapping={mapping} onChange={setMapping} />}
      </form>
      {sent !== null && (
        <div role="status">
          <p>{t(sent < 1 ? "upload.sending" : "office.uploading")}</p>
          <progress
            className="through"
            max={1}
            value={sent < 1 ? sent : undefined}
            aria-label={t("upload.progress")}
          />
        </div>
      )}
      {error !== null && (
        <p className="error" role="alert">
          {error_text(error)}
        </p>
      )}
      {report && <Result report={report} />}
    </section>
  );
}

interface MappingProps {
  look: Preview;
  mapping: Record<string, string>;
  onChange: (mapping: Record<string, string>) => void;
}

/** The first rows, and over each column what it is. Left alone, the server finds out by the column's name. */
function Mapping({ look, mapping, onChange }: MappingProps) {
  const { t } = useTranslation();
  const columns = look.columns.map((name, at) => ({ name, at, key: `${at} ${name}` }));
  return (
    <div className="stack">
      <p className="hint">
        {t("upload.preview", {
          encoding: look.encoding,
          delimiter: look.delimiter === "\t" ? t("upload.tab") : look.delimiter,
          count: look.columns.length,
        })}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard */}
      <section className="table-card" tabIndex={0} aria-label={t("upload.first_rows")}>
        <table>
          <thead>
            <tr>
              {columns.map((c) => (
                <th key={c.key} scope="col">
                  {c.name}
                  <NativeSelect
                    size="xs"
                    aria-label={`${t("upload.column_is")}: ${c.name}`}
                    value={mapping[c.name] ?? ""}
                    onChange={(e) => onChange({ ...mapping, [c.name]: e.target.value })}
                    data={[
                      { value: "", label: t("upload.by_name") },
                      ...MAPPINGS.map((m) => ({ value: m, label: t(`upload.is.${m}`) })),
                    ]}
                  />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {look.rows.map((row, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a row of a file is its place
              <tr key={i}>
                {columns.map((c) => (
                  <td key={c.key}>{row[c.at] ?? ""}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

async function allProblems(report: Report): Promise<Problem[]> {
  const all = [...report.problems];
  let after = report.more_after;
  while (after !== null) {
    const page = await get<Problem[]>(`/api/v1/imports/${report.import}/problems?limit=1000&after=${after}`);
    all.push(...page);
    after = page.length === 1000 ? (page[page.length - 1]?.id ?? null) : null;
  }
  return all;
}

function Result({ report }: { report: Report }) {
  const { t, i18n } = useTranslation();
  const error_text = useErrorText();
  const [error, setError] = useState("");
  const n = (x: number) => numberText(x, i18n.language);
  const download = async () => {
    try {
      const heads = [
        "office.line",
        "upload.column",
        "upload.kind",
        "office.problem",
        "office.mend",
        "upload.row",
      ];
      const rows = (await allProblems(report)).map((p) => [
        String(p.line),
        p.column,
        t(`upload.problem.${p.kind}`, { defaultValue: p.kind }),
        p.what,
        p.mend,
        p.row,
      ]);
      save(`import-${report.import}.csv`, csvOf([heads.map((h) => t(h)), ...rows]));
    } catch (e) {
      setError(error_text(e));
    }
  };
  return (
    <div className="stack">
      <p role="status">
        {t("office.report", {
          read: n(report.read),
          inserted: n(report.inserted),
          updated: n(report.updated),
          unchanged: n(report.unchanged),
          duplicate: n(report.duplicate),
          bad: n(report.bad),
        })}
      </p>
      {report.problems.length > 0 && (
        <>
          <div>
            <Button variant="default" onClick={() => void download()}>
              {t("upload.download")}
            </Button>
          </div>
          {error && (
            <p className="error" role="alert">
              {error}
            </p>
          )}
          <DataTable
            label={t("office.problem")}
            query={{
              data: report.problems.slice(0, SHOWN),
              isPending: false,
              isError: false,
              error: null,
              refetch: () => {},
            }}
            id={(p) => `${p.line} ${p.column} ${p.what}`}
            empty=""
            columns={[
              { title: t("office.line"), cell: (p) => p.line, number: true },
              { title: t("office.problem"), cell: (p) => [p.column, p.what].filter(Boolean).join(": ") },
              { title: t("office.mend"), cell: (p) => p.mend },
            ]}
          />
        </>
      )}
    </div>
  );
}
