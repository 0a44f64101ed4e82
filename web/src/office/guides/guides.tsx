import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { get } from "../../api/client.ts";
import { useMay } from "../../api/routes.ts";
import { dateText } from "../../time/duration.ts";
import { useTitle } from "../../ui/parts.tsx";
import { DataTable, useList } from "../table.tsx";
import type { GuideVersion } from "./builder.tsx";

const encoded = encodeURIComponent;

export function Guides() {
  const { t, i18n } = useTranslation();
  const go = useNavigate();
  const [name, setName] = useState("");
  const [opened, setOpened] = useState("");
  const writes = useMay()("PUT", "/api/v1/guides/{}");
  const query = useList<GuideVersion>("/api/v1/guides", 30_000);
  useTitle(t("office.guides"));
  const make = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim()) void go(`/guides/${encoded(name.trim())}`);
  };
  return (
    <>
      <h1>{t("office.guides")}</h1>
      {writes ? (
        <form className="filters" onSubmit={make} aria-label={t("builder.make")}>
          <TextInput
            label={t("builder.name")}
            required
            withAsterisk={false}
            value={name}
            onChange={(e) => setName(e.target.value)}
          />
          <Button type="submit">{t("builder.make")}</Button>
        </form>
      ) : (
        <p className="hint">{t("rights.guides")}</p>
      )}
      <DataTable
        label={t("office.guides")}
        query={query}
        id={(g) => g.id}
        empty={t("builder.none")}
        hint={writes ? t("builder.none_hint") : undefined}
        columns={[
          { title: t("office.name"), cell: (g) => <Link to={`/guides/${encoded(g.name)}`}>{g.name}</Link> },
          { title: t("builder.newest"), cell: (g) => g.version, number: true },
          { title: t("office.time"), cell: (g) => dateText(g.at, i18n.language) },
          {
            title: t("office.actions"),
            cell: (g) => (
              <Button
                size="compact-md"
                variant="default"
                aria-expanded={opened === g.name}
                aria-label={`${t("builder.versions")}: ${g.name}`}
                onClick={() => setOpened(opened === g.name ? "" : g.name)}
              >
                {t("builder.versions")}
              </Button>
            ),
          },
        ]}
      />
      {opened && <Versions name={opened} />}
    </>
  );
}

function Versions({ name }: { name: string }) {
  const { t, i18n } = useTranslation();
  const reads_answers = useMay()("GET", "/api/v1/guides/{}/answers");
  const path = `/api/v1/guides/${encoded(name)}`;
  const query = useQuery({ queryKey: [path], queryFn: () => get<GuideVersion[]>(`${path}/versions`) });
  return (
    <div className="stack">
      <h2>
        {t("builder.versions")}: {name}
      </h2>
      <DataTable
        label={`${t("builder.versions")}: ${name}`}
        query={query}
        id={(v) => v.version}
        empty={t("common.none")}
        columns={[
          {
            title: t("builder.version_word"),
            cell: (v) => (
              <Link to={`/guides/${encoded(name)}?version=${v.version}`}>
                {t("builder.version", { n: v.version })}
              </Link>
            ),
          },
          { title: t("office.time"), cell: (v) => dateText(v.at, i18n.language) },
          ...(reads_answers
            ? [
                {
                  title: t("builder.answers"),
                  cell: (v: GuideVersion) => (
                    <a href={`${path}/answers?version=${v.version}`} download={`${name}-${v.version}.csv`}>
                      {t("builder.answers_csv", { n: v.version })}
                    </a>
                  ),
                },
              ]
            : []),
        ]}
      />
    </div>
  );
}
