// How many could be dialed now, and what stops the rest: asked for by the button, since it goes through every contact.
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { get } from "../../api/client.ts";
import { dateText, numberText } from "../../time/duration.ts";
import { useErrorText } from "../../ui/parts.tsx";
import { Tile } from "../kit/plot.tsx";
import { DataTable, settled } from "../table.tsx";
import { campaignPath } from "./state.tsx";

interface DryRunAnswer {
  contacts: number;
  dialable: number;
  blocked: { gate: string; contacts: number; opens_at: string | null }[];
}
// A million contacts take a while.
const WITHIN_MS = 60_000;

export function DryRun({ name }: { name: string }) {
  const { t, i18n } = useTranslation();
  const error_text = useErrorText();
  const path = `${campaignPath(name)}/dry-run`;
  const query = useQuery({
    queryKey: [path],
    queryFn: () => get<DryRunAnswer>(path, WITHIN_MS),
    enabled: false,
    gcTime: 0,
  });
  const n = (x: number) => numberText(x, i18n.language);
  return (
    <section className="stack" aria-label={t("dry_run.title")}>
      <div className="row">
        <h2>{t("dry_run.title")}</h2>
        <Button
          size="compact-md"
          variant="default"
          loading={query.isFetching}
          onClick={() => void query.refetch()}
        >
          {t(query.data ? "dry_run.again" : "dry_run.go")}
        </Button>
      </div>
      <p className="hint">{t("dry_run.what")}</p>
      {query.isError && (
        <p className="error" role="alert">
          {error_text(query.error)}
        </p>
      )}
      {query.data && (
        <>
          <div role="status">
            <dl className="tiles">
              <Tile label={t("dry_run.contacts")} value={n(query.data.contacts)} />
              <Tile label={t("dry_run.dialable")} value={n(query.data.dialable)} />
            </dl>
          </div>
          <DataTable
            label={t("dry_run.blocked")}
            query={settled(query.data.blocked)}
            id={(b) => b.gate}
            empty={t("dry_run.nothing_blocked")}
            columns={[
              { title: t("dry_run.blocked"), cell: (b) => t(`gate.${b.gate}`, { defaultValue: b.gate }) },
              { title: t("office.contacts"), cell: (b) => n(b.contacts), number: true },
              { title: t("office.opens"), cell: (b) => dateText(b.opens_at, i18n.language) },
            ]}
          />
        </>
      )}
    </section>
  );
}
