// A campaign's settings, step by step. Every step may be left at any time; what the server refuses is shown at its field, in its step.
import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { get, put, Refused } from "../../api/client.ts";
import { has } from "../../api/routes.ts";
import { Trouble, useErrorText, useTitle, Waiting } from "../../ui/parts.tsx";
import { Fields } from "../kit/fields.tsx";
import { useForm } from "../kit/form.ts";
import { FormCard } from "../kit/form_card.tsx";
import {
  type CodeUse,
  FIRST,
  type RetryRule,
  type Settings,
  toSettings,
  toValues,
  type Values,
  type Window,
} from "./settings.ts";
import { NUMBER_KEYS, STEPS, type Step, stepOf, TABLES, useCodeOptions, useSteps } from "./steps.ts";
import { CodeTable, OutcomeCodes, RetryTable, Windows } from "./tables.tsx";

interface Campaign {
  name: string;
  settings?: Settings;
}
const pathOf = (name: string) => `/api/v1/campaigns/${encodeURIComponent(name)}`;

async function defaults(): Promise<Settings> {
  if (!has("GET", "/api/v1/campaigns/defaults")) return FIRST;
  return { ...FIRST, ...(await get<Settings>("/api/v1/campaigns/defaults")) };
}

/** `/campaigns/new`, `/campaigns/new?of=NAME` for a copy, `/campaigns/edit/NAME`; `?field=NAME` opens it at that field. */
export function CampaignForm() {
  const { t } = useTranslation();
  const error_text = useErrorText();
  const name = useParams().name ?? "";
  const of = useSearchParams()[0].get("of") ?? "";
  const from = name || of;
  useTitle(name || t("campaign_form.new"));
  const query = useQuery({
    queryKey: ["campaign-form", from],
    queryFn: async () => (from ? ((await get<Campaign>(pathOf(from))).settings ?? {}) : await defaults()),
    staleTime: Number.POSITIVE_INFINITY, // what is being typed is not overwritten
    gcTime: 0,
  });
  if (query.isPending) return <Waiting />;
  if (query.isError) return <Trouble text={error_text(query.error)} onRetry={() => void query.refetch()} />;
  const before = { ...query.data };
  // A list belongs to one campaign, so a copy begins without any.
  if (!name && of) before.lists = [];
  return <Editor key={from} name={name} before={before} of={of} />;
}

const hostsOf = (value: unknown) => (Array.isArray(value) ? value.join(", ") : String(value ?? ""));

function Editor({ name, before, of }: { name: string; before: Settings; of: string }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const queries = useQueryClient();
  const fields = useSteps(name === "");
  const wanted = useSearchParams()[0].get("field") ?? "";
  const [step, setStep] = useState<Step>(stepOf(fields, wanted) ?? "basics");
  const start = toValues(before);
  const form = useForm<Values>({
    ...start,
    name: name || (of ? t("campaign_form.copy_name", { name: of }) : ""),
    "screen_pop.hosts": hostsOf(start["screen_pop.hosts"]),
    "screen_pop.where": start["screen_pop.where"] ?? "pane",
  });
  useEffect(() => {
    if (wanted) form.root.current?.querySelector<HTMLElement>(`[name='${CSS.escape(wanted)}']`)?.focus();
  }, [wanted, form.root]);
  const namesOf = (s: Step): string[] => [...fields[s].map((f) => f.name), ...TABLES[s]];
  const names = STEPS.flatMap(namesOf);
  const wrong = (s: Step) => namesOf(s).some((n) => form.errorOf(n) !== undefined);
  const at = STEPS.indexOf(step);

  const save = async () => {
    const key = String(form.values.name ?? "").trim();
    let first: Step | undefined;
    const done = await form.send(async (values) => {
      if (!key) {
        first = "basics";
        throw new Refused(422, "", t("form.missing"), [{ field: "name", what: "is missing" }], null);
      }
      const hosts = hostsOf(values["screen_pop.hosts"]);
      const sent = { ...values, "screen_pop.hosts": hosts.split(/[\s,]+/).filter(Boolean) };
      try {
        const settings = toSettings(sent, NUMBER_KEYS, before);
        if (typeof settings.callback_number === "string")
          settings.callback_number = settings.callback_number.replace(/[\s()-]/g, "");
        await put(pathOf(key), settings);
      } catch (error) {
        if (error instanceof Refused)
          first = STEPS.find((s) =>
            error.fields.some((f) => namesOf(s).some((n) => (f.field ?? "").startsWith(n))),
          );
        throw error;
      }
    });
    if (!done) {
      if (first && !wrong(step)) setStep(first);
      return;
    }
    await queries.invalidateQueries();
    void go(`/campaigns/${encodeURIComponent(key)}`);
  };
  return (
    <>
      <p>
        <Link to="/campaigns">{t("office.campaigns")}</Link>
      </p>
      <h1>{name || t("campaign_form.new")}</h1>
      <nav aria-label={t("campaign_form.steps")}>
        <ol className="steps">
          {STEPS.map((s, i) => (
            <li key={s}>
              <button type="button" aria-current={s === step ? "step" : undefined} onClick={() => setStep(s)}>
                {i + 1}. {t(`campaign_form.step.${s}`)}
                {wrong(s) && <span className="badge tone-bad">{t("campaign_form.step_wrong")}</span>}
              </button>
            </li>
          ))}
        </ol>
      </nav>
      <FormCard
        title={t(`campaign_form.step.${step}`)}
        form={form}
        names={names}
        note={t(`campaign_form.step_hint.${step}`)}
        save={t(name ? "form.save" : "form.create")}
        onSave={() => void save()}
        onCancel={() => void go(name ? `/campaigns/${encodeURIComponent(name)}` : "/campaigns")}
      >
        <Fields form={form} fields={fields[step]} />
        <StepTables step={step} form={form} />
        <div className="row">
          {at > 0 && (
            <Button variant="default" onClick={() => setStep(STEPS[at - 1] ?? step)}>
              ← {t("campaign_form.previous")}
            </Button>
          )}
          {at < STEPS.length - 1 && (
            <Button variant="default" onClick={() => setStep(STEPS[at + 1] ?? step)}>
              {t("campaign_form.next")} →
            </Button>
          )}
        </div>
      </FormCard>
    </>
  );
}

function StepTables({ step, form }: { step: Step; form: ReturnType<typeof useForm<Values>> }) {
  const codes = useCodeOptions();
  const of = <T,>(key: string, empty: T) => ({
    value: (form.values[key] as T | undefined) ?? empty,
    error: form.errorOf(key),
    onChange: (value: T) => form.set({ [key]: value }),
  });
  switch (step) {
    case "schedule":
      return <Windows {...of<Window[]>("windows", [])} />;
    case "dialing":
      return <RetryTable {...of<Record<string, RetryRule>>("retry", {})} />;
    case "analysis":
      return <OutcomeCodes {...of<Record<string, string>>("on_outcome", {})} codes={codes} />;
    case "wrap_up":
      return <CodeTable {...of<CodeUse[]>("codes", [])} codes={codes} />;
    default:
      return null;
  }
}
