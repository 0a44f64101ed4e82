// The parts of a campaign's form that are tables: opening hours, what follows an outcome, wrap-up codes.
import { Button, Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Option } from "../kit/fields.tsx";
import { type CodeUse, DAYS, EFFECTS, type RetryRule, THEN, type Window } from "./settings.ts";

/** Outcomes after which somebody may be dialed again, or whose code an administrator may choose. */
export const OUTCOMES = [
  "busy",
  "no_answer",
  "machine",
  "fax",
  "unreachable",
  "rejected",
  "congestion",
  "dead_air",
  "abandoned",
  "contact_hung_up",
  "agent_lost",
  "trunk_failed",
];

interface Edit<T> {
  value: T;
  error: string | undefined;
  onChange: (value: T) => void;
}
const replaced = <T,>(list: T[], at: number, item: T) => list.map((x, i) => (i === at ? item : x));

/** "9:30" and "0930" as the server writes them; what is no time of day stays as it is. A time field would speak the browser's language. */
export function clock(text: string): string {
  const found = /^(\d{1,2})[:.]?(\d{2})$/.exec(text.trim());
  return found ? `${found[1]?.padStart(2, "0")}:${found[2]}` : text;
}

export function Windows({ value, error, onChange }: Edit<Window[]>) {
  const { t } = useTranslation();
  return (
    <fieldset className="several" data-invalid={error ? true : undefined}>
      <legend>{t("campaign_form.windows")}</legend>
      <p className="hint">{t("campaign_form.windows_hint")}</p>
      {error && <p className="error">{error}</p>}
      <div className="stack">
        {value.map((w, at) => {
          const label = t("campaign_form.window_n", { n: at + 1 });
          return (
            // biome-ignore lint/a11y/useSemanticElements: a row of a fieldset
            // biome-ignore lint/suspicious/noArrayIndexKey: a window is its place
            <div key={at} className="branch" role="group" aria-label={label}>
              <div className="several-checks">
                {DAYS.map((d) => (
                  <Checkbox
                    key={d}
                    size="sm"
                    label={t(`day.${d}`)}
                    checked={w.days.includes(d)}
                    onChange={(e) =>
                      onChange(
                        replaced(value, at, {
                          ...w,
                          days: DAYS.filter((x) => (x === d ? e.target.checked : w.days.includes(x))),
                        }),
                      )
                    }
                  />
                ))}
              </div>
              <TextInput
                size="sm"
                className="time"
                inputMode="numeric"
                placeholder="09:00"
                maxLength={5}
                label={t("campaign_form.open")}
                value={w.open}
                onChange={(e) => onChange(replaced(value, at, { ...w, open: e.target.value }))}
                onBlur={(e) => onChange(replaced(value, at, { ...w, open: clock(e.target.value) }))}
              />
              <TextInput
                size="sm"
                className="time"
                inputMode="numeric"
                placeholder="09:00"
                maxLength={5}
                label={t("campaign_form.close")}
                value={w.close}
                onChange={(e) => onChange(replaced(value, at, { ...w, close: e.target.value }))}
                onBlur={(e) => onChange(replaced(value, at, { ...w, close: clock(e.target.value) }))}
              />
              <Button
                size="compact-md"
                variant="default"
                aria-label={`${t("form.remove")}: ${label}`}
                onClick={() => onChange(value.filter((_, i) => i !== at))}
              >
                ✕
              </Button>
            </div>
          );
        })}
        <div>
          <Button
            size="compact-md"
            variant="default"
            onClick={() => onChange([...value, { days: DAYS.slice(0, 5), open: "09:00", close: "18:00" }])}
          >
            + {t("campaign_form.add_window")}
          </Button>
        </div>
      </div>
    </fieldset>
  );
}

