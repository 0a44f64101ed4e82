import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { get } from "../../api/client.ts";
import { save } from "../../api/upload.ts";
import { collator, matches } from "../../i18n/fold.ts";
import { dateText } from "../../time/duration.ts";
import { useErrorText, useTitle } from "../../ui/parts.tsx";
import { type Attempt, OneAttempt } from "./one.tsx";
import { csvOf } from "../lists/csv.ts";
import { DataTable, useList } from "../table.tsx";

const PAGE = 200;
const codes = (a: Attempt) => a.wrap_ups.map((w) => w.code).join(", ");

export function Attempts() {
  const { t, i18n } = useTranslation();
  const [campaign, setCampaign] = useState("");
  const [outcome, setOutcome] = useState("");
  const [search, setSearch] = useState("");
  const [opened, setOpened] = useState<Attempt | null>(null);
  useTitle(t("office.attempts"));
  const campaigns = useList<{ id: number; name: string }>("/api/v1/campaigns", 30_000);
  const query = useInfiniteQuery({
    queryKey: ["/api/v1/attempts", campaign],
    initialPageParam: 0,
    queryFn: ({ pageParam }) => {
      const asked = new URLSearchParams({ limit: String(PAGE) });
      if (campaign) asked.set("campaign", campaign);
      if (pageParam) asked.set("before", String(pageParam));
      return get<Attempt[]>(`/api/v1/attempts?${asked}`);
    },
    getNextPageParam: (page) => (page.length === PAGE ? page[page.length - 1]?.id : undefined),
  });
  const all = query.data?.pages.flat();
  const fits = (a: Attempt) =>
    (!outcome || a.outcome === outcome) && matches(search, a.number, codes(a), a.reason);
  const found = all?.filter(fits);
  const word = (o: string) => t(`outcome.${o}`, { defaultValue: o });
  const outcomes = [...new Set(all?.map((a) => a.outcome))].sort((a, b) =>
    collator(i18n.language).compare(word(a), word(b)),
  );
  const name = (id: number | string) =>
    campaigns.data?.find((c) => String(c.id) === String(id))?.name ?? String(id);
  return (
    <>
      <h1>{t("office.attempts")}</h1>
      <div className="filters">
        <NativeSelect
          label={t("office.campaign")}
          value={campaign}
          onChange={(e) => setCampaign(e.target.value)}
          data={[
            { value: "", label: t("office.all_campaigns") },
            ...(campaigns.data ?? []).map((c) => c.name),
          ]}
        />
        <NativeSelect
          label={t("office.outcome")}
          value={outcome}
          onChange={(e) => setOutcome(e.target.value)}
          data={[
            { value: "", label: t("office.all_outcomes") },
            ...outcomes.map((o) => ({ value: o, label: word(o) })),
          ]}
        />
        <TextInput
          label={t("office.search")}
          type="search"
          value={search}
          onChange={(e) => setSearch(e.target.value)}
        />
        <span className="grow" />
        <Download campaign={campaign} fits={fits} campaign_name={name} />
      </div>
      <DataTable
        label={t("office.attempts")}
        query={{ ...query, data: found }}
        id={(a) => a.id}
        empty={t(all?.length ? "office.no_match" : "office.no_attempts")}
        columns={[
          { title: t("office.time"), cell: (a) => dateText(a.committed_at, i18n.language) },
          { title: t("office.campaign"), cell: (a) => name(a.campaign) },
          {
            title: t("office.number"),
            cell: (a) => (
              <button type="button" className="link" onClick={() => setOpened(a)}>
                {a.number}
              </button>
            ),
          },
          { title: t("office.outcome"), cell: (a) => word(a.outcome) },
          { title: t("office.code"), cell: codes },
          { title: t("office.sip"), cell: (a) => [a.sip?.code || "", a.sip?.text].filter(Boolean).join(" ") },
        ]}
      />
      {opened && (
        <OneAttempt attempt={opened} campaign={name(opened.campaign)} onClose={() => setOpened(null)} />
      )}
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

// More than that in one table is no longer read by people; the database is there for it.
const CSV_MAX = 50_000;

interface DownloadProps {
  campaign: string;
  fits: (attempt: Attempt) => boolean;
  campaign_name: (id: number | string) => string;
}

/** All attempts that the filters let through, also those that are not on the screen yet. */
function Download({ campaign, fits, campaign_name }: DownloadProps) {
  const { t } = useTranslation();
  const error_text = useErrorText();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const go = async () => {
    setBusy(true);
    setError("");
    try {
      const rows: string[][] = [];
      let before = 0;
      do {
        const asked = new URLSearchParams({ limit: "1000" });
        if (campaign) asked.set("campaign", campaign);
        if (before) asked.set("before", String(before));
        const page = await get<Attempt[]>(`/api/v1/attempts?${asked}`);
        for (const a of page.filter(fits))
          rows.push([
            String(a.id),
            a.committed_at ?? "",
            campaign_name(a.campaign),
            a.number,
            t(`outcome.${a.outcome}`, { defaultValue: a.outcome }),
            codes(a),
            [a.sip?.code || "", a.sip?.text].filter(Boolean).join(" "),
            a.answered_at ?? "",
            a.ended_at ?? "",
          ]);
        before = page.length === 1000 ? (page[page.length - 1]?.id ?? 0) : 0;
      } while (before && rows.length < CSV_MAX);
      const heads = [
        "attempt.id",
        "office.time",
        "office.campaign",
        "office.number",
        "office.outcome",
        "office.code",
        "office.sip",
        "attempt.answered_at",
        "attempt.ended_at",
      ];
      save("attempts.csv", csvOf([heads.map((h) => t(h)), ...rows]));
    } catch (e) {
      setError(error_text(e));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button variant="default" loading={busy} onClick={() => void go()}>
        {t("attempt.csv")}
      </Button>
      {error && (
        <p className="error" role="alert">
          {error}
        </p>
      )}
    </>
  );
}
