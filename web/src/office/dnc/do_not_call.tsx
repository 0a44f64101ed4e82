import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { put, remove } from "../../api/client.ts";
import { useMay } from "../../api/routes.ts";
import { dateText } from "../../time/duration.ts";
import { useErrorText, useTitle } from "../../ui/parts.tsx";
import { DataTable, useDo, useList } from "../table.tsx";
import { type Entry, Export, Import, dncPath as path } from "./file.tsx";

export function DoNotCall() {
  const { t, i18n } = useTranslation();
  const error_text = useErrorText();
  const [number, setNumber] = useState("");
  const query = useList<Entry>("/api/v1/dnc?limit=1000", 15_000);
  const work = useDo();
  const may = useMay();
  const removes = may("DELETE", "/api/v1/dnc/{}");
  useTitle(t("office.dnc"));
  const add = (event: FormEvent) => {
    event.preventDefault();
    const plain = number.replace(/[\s()-]/g, "");
    work.mutate(() => put(path(plain)).then(() => setNumber("")));
  };
  return (
    <>
      <h1>{t("office.dnc")}</h1>
      <form className="filters" onSubmit={add} aria-label={t("office.dnc_add")}>
        <TextInput
          label={t("office.dnc_number")}
          type="tel"
          required
          withAsterisk={false}
          value={number}
          onChange={(e) => setNumber(e.target.value)}
        />
        <Button type="submit" loading={work.isPending}>
          {t("office.dnc_add")}
        </Button>
        <span className="grow" />
        {may("GET", "/api/v1/dnc.csv") && <Export />}
      </form>
      {work.isError && (
        <p className="error" role="alert">
          {error_text(work.error)}
        </p>
      )}
      <DataTable
        label={t("office.dnc")}
        query={query}
        id={(e) => e.number}
        empty={t("office.no_dnc")}
        columns={[
          { title: t("office.number"), cell: (e) => e.number },
          { title: t("office.source"), cell: (e) => e.source },
          { title: t("office.time"), cell: (e) => dateText(e.at, i18n.language) },
          ...(removes
            ? [
                {
                  title: t("office.actions"),
                  cell: (e: Entry) => (
                    <Button
                      size="compact-md"
                      variant="default"
                      aria-label={`${t("office.remove")}: ${e.number}`}
                      onClick={() => work.mutate(() => remove(path(e.number)))}
                    >
                      {t("office.remove")}
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
      {!removes && <p className="hint">{t("rights.dnc")}</p>}
      {may("POST", "/api/v1/dnc/import") && <Import />}
    </>
  );
}
