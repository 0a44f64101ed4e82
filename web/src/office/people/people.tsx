// Whoever is on a list, found by a number or a name.
import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { get } from "../../api/client.ts";
import { numberText } from "../../time/duration.ts";
import { useTitle } from "../../ui/parts.tsx";
import { DataTable } from "../table.tsx";
import type { Contact } from "./contact.ts";

const SHORTEST = 3;

export function People() {
  const { t, i18n } = useTranslation();
  const [params, setParams] = useSearchParams();
  const search = params.get("search") ?? "";
  const [typed, setTyped] = useState(search);
  const [short, setShort] = useState(false);
  useTitle(t("office.people"));
  const query = useQuery({
    queryKey: ["people", search],
    queryFn: () =>
      get<{ contacts: Contact[]; complete: boolean }>(
        `/api/v1/contacts?${new URLSearchParams({ search, limit: "100" })}`,
      ),
    enabled: search.length >= SHORTEST,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wanted = typed.trim();
    setShort(wanted.length < SHORTEST);
    if (wanted.length >= SHORTEST) setParams({ search: wanted });
  };
  return (
    <>
      <h1>{t("office.people")}</h1>
      <form className="filters" onSubmit={submit} aria-label={t("office.search")} noValidate>
        <TextInput
          type="search"
          className="wide-field"
          label={t("people.search")}
          description={t("people.search_hint")}
          error={short ? t("people.short", { count: SHORTEST }) : undefined}
          value={typed}
          onChange={(e) => setTyped(e.target.value)}
          autoFocus
        />
        <Button type="submit" loading={query.isFetching}>
          {t("people.find")}
        </Button>
      </form>
      {search.length >= SHORTEST && (
        <>
          <DataTable
            label={t("office.people")}
            query={{ ...query, data: query.data?.contacts }}
            id={(c) => c.id}
            empty={t("people.none")}
            hint={t("people.none_hint")}
            columns={[
              {
                title: t("people.name"),
                cell: (c) => <Link to={`/people/${c.id}`}>{c.name || c.key}</Link>,
              },
              { title: t("contact.key"), cell: (c) => c.key },
              { title: t("people.numbers"), cell: (c) => c.numbers.map((n) => n.number).join(", ") },
              { title: t("office.list"), cell: (c) => c.list_name ?? "" },
              { title: t("office.campaign"), cell: (c) => c.campaign ?? "" },
              {
                title: t("office.state"),
                cell: (c) => t(`phase.${c.phase}`, { defaultValue: c.phase }),
              },
              {
                title: t("office.attempts"),
                cell: (c) => numberText(c.attempts, i18n.language),
                number: true,
              },
            ]}
          />
          {query.data && !query.data.complete && (
            <p className="hint" role="status">
              {t("people.more")}
            </p>
          )}
        </>
      )}
    </>
  );
}
