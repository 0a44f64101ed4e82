import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "../api/client.ts";
import { numberText } from "../time/duration.ts";
import { useErrorText, useTitle, Waiting } from "../ui/parts.tsx";
import { DataTable, useDo, useList } from "./table.tsx";

interface List {
  id: number;
  name: string;
  country: string;
  contacts: Record<string, number>;
}
interface Report {
  read: number;
  inserted: number;
  updated: number;
  unchanged: number;
  duplicate: number;
  bad: number;
  problems: { line: number; column: string; kind: string; what: string; mend: string }[];
}
// A long list takes its time: the answer comes when every row is durable.
const IMPORT_WITHIN_MS = 30 * 60_000;
const SHOWN = 200;

function Upload() {
  const { t } = useTranslation();
  const error_text = useErrorText();
  const [list, setList] = useState("");
  const [country, setCountry] = useState("TR");
  const [report, setReport] = useState<Report | null>(null);
  const file = useRef<HTMLInputElement>(null);
  const work = useDo();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const chosen = file.current?.files?.[0];
    if (!chosen) return;
    setReport(null);
    const asked = new URLSearchParams({ country: country.trim().toUpperCase(), file: chosen.name });
    const path = `/api/v1/lists/${encodeURIComponent(list.trim())}/import?${asked}`;
    work.mutate(async () => setReport(await ask<Report>("POST", path, chosen, IMPORT_WITHIN_MS)));
  };
  return (
    <>
      <h2>{t("office.upload")}</h2>
      <form className="filters" onSubmit={submit} aria-label={t("office.upload")}>
        <TextInput
          label={t("office.upload_list")}
          required
          withAsterisk={false}
          value={list}
          onChange={(e) => setList(e.target.value)}
        />
        <TextInput
          label={t("office.upload_country")}
          required
          withAsterisk={false}
          maxLength={2}
          value={country}
          onChange={(e) => setCountry(e.target.value)}
        />
        <TextInput
          ref={file}
          type="file"
          accept=".csv,text/csv"
          required
          withAsterisk={false}
          label={t("office.upload_file")}
        />
        <Button type="submit" loading={work.isPending}>
          {t("office.upload_go")}
        </Button>
      </form>
      {work.isPending && <Waiting label={t("office.uploading")} />}
      {work.isError && (
        <p className="error" role="alert">
          {error_text(work.error)}
        </p>
      )}
      {report && <p role="status">{t("office.report", { ...report })}</p>}
      {report && report.problems.length > 0 && (
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
      )}
    </>
  );
}

export function Lists() {
  const { t, i18n } = useTranslation();
  useTitle(t("office.lists"));
  const query = useList<List>("/api/v1/lists");
  const phases = (list: List) =>
    Object.entries(list.contacts)
      .map(([phase, n]) => `${numberText(n, i18n.language)} ${t(`phase.${phase}`, { defaultValue: phase })}`)
      .join(" · ");
  return (
    <>
      <h1>{t("office.lists")}</h1>
      <DataTable
        label={t("office.lists")}
        query={query}
        id={(l) => l.id}
        empty={t("office.no_lists")}
        columns={[
          { title: t("office.list"), cell: (l) => l.name },
          { title: t("office.country"), cell: (l) => l.country },
          { title: t("office.contacts"), cell: phases },
        ]}
      />
      <Upload />
    </>
  );
}
