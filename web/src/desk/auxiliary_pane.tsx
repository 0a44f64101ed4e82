import { Tabs } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeskAttempt } from "../api/desk.ts";
import { GuideTab } from "../guide/guide_tab.tsx";
import { Empty } from "../ui/parts.tsx";
import { ContactTab } from "./contact_tab.tsx";
import { ScreenPopPane, ScreenPopTab } from "./screen_pop.tsx";

/** Call Guide (only where the campaign has one), contact, screen pop. */
export function AuxiliaryPane({ attempt }: { attempt: DeskAttempt | null }) {
  const { t } = useTranslation();
  const shows = attempt !== null && (attempt.contact !== null || attempt.merged_at !== null);
  const guide = shows ? attempt.guide : null;
  const pop = shows ? attempt.screen_pop : null;
  const [tab, setTab] = useState<string | null>("contact");
  const seen = useRef(0);
  useEffect(() => {
    // A new conversation begins with its guide, also where the contact was shown while it rang; after that the tab is the agent's choice.
    const moment = guide && attempt ? attempt.id : -(attempt?.id ?? 0);
    if (!shows || seen.current === moment) return;
    seen.current = moment;
    setTab(guide ? "guide" : "contact");
  }, [shows, attempt, guide]);
  const current = (tab === "guide" && !guide) || (tab === "pop" && !pop) ? "contact" : tab;
  return (
    <aside className="pane" aria-label={t("pane.title")}>
      {!shows ? (
        <>
          <h2>{t("pane.title")}</h2>
          <Empty title={t("pane.empty")} />
        </>
      ) : (
        <Tabs value={current} onChange={setTab} keepMounted className="pane-tabs">
          <Tabs.List aria-label={t("pane.title")}>
            {guide && <Tabs.Tab value="guide">{t("tab.guide")}</Tabs.Tab>}
            <Tabs.Tab value="contact">{t("tab.contact")}</Tabs.Tab>
            {pop && <Tabs.Tab value="pop">{t("tab.pop")}</Tabs.Tab>}
          </Tabs.List>
          {guide && (
            <Tabs.Panel value="guide" className="pane-panel">
              <GuideTab key={attempt.id} attempt={attempt} />
            </Tabs.Panel>
          )}
          <Tabs.Panel value="contact" className="pane-panel">
            <ContactTab attempt={attempt} />
          </Tabs.Panel>
          {pop && (
            <Tabs.Panel value="pop" className="pane-panel">
              {pop.where === "pane" ? (
                <ScreenPopPane url={pop.url} />
              ) : (
                <ScreenPopTab url={pop.url} attempt={attempt.id} />
              )}
            </Tabs.Panel>
          )}
        </Tabs>
      )}
    </aside>
  );
}
