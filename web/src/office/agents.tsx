import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { agentPath, post } from "../api/client.ts";
import type { Shape } from "../api/desk.ts";
import { matches } from "../i18n/fold.ts";
import { clockText, numberText, percentText } from "../time/duration.ts";
import type { IconName } from "../ui/icon.tsx";
import { StateBadge, useErrorText, useTitle } from "../ui/parts.tsx";
import { gradeOf, type Quality } from "./quality.ts";
import { DataTable, useDo, useList } from "./table.tsx";

type Agent = Shape<"Agent">;

const ICONS: Record<string, IconName> = {
  Available: "available",
  Reserved: "reserved",
  Engaged: "engaged",
  WrappingUp: "wrap_up",
};

const GRADES = {
  good: { tone: "good", icon: "available" },
  fair: { tone: "warn", icon: "warning" },
  poor: { tone: "bad", icon: "warning" },
} as const;

/** The last seconds of the agent's line: in one word, and in figures. */
function Line({ quality }: { quality: Quality }) {
  const { t, i18n } = useTranslation();
  const grade = gradeOf(quality);
  const loss = Math.max(quality.loss_permille, quality.far_loss_permille ?? 0) / 1000;
  const ms = (x: number) => `${numberText(Math.round(x), i18n.language)} ${t("unit.ms")}`;
  return (
    <>
      <StateBadge tone={GRADES[grade].tone} icon={GRADES[grade].icon}>
        {t(`quality.${grade}`)}
      </StateBadge>
      <small className="sub block nowrap">
        {t("quality.loss", { share: percentText(loss, i18n.language, 1) })} ·{" "}
        {t("quality.jitter", { ms: ms(quality.jitter_ms) })}
        {quality.round_trip_ms !== null && ` · ${t("quality.round_trip", { ms: ms(quality.round_trip_ms) })}`}
      </small>
    </>
  );
}

export function Agents() {
  const { t } = useTranslation();
  const error_text = useErrorText();
  const [search, setSearch] = useState("");
  const query = useList<Agent>("/api/v1/agents", 2000);
  const work = useDo();
  useTitle(t("office.agents"));
  const found = query.data?.filter((a) => matches(search, a.name, a.campaign));
  return (
    <>
      <h1>{t("office.agents")}</h1>
      <div className="filters">
        <TextInput
          label={t("office.search")}
          value={search}
          onChange={(e) => setSearch(e.target.value)}
          type="search"
        />
      </div>
      {work.isError && (
        <p className="error" role="alert">
          {error_text(work.error)}
        </p>
      )}
      <DataTable
        label={t("office.agents")}
        query={{ ...query, data: found }}
        id={(a) => a.id}
        empty={t(search ? "office.no_match" : "office.no_agents")}
        columns={[
          {
            title: t("office.agent"),
            cell: (a) => (
              <Link
                to={`/attempts?agent=${encodeURIComponent(a.name)}`}
                aria-label={`${a.name}: ${t("office.attempts")}`}
              >
                {a.name}
              </Link>
            ),
          },
          {
            title: t("office.state"),
            cell: (a) => (
              <StateBadge tone={a.state === "Away" ? "idle" : a.state} icon={ICONS[a.state] ?? "away"}>
                {a.state === "Away" && a.why
                  ? t(`away.${a.why}`, { defaultValue: a.why })
                  : t(`state.${a.state}`, { defaultValue: a.state })}
              </StateBadge>
            ),
          },
          {
            title: t("office.since"),
            cell: (a) => (a.since_s === undefined ? "" : clockText(a.since_s * 1000)),
            number: true,
          },
          { title: t("office.phone"), cell: (a) => t(`leg.${a.leg}`, { defaultValue: a.leg }) },
          { title: t("quality.title"), cell: (a) => a.quality && <Line quality={a.quality} /> },
          { title: t("office.campaign"), cell: (a) => a.campaign ?? "" },
          {
            title: t("office.actions"),
            cell: (a) =>
              a.why === "signed_out" ? (
                ""
              ) : (
                <div className="row">
                  {a.state !== "Away" && (
                    <Button
                      size="compact-md"
                      variant="default"
                      aria-label={`${t("office.make_idle")}: ${a.name}`}
                      onClick={() => work.mutate(() => post(agentPath(a.name, "idle"), { idle_code: 0 }))}
                    >
                      {t("office.make_idle")}
                    </Button>
                  )}
                  <Button
                    size="compact-md"
                    variant="default"
                    aria-label={`${t("office.sign_out_agent")}: ${a.name}`}
                    onClick={() => work.mutate(() => post(agentPath(a.name, "sign-out")))}
                  >
                    {t("office.sign_out_agent")}
                  </Button>
                </div>
              ),
          },
        ]}
      />
    </>
  );
}
