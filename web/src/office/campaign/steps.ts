// The steps of a campaign's form and the fields of each. What is a table of its own is drawn by tables.tsx.
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useRows } from "../kit/entity.tsx";
import type { Field, Option } from "../kit/fields.tsx";
import { useNameOptions } from "../settings/options.ts";
import type { Values } from "./settings.ts";

export const STEPS = ["basics", "schedule", "dialing", "analysis", "wrap_up", "pane"] as const;
export type Step = (typeof STEPS)[number];
export type Tables = "windows" | "retry" | "codes" | "on_outcome";
export const TABLES: Record<Step, Tables[]> = {
  basics: [],
  schedule: ["windows"],
  dialing: ["retry"],
  analysis: ["on_outcome"],
  wrap_up: ["codes"],
  pane: [],
};

const NUMBERS: Partial<Record<Step, [string, string][]>> = {
  basics: [["weight", ""]],
  schedule: [
    ["caps.per_contact", ""],
    ["caps.per_number", ""],
    ["caps.per_number_day", ""],
    ["caps.gap_min_min", "min"],
  ],
  dialing: [
    ["ring_ms_min", "ms"],
    ["ring_ms_max", "ms"],
    ["setup_ms_max", "ms"],
    ["pause_before_dial_s", "s"],
    ["hold_s_max", "s"],
  ],
  analysis: [
    ["analysis.minimum_silence_ms", "ms"],
    ["analysis.analysis_period_ms", "ms"],
    ["analysis.minimum_valid_speech_ms", "ms"],
    ["analysis.maximum_analysis_ms", "ms"],
    ["analysis.terminating_tone_ms", "ms"],
    ["clip_days", "day"],
    ["review_share", "percent"],
  ],
  wrap_up: [
    ["wrap_up_s_max", "s"],
    ["wrap_up_extension_s_max", "s"],
  ],
};
export const NUMBER_KEYS: ReadonlySet<string> = new Set(
  Object.values(NUMBERS).flatMap((list) => list.map(([key]) => key)),
);

const HINTED = new Set(["pause_before_dial_s", "clip_days", "review_share"]);
/** Numbers that are the silence rule's alone. */
const OF_THE_RULE = new Set([
  "analysis.minimum_silence_ms",
  "analysis.analysis_period_ms",
  "analysis.minimum_valid_speech_ms",
  "analysis.maximum_analysis_ms",
]);

/** What a replay of kept clips may be tried with. */
export const REPLAYED: ReadonlySet<string> = new Set(["analysis.preset", ...OF_THE_RULE]);

/** In which step a field stands. */
export const stepOf = (fields: Record<Step, Field<Values>[]>, name: string): Step | undefined =>
  STEPS.find((s) => fields[s].some((f) => f.name === name));

interface Code {
  name?: string;
  tr?: string;
  en?: string;
  name_tr?: string;
  name_en?: string;
  active?: boolean;
  enabled?: boolean;
}

/** Wrap-up codes by the name that campaigns and guides call them by. */
export function useCodeOptions(): Option[] {
  const { i18n } = useTranslation();
  const query = useRows<Code>("/api/v1/codes", 60_000);
  const turkish = i18n.language === "tr";
  return useMemo(
    () =>
      (query.data ?? [])
        .filter((c) => (c.active ?? c.enabled) !== false)
        .map((c) => {
          const tr = c.name_tr ?? c.tr ?? "";
          const en = c.name_en ?? c.en ?? "";
          return { value: c.name ?? (en || tr), label: turkish ? tr || en : en || tr };
        }),
    [query.data, turkish],
  );
}

