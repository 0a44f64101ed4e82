// Who changed what, and what it was before. The newest first.
import { Button, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { get } from "../../api/client.ts";
import type { Shape } from "../../api/desk.ts";
import { dateText } from "../../time/duration.ts";
import { StateBadge, useTitle } from "../../ui/parts.tsx";
import { dayStart } from "../attempts/filters.ts";
import { DataTable } from "../table.tsx";
import { changesOf } from "./changes.ts";

type Entry = Shape<"Change">;
const PAGE = 100;
const FILTERS = ["who", "what", "from", "until"] as const;
type Filters = Record<(typeof FILTERS)[number], string>;

export function Audit() {
  const { t, i18n } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const of = (name: keyof Filters) => address.get(name)?.trim() ?? "";
  const asked = new URLSearchParams({ limit: String(PAGE) });
  if (of("who")) asked.set("who", of("who"));
  if (of("what")) asked.set("what", of("what"));
  if (of("from")) asked.set("from", dayStart(of("from"))?.toISOString() ?? of("from"));
  if (of("until")) asked.set("until", dayStart(of("until"), 1)?.toISOString() ?? of("until"));
  useTitle(t("entity.audit.title"));
  const query = useInfiniteQuery({
    queryKey: ["/api/v1/audit", asked.toString()],
    initialPageParam: 0,
    queryFn: ({ pageParam }) =>
      get<Entry[]>(`/api/v1/audit?${asked}${pageParam ? `&before=${pageParam}` : ""}`),
    getNextPageParam: (page) => (page.length === PAGE ? page[page.length - 1]?.id : undefined),
  });
  return (
    <>
      <h1>{t("entity.audit.title")}</h1>
      <p className="hint">{t("audit.what_is_here")}</p>
      <FilterForm
        key={address.toString()}
        start={{ who: of("who"), what: of("what"), from: of("from"), until: of("until") }}
        onChange={setAddress}
      />
      <DataTable
        label={t("entity.audit.title")}
        query={{ ...query, data: query.data?.pages.flat() }}
        id={(e) => e.id}
        empty={t(FILTERS.some(of) ? "office.no_match" : "audit.none")}
        columns={[
          { title: t("office.time"), cell: (e) => dateText(e.at, i18n.language) },
          {
            title: t("audit.who"),
            cell: (e) => (
              <>
                {e.who}{" "}
                <div className="sub">
                  {[t(`role.${e.role}`, { defaultValue: e.role }), e.address].filter(Boolean).join(" · ")}
                </div>
              </>
            ),
          },
          {
            title: t("audit.what"),
            cell: (e) => (
              <>
                {e.what} <div className="sub">{e.action}</div>
              </>
            ),
          },
          { title: t("audit.answer"), cell: (e) => <Answered status={e.status} /> },
          { title: t("audit.difference"), cell: (e) => <Difference entry={e} /> },
        ]}
      />
      {query.hasNextPage && (
        <div>
          <Button
            variant="default"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {t("common.more")}
          </Button>
        </div>
      )}
    </>
  );
}

function Answered({ status }: { status: number }) {
  const { t } = useTranslation();
  const done = status < 400;
  return (
    <StateBadge tone={done ? "good" : "warn"} icon={done ? "available" : "closed"}>
      {t(done ? "audit.done" : "audit.refused")} ({status})
    </StateBadge>
  );
}

/** Place by place; what stayed is not shown. */
function Difference({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  if (entry.status >= 400) return <span className="sub">{t("audit.unchanged")}</span>;
  const changes = changesOf(entry.before, entry.after);
  if (changes.length === 0) return <span className="sub">{t("audit.nothing")}</span>;
  const value = (text: string | null) => (text === null ? t("audit.not_there") : text || t("audit.empty"));
  return (
    <details>
      <summary>
        {t("audit.changes", { count: changes.length })}
        <span className="visually-hidden">: {entry.what}</span>
      </summary>
      <table className="form-table">
        <thead>
          <tr>
            <th scope="col">{t("audit.place")}</th>
            <th scope="col">{t("audit.before")}</th>
            <th scope="col">{t("audit.after")}</th>
          </tr>
        </thead>
        <tbody>
          {changes.map((c) => (
            <tr key={c.path}>
              <th scope="row">{c.path}</th>
              <td className={c.before === null ? "sub" : undefined}>{value(c.before)}</td>
              <td className={c.after === null ? "sub" : undefined}>{value(c.after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function FilterForm({
  start,
  onChange,
}: {
  start: Filters;
  onChange: (filters: Record<string, string>) => void;
}) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(start);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onChange(Object.fromEntries(Object.entries(typed).filter(([, value]) => value.trim())));
  };
  const field = (name: keyof Filters, label: string, type: string, hint?: string) => (
    <TextInput
      label={label}
      description={hint}
      type={type}
      value={typed[name]}
      onChange={(e) => setTyped({ ...typed, [name]: e.target.value })}
    />
  );
  return (
    <form className="filters" onSubmit={submit} aria-label={t("attempt.filters")} noValidate>
      {field("who", t("audit.who"), "search", t("audit.who_hint"))}
      {field("what", t("audit.what"), "search", t("audit.what_hint"))}
      {field("from", t("attempt.from"), "date")}
      {field("until", t("attempt.until"), "date")}
      <Button type="submit" variant="default">
        {t("attempt.show")}
      </Button>
      {FILTERS.some((f) => start[f]) && (
        <Button variant="subtle" onClick={() => onChange({})}>
          {t("attempt.clear")}
        </Button>
      )}
    </form>
  );
}
