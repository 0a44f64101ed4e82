// What administrators and supervisors see.
import "../i18n/office.ts";
import "../ui/office.css";
import { Button } from "@mantine/core";
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, NavLink, Route, Routes } from "react-router";
import type { Session } from "../api/desk.ts";
import { mayRole, type Role, RoleContext } from "../api/routes.ts";
import { LanguageSwitch, SchemeSwitch } from "../ui/parts.tsx";
import { Agents } from "./agents.tsx";
import { AnalysisReport } from "./analysis/report.tsx";
import { Attempts } from "./attempts/attempts.tsx";
import { OneAttempt } from "./attempts/one.tsx";
import { Audit } from "./audit/audit.tsx";
import { CampaignForm } from "./campaign/form.tsx";
import { CampaignPage } from "./campaign/page.tsx";
import { Replay } from "./campaign/replay.tsx";
import { Campaigns } from "./campaigns.tsx";
import { DoNotCall } from "./dnc/do_not_call.tsx";
import { GuideBuilder } from "./guides/builder.tsx";
import { Guides } from "./guides/guides.tsx";
import { isChangeable } from "./kit/entity.tsx";
import { Lists } from "./lists/lists.tsx";
import { People } from "./people/people.tsx";
import { Person } from "./people/person.tsx";
import { Codes, IdleCodes } from "./settings/codes.tsx";
import { AgentSettings, Teams, Users } from "./settings/people.tsx";
import { EntryPoints, Queues, Trunks } from "./settings/routing.tsx";
import { Tokens } from "./settings/tokens.tsx";
import { Webhooks } from "./settings/webhooks.tsx";
import { Home, Start } from "./start/start.tsx";

/** A supervisor watches and prepares; what the system is made of is the administrator's. */
const GROUPS = {
  work: ["campaigns", "agents", "people", "attempts", "analysis"],
  prepare: ["lists", "guides", "dnc"],
  settings: [
    "users",
    "teams",
    "agent-settings",
    "queues",
    "entry-points",
    "trunks",
    "codes",
    "idle-codes",
    "webhooks",
    "tokens",
    "audit",
  ],
} as const;
const SETTINGS: Record<(typeof GROUPS.settings)[number], ComponentType> = {
  users: Users,
  teams: Teams,
  "agent-settings": AgentSettings,
  queues: Queues,
  "entry-points": EntryPoints,
  trunks: Trunks,
  codes: Codes,
  "idle-codes": IdleCodes,
  webhooks: Webhooks,
  tokens: Tokens,
  audit: Audit,
};

/** Where a section's things are read, when it is not called as the section. */
const READ: Record<string, string> = { people: "/api/v1/contacts", analysis: "/api/v1/reports/analysis" };

/** What is here to be seen. Agents are watched in a list of their own, so their settings are offered only where they can be changed. */
const isOffered = (role: Role, section: string) =>
  section === "agent-settings"
    ? isChangeable("/api/v1/agents")
    : mayRole(role, "GET", READ[section] ?? `/api/v1/${section}`);

export default function Office({ session, onLeave }: { session: Session; onLeave: () => void }) {
  const { t } = useTranslation();
  const role = session.user.role;
  const administrator = role === "administrator";
  const not_yours = (
    <>
      <h1>{t("rights.not_yours")}</h1>
      <p>{t("rights.not_yours_hint")}</p>
    </>
  );
  const writes_campaigns = mayRole(role, "PUT", "/api/v1/campaigns/{}");
  return (
    <RoleContext.Provider value={role}>
      <div className="office">
        <header className="header">
          <img src="/icon.svg" alt="" width="28" height="28" />
          <strong>Ziptone</strong>
          <span className="grow" />
          <span className="who">{session.user.name}</span>
          <LanguageSwitch tell />
          <SchemeSwitch />
          <Button variant="default" size="compact-md" onClick={onLeave}>
            {t("common.sign_out")}
          </Button>
        </header>
        <nav className="office-nav" aria-label={t("office.nav")}>
          {(["work", "prepare", ...(administrator ? (["settings"] as const) : [])] as const).map((group) => (
            <section key={group} aria-labelledby={`nav-${group}`}>
              <h2 id={`nav-${group}`}>{t(`nav.${group}`)}</h2>
              {group === "work" && administrator && <NavLink to="/start">{t("office.start_guide")}</NavLink>}
              {GROUPS[group]
                .filter((s) => isOffered(role, s))
                .map((s) => (
                  <NavLink key={s} to={`/${s}`}>
                    {t(group === "settings" ? `entity.${s}.title` : `office.${s}`)}
                  </NavLink>
                ))}
            </section>
          ))}
        </nav>
        <main className="office-main">
          <Routes>
            <Route path="/" element={administrator ? <Home /> : <Navigate to="/campaigns" replace />} />
            <Route path="/start" element={administrator ? <Start /> : not_yours} />
            <Route path="/campaigns" element={<Campaigns />} />
            <Route path="/campaigns/new" element={writes_campaigns ? <CampaignForm /> : not_yours} />
            <Route path="/campaigns/edit/:name" element={writes_campaigns ? <CampaignForm /> : not_yours} />
            <Route path="/campaigns/:name" element={<CampaignPage />} />
            <Route path="/campaigns/:name/replay" element={<Replay />} />
            <Route path="/agents" element={<Agents />} />
            <Route path="/people" element={<People />} />
            <Route path="/people/:id" element={<Person />} />
            <Route path="/attempts" element={<Attempts />} />
            <Route path="/attempts/:id" element={<OneAttempt />} />
            <Route path="/analysis" element={<AnalysisReport />} />
            <Route path="/lists" element={<Lists />} />
            <Route path="/guides" element={<Guides />} />
            <Route path="/guides/:name" element={<GuideBuilder />} />
            <Route path="/dnc" element={<DoNotCall />} />
            {Object.entries(SETTINGS).map(([section, Page]) => (
              <Route key={section} path={`/${section}/*`} element={administrator ? <Page /> : not_yours} />
            ))}
            <Route path="*" element={<h1>{t("office.not_found")}</h1>} />
          </Routes>
        </main>
      </div>
    </RoleContext.Provider>
  );
}