export function useSteps(is_new: boolean): Record<Step, Field<Values>[]> {
  const { t } = useTranslation();
  const queues = useNameOptions("/api/v1/queues");
  const points = useNameOptions("/api/v1/entry-points");
  const lists = useNameOptions("/api/v1/lists");
  const guides = useNameOptions("/api/v1/guides");
  const codes = useCodeOptions();
  const label = (key: string) => t(`campaign_form.${key.replace(".", "_")}`);
  const numbers = (step: Step): Field<Values>[] =>
    (NUMBERS[step] ?? []).map(([name, unit]) => ({
      name,
      label: label(name),
      kind: "number" as const,
      ...(unit ? { unit: t(`unit.${unit}`) } : {}),
      ...(HINTED.has(name) ? { hint: t(`campaign_form.${name}_hint`) } : {}),
    }));
  const analysed = (v: Values) => v["analysis.on"] !== false;
  const words = (keys: string[], kind: string): Option[] =>
    keys.map((k) => ({ value: k, label: t(`${kind}.${k}`) }));
  return {
    basics: [
      { name: "name", label: t("office.name"), kind: "text", required: true, disabled: !is_new },
      {
        name: "mode",
        label: label("mode"),
        hint: t("campaign_form.mode_hint"),
        kind: "select",
        required: true,
        options: words(["silent", "classic"], "mode"),
      },
      {
        name: "zip_tone",
        label: label("zip_tone"),
        kind: "select",
        options: words(["two_beeps", "one_beep", "long_beep"], "zip_tone"),
        when: (v) => v.mode === "silent",
      },
      { name: "queue", label: label("queue"), kind: "select", required: true, options: queues },
      {
        name: "join_by_hand",
        label: label("join_by_hand"),
        hint: t("campaign_form.join_by_hand_hint"),
        kind: "check",
      },
      {
        name: "entry_point",
        label: t("routing.entry_point"),
        kind: "select",
        required: true,
        options: points,
      },
      {
        name: "brand",
        label: label("brand"),
        hint: t("campaign_form.brand_hint"),
        kind: "text",
      },
      {
        name: "callback_number",
        label: label("callback_number"),
        hint: t("campaign_form.callback_number_hint"),
        kind: "text",
      },
      ...numbers("basics"),
      {
        name: "lists",
        label: label("lists"),
        hint: t("campaign_form.lists_hint"),
        kind: "ordered",
        options: lists,
      },
    ],
    schedule: numbers("schedule"),
    dialing: numbers("dialing"),
    analysis: [
      { name: "analysis.on", label: label("analysis.on"), kind: "check", wide: true },
      {
        name: "analysis.machine",
        label: label("analysis.machine"),
        kind: "select",
        required: true,
        options: words(["hang_up", "next_number", "leave_message", "connect"], "machine"),
        when: analysed,
      },
      {
        name: "analysis.preset",
        label: label("analysis.preset"),
        hint: t("campaign_form.analysis_preset_hint"),
        kind: "select",
        required: true,
        options: words(["protect_people", "balanced", "protect_agents", "silence_rule"], "preset"),
        when: analysed,
      },
      {
        name: "analysis.decide_from_answer",
        label: label("analysis.decide_from_answer"),
        kind: "check",
        when: analysed,
      },
      {
        name: "catch_up",
        label: label("catch_up"),
        hint: t("campaign_form.catch_up_hint"),
        kind: "check",
        when: analysed,
      },
      ...numbers("analysis").map((f) => ({
        ...f,
        when: (v: Values) =>
          analysed(v) && (!OF_THE_RULE.has(f.name) || v["analysis.preset"] === "silence_rule"),
      })),
      {
        name: "message_file",
        label: label("message_file"),
        hint: t("campaign_form.message_file_hint"),
        kind: "text",
      },
    ],
    wrap_up: [
      ...numbers("wrap_up"),
      { name: "wrap_up_required", label: label("wrap_up_required"), kind: "check" },
      {
        name: "wrap_up_guide_required",
        label: label("wrap_up_guide_required"),
        kind: "check",
        when: (v) => v.wrap_up_required === true && Boolean(v.guide),
      },
      {
        name: "auto_code",
        label: label("auto_code"),
        hint: t("campaign_form.auto_code_hint"),
        kind: "select",
        options: codes,
      },
    ],
    pane: [
      { name: "guide", label: label("guide"), kind: "select", options: guides },
      { name: "contact_before_connect", label: label("contact_before_connect"), kind: "check" },
      {
        name: "screen_pop.url",
        label: label("screen_pop.url"),
        hint: t("campaign_form.screen_pop_url_hint", { open: "{{", shut: "}}" }),
        kind: "text",
        wide: true,
      },
      {
        name: "screen_pop.where",
        label: label("screen_pop.where"),
        kind: "select",
        options: words(["pane", "tab"], "pop_where"),
        when: (v) => Boolean(v["screen_pop.url"]),
      },
      {
        name: "screen_pop.hosts",
        label: label("screen_pop.hosts"),
        hint: t("campaign_form.screen_pop_hosts_hint"),
        kind: "text",
        when: (v) => Boolean(v["screen_pop.url"]),
      },
    ],
  };
}
