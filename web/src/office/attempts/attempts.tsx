import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { get } from "../../api/client.ts";
import { useMay } from "../../api/routes.ts";
import { collator } from "../../i18n/fold.ts";
import { currentAddress, useTitle } from "../../ui/parts.tsx";
import { useAgents, useCampaigns, useCodes } from "../names.ts";
import type { Attempt } from "./attempt.ts";
import { askedOf, FILTERS, type Filter, type Filters, filtersOf } from "./filters.ts";
import { AttemptTable } from "./table.tsx";

const PAGE = 200;
const OUTCOMES = [
  "person",
  "machine",
  "fax",
  "busy",
  "no_answer",
  "unreachable",
  "invalid_number",
  "rejected",
  "unwanted",
  "blocked",
  "redirect_refused",
  "forbidden",
  "congestion",
  "trunk_failed",
  "bad_request",
  "dead_air",
  "screened",
  "false_answer",
  "abandoned",
  "contact_hung_up",
  "agent_lost",
  "stopped",
  "not_placed",
];

/** The filters stand in the address, so a view can be kept and sent to somebody. */
export function Attempts() {
  const { t } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const filters = filtersOf(address);
  const asked = askedOf(filters);
  const may = useMay();
  useTitle(t("office.attempts"));
  const query = useInfiniteQuery({
    queryKey: ["/api/v1/attempts", asked.toString()],
    initialPageParam: 0,
    queryFn: ({ pageParam }) => {
      const page = new URLSearchParams(asked);
      page.set("limit", String(PAGE));
      if (pageParam) page.set("before", String(pageParam));
      return get<Attempt[]>(`/api/v1/attempts?${page}`);
    },
    getNextPageParam: (page) => (page.length === PAGE ? page[page.length - 1]?.id : undefined),
  });
  const filtered = FILTERS.some((f) => filters[f]);
  return (
    <>
      <div className="row">
        <h1>{t("office.attempts")}</h1>
        <span className="grow" />
        {may("GET", "/api/v1/attempts.csv") && (
          <Button
            variant="default"
            component="a"
            href={`/api/v1/attempts.csv?${asked}`}
            download="attempts.csv"
          >
            {t("attempt.csv")}
          </Button>
        )}
      </div>
      <FilterForm filters={filters} onChange={(next) => setAddress(next as Record<string, string>)} />
      <AttemptTable
        query={{ ...query, data: query.data?.pages.flat() }}
        empty={t(filtered ? "office.no_match" : "office.no_attempts")}
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

interface FilterProps {
  filters: Filters;
  onChange: (filters: Filters) => void;
}

/** A choice counts at once; what is typed counts with Enter or the button. */
function FilterForm({ filters, onChange }: FilterProps) {
  const { t, i18n } = useTranslation();
  const campaigns = useCampaigns();
  const agents = useAgents();
  const codes = useCodes();
  const { number = "", from = "", until = "" } = filters;
  const [typed, setTyped] = useState({ number, from, until });
  // What the address says of these is taken over when it did not come from here: what is being typed stays.
  const sent = useRef(typed);
  useEffect(() => {
    const told = { number, from, until };
    if (Object.entries(told).every(([name, value]) => sent.current[name as keyof typeof told] === value))
      return;
    sent.current = told;
    setTyped(told);
  }, [number, from, until]);
  const word = (o: string) => t(`outcome.${o}`, { defaultValue: o });
  const changed = (change: Filters) => {
    sent.current = typed;
    const next = { ...filtersOf(currentAddress()), ...typed, ...change };
    onChange(Object.fromEntries(Object.entries(next).filter(([, value]) => value)));
  };
  const choice = (name: Filter, label: string, any: string, options: { value: string; label: string }[]) => {
    const value = filters[name] ?? "";
    const known = value === "" || options.some((o) => o.value === value);
    return (
      <NativeSelect
        label={label}
        value={value}
        onChange={(e) => changed({ [name]: e.target.value })}
        data={[{ value: "", label: any }, ...(known ? [] : [{ value, label: value }]), ...options]}
      />
    );
  };
  const text = (name: "number" | "from" | "until", label: string, type: string) => (
    <TextInput
      label={label}
      type={type}
      value={typed[name]}
      onChange={(e) => setTyped({ ...typed, [name]: e.target.value })}
    />
  );
  const clear = () => {
    setTyped({ number: "", from: "", until: "" });
    onChange({});
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    changed({});
  };
  const names = (all: { name: string }[]) => all.map((x) => ({ value: x.name, label: x.name }));
  return (
    <form className="filters" onSubmit={submit} aria-label={t("attempt.filters")} noValidate>
      {choice("campaign", t("office.campaign"), t("office.all_campaigns"), names(campaigns.all))}

      {choice(
        "outcome",
        t("office.outcome"),
        t("office.all_outcomes"),
        OUTCOMES.map((o) => ({ value: o, label: word(o) })).sort((a, b) =>
          collator(i18n.language).compare(a.label, b.label),
        ),
      )}
      {choice("code", t("office.code"), t("attempt.all_codes"), codes.options)}
      {choice("agent", t("office.agent"), t("attempt.all_agents"), names(agents.all))}
      {text("number", t("office.number"), "search")}
      {text("from", t("attempt.from"), "date")}
      {text("until", t("attempt.until"), "date")}

      <Button type="submit" variant="default">
        {t("attempt.show")}
      </Button>
      {FILTERS.some((f) => filters[f]) && (
        <Button variant="subtle" onClick={clear}>
          {t("attempt.clear")}
        </Button>
      )}
    </form>
  );
}
