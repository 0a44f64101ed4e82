// What administrators and supervisors see.
import "../i18n/office.ts";
import "../ui/office.css";
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Navigate, NavLink, Route, Routes } from "react-router";
import type { Session } from "../api/desk.ts";
import { Empty, LanguageSwitch, SchemeSwitch } from "../ui/parts.tsx";
import { Agents } from "./agents.tsx";
import { Attempts } from "./attempts.tsx";
import { CampaignPage, Campaigns } from "./campaigns.tsx";
import { DoNotCall } from "./do_not_call.tsx";
import { GuideBuilder } from "./guides/builder.tsx";
import { Guides } from "./guides/guides.tsx";
import { Lists } from "./lists.tsx";
import { Trunks } from "./trunks.tsx";

const SECTIONS = ["campaigns", "agents", "attempts", "lists", "guides", "dnc", "trunks"] as const;

export default function Office({ session, onLeave }: { session: Session; onLeave: () => void }) {
  const { t } = useTranslation();
  return (
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
        {SECTIONS.map((s) => (
          <NavLink key={s} to={`/${s}`}>
            {t(`office.${s}`)}
          </NavLink>
        ))}
      </nav>
      <main className="office-main">
        <Routes>
          <Route path="/" element={<Navigate to="/campaigns" replace />} />
          <Route path="/campaigns" element={<Campaigns />} />
          <Route path="/campaigns/:name" element={<CampaignPage />} />
          <Route path="/agents" element={<Agents />} />
          <Route path="/attempts" element={<Attempts />} />
          <Route path="/lists" element={<Lists />} />
          <Route path="/guides" element={<Guides />} />
          <Route path="/guides/:name" element={<GuideBuilder />} />
          <Route path="/dnc" element={<DoNotCall />} />
          <Route path="/trunks" element={<Trunks />} />
          <Route path="*" element={<Empty title={t("office.not_found")} />} />
        </Routes>
      </main>
    </div>
  );
}
