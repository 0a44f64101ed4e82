// How often the analysis was right, as people judged: what it said beside what it was, and how many people are lost to "a machine".
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { get } from "../../api/client.ts";
import { numberText, percentText, timeText } from "../../time/duration.ts";
import { currentAddress, useTitle } from "../../ui/parts.tsx";
import { askedOf } from "../attempts/filters.ts";
import { useCampaigns } from "../names.ts";
import { DataTable } from "../table.tsx";
import { BY, type By, hourOf, type Lost, ordered, type Row, scaleOf } from "./rows.ts";

const PATH = "/api/v1/reports/analysis";

/** What is chosen stands in the address, so a view can be kept and sent to somebody. */
export function AnalysisReport() {
  const { t, i18n } = useTranslation();
  const [address, setAddress] = useSearchParams();
  useTitle(t("office.analysis"));
  const by = BY.find((one) => one === address.get("by")) ?? "campaign";
  const asked = askedOf({
    campaign: address.get("campaign") ?? "",
    from: address.get("from") ?? "",
    until: address.get("until") ?? "",
  });
  asked.set("by", by);
  const query = useQuery({
    queryKey: [PATH, asked.toString()],
    queryFn: () => get<Row[]>(`${PATH}?${asked}`),
  });
  const now = new Date();
  const rows = query.data && ordered(query.data, by, now);
  const scale = scaleOf(rows ?? []);
  const n = (x: number) => numberText(x, i18n.language);
  const called = (count: number, people: number, machines: number) => (
    <>
      {n(count)}
      {people + machines > 0 && (
        <div className="sub nowrap">{t("report.judged", { people: n(people), machines: n(machines) })}</div>
      )}
    </>
  );
  return (
    <>
      <h1>{t("office.analysis")}</h1>
      <p className="hint">{t("report.hint")}</p>
      <Choices by={by} address={address} onChange={setAddress} />
      <DataTable
        label={t("office.analysis")}
        query={{ ...query, data: rows }}
        id={(row) => row.key}
        empty={t("report.none")}
        hint={t("report.none_hint")}
        columns={[
          { title: t(`report.by_${by}`), cell: (row) => <Key row={row} by={by} now={now} /> },
          {
            title: t("report.persons"),
            cell: (row) =>
              called(row.persons, row.judged_person_called_person, row.judged_machine_called_person),
          },
          { title: t("report.others"), number: true, cell: (row) => n(row.others) },
          { title: t("report.undecided"), number: true, cell: (row) => n(row.undecided) },
          {
            title: t("report.machines"),
            cell: (row) =>
              called(row.machines, row.judged_person_called_machine, row.judged_machine_called_machine),
          },
          { title: t("report.lost"), cell: (row) => <Interval lost={row.lost_people} scale={scale} /> },
          {
            title: t("report.sampled"),
            cell: (row) => <Interval lost={row.lost_people_sampled} scale={scale} />,
          },
        ]}
      />
      <p className="hint">{t("report.lost_hint")}</p>
    </>
  );
}

function Key({ row, by, now }: { row: Row; by: By; now: Date }) {
  const { i18n } = useTranslation();
  if (by === "campaign") return <Link to={`/campaigns/${encodeURIComponent(row.key)}`}>{row.key}</Link>;
  if (by === "hour") return timeText(hourOf(row.key, now).toISOString(), i18n.language);
  return row.key || "–";
}

/** The share with its interval: drawn, and in words. */
function Interval({ lost, scale }: { lost: Lost; scale: number }) {
  const { t, i18n } = useTranslation();
  if (lost.share === null || lost.low === null || lost.high === null) return "–";
  const percent = (share: number) => percentText(share, i18n.language, 1);
  const x = (share: number) => (share / scale) * 120;
  return (
    <div className="interval">
      <svg viewBox="0 0 124 12" aria-hidden="true">
        <path className="grid" d="M2 6h120" />
        <path
          className="whisker"
          d={`M${2 + x(lost.low)} 6H${2 + x(lost.high)}M${2 + x(lost.low)} 2v8M${2 + x(lost.high)} 2v8`}
        />
        <circle cx={2 + x(lost.share)} cy="6" r="3.5" />
      </svg>
      <span>
        {t("report.share", {
          persons: numberText(lost.persons, i18n.language),
          count: lost.of,
          of: numberText(lost.of, i18n.language),
          share: percent(lost.share),
          low: percent(lost.low),
          high: percent(lost.high),
        })}
      </span>
    </div>
  );
}

interface ChoicesProps {
  by: By;
  address: URLSearchParams;
  onChange: (next: URLSearchParams) => void;
}

function Choices({ by, address, onChange }: ChoicesProps) {
  const { t } = useTranslation();
  const campaigns = useCampaigns();
  const choose = (name: string, value: string) => {
    const next = currentAddress();
    if (value) next.set(name, value);
    else next.delete(name);
    onChange(next);
  };
  const day = (name: "from" | "until") => (
    <TextInput
      type="date"
      label={t(`attempt.${name}`)}
      value={address.get(name) ?? ""}
      onChange={(e) => choose(name, e.target.value)}
    />
  );
  return (
    <form className="filters" aria-label={t("attempt.filters")} onSubmit={(e) => e.preventDefault()}>
      <NativeSelect
        label={t("report.by")}
        value={by}
        onChange={(e) => choose("by", e.target.value)}
        data={BY.map((value) => ({ value, label: t(`report.by_${value}`) }))}
      />
      <NativeSelect
        label={t("office.campaign")}
        value={address.get("campaign") ?? ""}
        onChange={(e) => choose("campaign", e.target.value)}
        data={[
          { value: "", label: t("office.all_campaigns") },
          ...campaigns.all.map((c) => ({ value: c.name, label: c.name })),
        ]}
      />
      {day("from")}
      {day("until")}
      {address.size > 0 && (
        <Button variant="subtle" onClick={() => onChange(new URLSearchParams())}>
          {t("attempt.clear")}
        </Button>
      )}
    </form>
  );
}