export function RetryTable({ value, error, onChange }: Edit<Record<string, RetryRule>>) {
  const { t } = useTranslation();
  const shown = [...new Set([...OUTCOMES, ...Object.keys(value)])];
  const put = (outcome: string, change: Partial<RetryRule>) => {
    const rule = value[outcome] ?? { then: "", delay_min: "", attempts_max: "" };
    onChange({ ...value, [outcome]: { ...rule, ...change } });
  };
  return (
    <fieldset className="several" data-invalid={error ? true : undefined}>
      <legend>{t("campaign_form.retry")}</legend>
      <p className="hint">{t("campaign_form.retry_hint")}</p>
      {error && <p className="error">{error}</p>}
      <table className="form-table">
        <thead>
          <tr>
            <th scope="col">{t("office.outcome")}</th>
            <th scope="col">{t("campaign_form.then")}</th>
            <th scope="col">{t("campaign_form.delay_min")}</th>
            <th scope="col">{t("campaign_form.attempts_max")}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((o) => {
            const rule = value[o];
            const name = t(`outcome.${o}`, { defaultValue: o });
            return (
              <tr key={o}>
                <th scope="row">{name}</th>
                <td>
                  <NativeSelect
                    size="sm"
                    aria-label={`${name}: ${t("campaign_form.then")}`}
                    value={rule?.then ?? ""}
                    onChange={(e) => put(o, { then: e.target.value })}
                    data={[
                      { value: "", label: t("campaign_form.by_default") },
                      ...THEN.map((x) => ({ value: x, label: t(`then.${x}`) })),
                    ]}
                  />
                </td>
                {(["delay_min", "attempts_max"] as const).map((key) => (
                  <td key={key}>
                    <TextInput
                      size="sm"
                      inputMode="numeric"
                      aria-label={`${name}: ${t(`campaign_form.${key}`)}`}
                      value={String(rule?.[key] ?? "")}
                      onChange={(e) => put(o, { [key]: e.target.value })}
                    />
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </fieldset>
  );
}

export function CodeTable({ value, error, onChange, codes }: Edit<CodeUse[]> & { codes: Option[] }) {
  const { t } = useTranslation();
  const rest = codes.filter((c) => !value.some((u) => u.code === c.value));
  return (
    <fieldset className="several" data-invalid={error ? true : undefined}>
      <legend>{t("campaign_form.codes")}</legend>
      <p className="hint">{t("campaign_form.codes_hint")}</p>
      {error && <p className="error">{error}</p>}
      <div className="stack">
        {value.map((use, at) => {
          const name = codes.find((c) => c.value === use.code)?.label ?? use.code;
          return (
            // biome-ignore lint/a11y/useSemanticElements: a row of a fieldset
            <div key={use.code} className="branch" role="group" aria-label={name}>
              <strong className="grow">{name}</strong>
              <NativeSelect
                size="sm"
                label={t("code_form.effect")}
                value={use.effect}
                onChange={(e) => onChange(replaced(value, at, { ...use, effect: e.target.value }))}
                data={EFFECTS.map((x) => ({ value: x, label: t(`effect.${x}`) }))}
              />
              {use.effect === "retry" && (
                <NativeSelect
                  size="sm"
                  label={t("campaign_form.retry_as")}
                  value={use.retry_as ?? "no_answer"}
                  onChange={(e) => onChange(replaced(value, at, { ...use, retry_as: e.target.value }))}
                  data={OUTCOMES.map((x) => ({ value: x, label: t(`outcome.${x}`) }))}
                />
              )}
              <Button
                size="compact-md"
                variant="default"
                aria-label={`${t("form.remove")}: ${name}`}
                onClick={() => onChange(value.filter((_, i) => i !== at))}
              >
                ✕
              </Button>
            </div>
          );
        })}
        {rest.length > 0 && (
          <NativeSelect
            className="narrow"
            aria-label={`${t("campaign_form.codes")}: ${t("form.add")}`}
            value=""
            onChange={(e) =>
              e.target.value && onChange([...value, { code: e.target.value, effect: "close" }])
            }
            data={[{ value: "", label: t("form.add_one") }, ...rest]}
          />
        )}
      </div>
    </fieldset>
  );
}

export function OutcomeCodes({
  value,
  error,
  onChange,
  codes,
}: Edit<Record<string, string>> & { codes: Option[] }) {
  const { t } = useTranslation();
  return (
    <fieldset className="several" data-invalid={error ? true : undefined}>
      <legend>{t("campaign_form.on_outcome")}</legend>
      <p className="hint">{t("campaign_form.on_outcome_hint")}</p>
      {error && <p className="error">{error}</p>}
      <div className="form-fields">
        {OUTCOMES.map((o) => (
          <NativeSelect
            key={o}
            size="sm"
            label={t(`outcome.${o}`, { defaultValue: o })}
            value={value[o] ?? ""}
            onChange={(e) => onChange({ ...value, [o]: e.target.value })}
            data={[{ value: "", label: t("campaign_form.by_default") }, ...codes]}
          />
        ))}
      </div>
    </fieldset>
  );
}
