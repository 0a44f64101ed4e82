// Do-not-call numbers from a file and to one: the server reads and writes it whole.
import { Button, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { save, upload } from "../../api/upload.ts";
import { numberText } from "../../time/duration.ts";
import { useErrorText } from "../../ui/parts.tsx";
import { csvOf } from "../lists/csv.ts";
import { DataTable, settled } from "../table.tsx";

export interface Entry {
  number: string;
  source: string;
  at: string;
}
export const dncPath = (number: string) => `/api/v1/dnc/${encodeURIComponent(number)}`;

interface Problem {
  line: number;
  what: string;
  mend: string;
}
interface Report {
  read: number;
  added: number;
  already: number;
  bad: number;
  problems: Problem[];
}
const SHOWN = 100;

export function Export() {
  const { t } = useTranslation();
  return (
    <Button variant="default" component="a" href="/api/v1/dnc.csv" download="do-not-call.csv">
      {t("dnc_file.export")}
    </Button>
  );
}

export function Import() {
  const { t } = useTranslation();
  const error_text = useErrorText();
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [country, setCountry] = useState("TR");
  const [sent, setSent] = useState<number | null>(null);
  const [report, setReport] = useState<Report | null>(null);
  const [error, setError] = useState<unknown>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!file || sent !== null) return;
    setReport(null);
    setError(null);
    setSent(0);
    const asked = new URLSearchParams({ country: country.trim().toUpperCase() });
    try {
      setReport(await upload<Report>(`/api/v1/dnc/import?${asked}`, file, "text/csv", setSent));
    } catch (e) {
      setError(e);
    } finally {
      setSent(null);
      void queries.invalidateQueries();
    }
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
        <TextInput
          label={t("office.upload_country")}
          description={t("dnc_file.country_hint")}
          required
          withAsterisk={false}
          maxLength={2}
          value={country}
          onChange={(e) => setCountry(e.target.value)}
        />
        <Button type="submit" loading={sent !== null}>
          {t("office.upload_go")}
        </Button>
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

function Result({ report }: { report: Report }) {
  const { t, i18n } = useTranslation();
  const n = (x: number) => numberText(x, i18n.language);
  const download = () => {
    const heads = ["office.line", "office.problem", "office.mend"].map((h) => t(h));
    const rows = report.problems.map((p) => [String(p.line), p.what, p.mend]);
    save("do-not-call-refused.csv", csvOf([heads, ...rows]));
  };
  return (
    <>
      <p role="status">
        {t("dnc_file.report", {
          read: n(report.read),
          added: n(report.added),
          already: n(report.already),
          bad: n(report.bad),
        })}
      </p>
      {report.problems.length > 0 && (
        <>
          <div>
            <Button variant="default" size="compact-md" onClick={download}>
              {t("dnc_file.refused")}
            </Button>
          </div>
          <DataTable
            label={t("office.problem")}
            query={settled(report.problems.slice(0, SHOWN))}
            id={(p) => `${p.line} ${p.what}`}
            empty=""
            columns={[
              { title: t("office.line"), cell: (p) => p.line, number: true },
              { title: t("office.problem"), cell: (p) => p.what },
              { title: t("office.mend"), cell: (p) => p.mend },
            ]}
          />
        </>
      )}
    </>
  );
}
