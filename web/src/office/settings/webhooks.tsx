// What is told to other systems, and whether it arrived.
import { Button, NativeSelect } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { get, post, put } from "../../api/client.ts";
import { dateText } from "../../time/duration.ts";
import { StateBadge, useErrorText } from "../../ui/parts.tsx";
import { type Base, type Entity, EntityPages } from "../kit/entity.tsx";
import type { Field } from "../kit/fields.tsx";
import { DataTable, useDo } from "../table.tsx";

const EVENTS = ["attempt_ended", "wrap_up", "guide_submitted"];
const STATES = ["waiting", "delivered", "failed"];
const PAGE = 100;

interface Webhook extends Base {
  name: string;
  url: string;
  events: string[];
  enabled: boolean;
}
interface WebhookValues {
  name: string;
  url: string;
  secret: string;
  events: string[];
  enabled: boolean;
}
interface Delivery {
  id: number;
  event: string;
  attempt: number | null;
  state: string;
  tries: number;
  next_at: string | null;
  status: number | null;
  error: string | null;
  at: string;
}
const pathOf = (name: string) => `/api/v1/webhooks/${encodeURIComponent(name)}`;

const WEBHOOK: Entity<Webhook, WebhookValues> = {
  section: "webhooks",
  path: "/api/v1/webhooks",
  removes: true,
  keyOf: (r) => r.name,
  words: (r) => [r.url],
  useColumns: () => {
    const { t } = useTranslation();
    return [
      { title: t("webhook.url"), cell: (r) => <span className="break">{r.url}</span> },
      {
        title: t("webhook.events"),
        cell: (r) => r.events.map((e) => t(`webhook.event.${e}`, { defaultValue: e })).join(", "),
      },
    ];
  },
  useFields: (row) => {
    const { t } = useTranslation();
    const fields: Field<WebhookValues>[] = [
      { name: "name", label: t("office.name"), kind: "text", required: true, disabled: row !== null },
      { name: "url", label: t("webhook.url"), hint: t("webhook.url_hint"), kind: "text", required: true },
      {
        name: "secret",
        label: t("webhook.secret"),
        hint: t(row ? "form.unchanged_if_empty" : "webhook.secret_hint"),
        kind: "password",
        required: row === null,
      },
      {
        name: "events",
        label: t("webhook.events"),
        kind: "many",
        options: EVENTS.map((e) => ({ value: e, label: t(`webhook.event.${e}`) })),
      },
      { name: "enabled", label: t("webhook.enabled"), kind: "check" },
    ];
    return fields;
  },
  blank: { name: "", url: "", secret: "", events: EVENTS, enabled: true },
  from: (r) => ({ name: r.name, url: r.url, secret: "", events: r.events, enabled: r.enabled }),
  newKey: (v) => v.name,
  // The secret is never read back: what is left empty is not sent, and stays as it is.
  body: ({ name: _, secret, url, ...v }) => ({ ...v, url: url.trim(), ...(secret ? { secret } : {}) }),
  revive: (r) => put(pathOf(r.name), { url: r.url, events: r.events, enabled: true }),
  more: (r) => <Deliveries key={r.name} name={r.name} />,
};
export const Webhooks = () => <EntityPages entity={WEBHOOK} />;

const LOOK = {
  delivered: { tone: "good", icon: "available" },
  failed: { tone: "bad", icon: "warning" },
  waiting: { tone: "warn", icon: "away" },
} as const;

function DeliveryState({ state }: { state: string }) {
  const { t } = useTranslation();
  const look = LOOK[state as keyof typeof LOOK] ?? LOOK.waiting;
  return (
    <StateBadge tone={look.tone} icon={look.icon}>
      {t(`webhook.state.${state}`, { defaultValue: state })}
    </StateBadge>
  );
}

function Deliveries({ name }: { name: string }) {
  const { t, i18n } = useTranslation();
  const error_text = useErrorText();
  const [state, setState] = useState("");
  const work = useDo();
  const path = `${pathOf(name)}/deliveries`;
  const query = useInfiniteQuery({
    queryKey: [path, state],
    initialPageParam: 0,
    queryFn: ({ pageParam }) => {
      const asked = new URLSearchParams({ limit: String(PAGE) });
      if (state) asked.set("state", state);
      if (pageParam) asked.set("before", String(pageParam));
      return get<Delivery[]>(`${path}?${asked}`);
    },
    getNextPageParam: (page) => (page.length === PAGE ? page[page.length - 1]?.id : undefined),
    refetchInterval: 5000,
  });
  return (
    <div className="stack">
      <div className="filters">
        <h2>{t("webhook.deliveries")}</h2>
        <NativeSelect
          size="sm"
          aria-label={t("webhook.state_filter")}
          value={state}
          onChange={(e) => setState(e.target.value)}
          data={[
            { value: "", label: t("webhook.all_states") },
            ...STATES.map((s) => ({ value: s, label: t(`webhook.state.${s}`) })),
          ]}
        />
        <span className="grow" />
        <Button
          variant="default"
          loading={work.isPending}
          onClick={() => work.mutate(() => post(`${pathOf(name)}/test`))}
        >
          {t("webhook.test")}
        </Button>
      </div>
      {work.isError && (
        <p className="error" role="alert">
          {error_text(work.error)}
        </p>
      )}
      <DataTable
        label={t("webhook.deliveries")}
        query={{ ...query, data: query.data?.pages.flat() }}
        id={(d) => d.id}
        empty={t("webhook.no_deliveries")}
        columns={[
          { title: t("office.time"), cell: (d) => dateText(d.at, i18n.language) },
          {
            title: t("attempt.event"),
            cell: (d) => t(`webhook.event.${d.event}`, { defaultValue: d.event }),
          },
          {
            title: t("attempt.id"),
            cell: (d) => d.attempt && <Link to={`/attempts/${d.attempt}`}>{d.attempt}</Link>,
          },
          { title: t("office.state"), cell: (d) => <DeliveryState state={d.state} /> },
          { title: t("webhook.tries"), cell: (d) => d.tries, number: true },
          { title: t("webhook.answer"), cell: (d) => [d.status, d.error].filter(Boolean).join(" ") },
          {
            title: t("webhook.next_at"),
            cell: (d) => (d.state === "waiting" ? dateText(d.next_at, i18n.language) : ""),
          },
          {
            title: t("office.actions"),
            cell: (d) => (
              <Button
                size="compact-md"
                variant="default"
                aria-label={`${t("webhook.again")}: ${d.id}`}
                onClick={() => work.mutate(() => post(`${path}/${d.id}/again`))}
              >
                {t("webhook.again")}
              </Button>
            ),
          },
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
    </div>
  );
}
