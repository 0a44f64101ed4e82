// The fields of a form, drawn from a list that says what they are.
import { Button, Checkbox, NativeSelect, PasswordInput, Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Form } from "./form.ts";

export interface Option {
  value: string;
  label: string;
}
export interface Field<Values> {
  name: Extract<keyof Values, string>;
  label: string;
  kind:
    | "text"
    | "number"
    | "password"
    | "textarea"
    | "select"
    | "check"
    | "many"
    | "ordered"
    | "time"
    | "date";
  hint?: string;
  /** Of select: absent when they are not known, then a name is written. */
  options?: Option[] | undefined;
  required?: boolean;
  unit?: string;
  /** The server's name of it, when the form's is another. */
  server?: string;
  /** Shown only while this holds. */
  when?: (values: Values) => boolean;
  disabled?: boolean;
  wide?: boolean;
}

export const namesOf = <Values,>(fields: Field<Values>[]) => fields.map((f) => f.server ?? f.name);

export function Fields<Values extends object>({
  form,
  fields,
}: {
  form: Form<Values>;
  fields: Field<Values>[];
}) {
  return (
    <div className="form-fields">
      {fields
        .filter((f) => !f.when || f.when(form.values))
        .map((f) => (
          <div key={f.name} className={f.wide || WIDE.has(f.kind) ? "form-wide" : undefined}>
            <One form={form} field={f} />
          </div>
        ))}
    </div>
  );
}
const WIDE = new Set(["many", "ordered", "textarea"]);

function One<Values extends object>({ form, field }: { form: Form<Values>; field: Field<Values> }) {
  const { t } = useTranslation();
  const value = form.values[field.name];
  const set = (v: unknown) => form.set({ [field.name]: v } as Partial<Values>);
  const common = {
    label: field.unit ? `${field.label} (${field.unit})` : field.label,
    description: field.hint,
    error: form.errorOf(field.server ?? field.name),
    disabled: field.disabled,
    required: field.required,
    name: field.name,
  };
  const text = String(value ?? "");
  switch (field.kind) {
    case "check":
      return (
        <Checkbox
          {...common}
          checked={value === true}
          onChange={(e) => set(e.target.checked)}
          required={false}
        />
      );
    case "select":
      if (!field.options) return <TextInput {...common} value={text} onChange={(e) => set(e.target.value)} />;
      return (
        <NativeSelect
          {...common}
          value={text}
          onChange={(e) => set(e.target.value)}
          data={[
            ...(field.required && text ? [] : [{ value: "", label: t("form.choose") }]),
            ...withCurrent(field.options, text),
          ]}
        />
      );
    case "textarea":
      return <Textarea {...common} rows={4} value={text} onChange={(e) => set(e.target.value)} />;
    case "password":
      return (
        <PasswordInput
          {...common}
          value={text}
          aria-invalid={common.error ? true : undefined}
          autoComplete="new-password"
          onChange={(e) => set(e.target.value)}
          visibilityToggleButtonProps={{ "aria-label": t("sign_in.show"), tabIndex: 0 }}
        />
      );
    case "many":
    case "ordered":
      return (
        <Several
          label={common.label}
          hint={field.hint}
          error={common.error}
          ordered={field.kind === "ordered"}
          options={field.options ?? []}
          value={(value as string[] | undefined) ?? []}
          onChange={set}
        />
      );
    default:
      return (
        <TextInput
          {...common}
          type={field.kind === "time" || field.kind === "date" ? field.kind : "text"}
          inputMode={field.kind === "number" ? "decimal" : undefined}
          value={text}
          onChange={(e) => set(e.target.value)}
        />
      );
  }
}

/** What the thing has now stays choosable, also when it is no longer offered. */
function withCurrent(options: Option[], current: string): Option[] {
  return !current || options.some((o) => o.value === current)
    ? options
    : [...options, { value: current, label: current }];
}

interface SeveralProps {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  ordered: boolean;
  options: Option[];
  value: string[];
  onChange: (value: string[]) => void;
}

/** Any number of the options; in an order that counts, or not. */
export function Several({ label, hint, error, ordered, options, value, onChange }: SeveralProps) {
  const { t } = useTranslation();
  const all = value.reduce(withCurrent, options);
  const labelOf = (v: string) => all.find((o) => o.value === v)?.label ?? v;
  const told = (
    <>
      {hint && <p className="hint">{hint}</p>}
      {error && <p className="error">{error}</p>}
    </>
  );
  if (!ordered)
    return (
      <fieldset className="several" data-invalid={error ? true : undefined}>
        <legend>{label}</legend>
        {told}
        {all.length === 0 && <p className="hint">{t("form.nothing_to_choose")}</p>}
        <div className="several-checks">
          {all.map((o) => (
            <Checkbox
              key={o.value}
              label={o.label}
              checked={value.includes(o.value)}
              onChange={(e) =>
                onChange(e.target.checked ? [...value, o.value] : value.filter((v) => v !== o.value))
              }
            />
          ))}
        </div>
      </fieldset>
    );
  const swap = (at: number, by: number) => {
    const next = [...value];
    const [one] = next.splice(at, 1);
    if (one !== undefined) next.splice(at + by, 0, one);
    onChange(next);
  };
  const rest = all.filter((o) => !value.includes(o.value));
  return (
    <fieldset className="several" data-invalid={error ? true : undefined}>
      <legend>{label}</legend>
      {told}
      <ol className="several-order">
        {value.map((v, at) => (
          <li key={v}>
            <span className="grow">
              {at + 1}. {labelOf(v)}
            </span>
            <Button
              size="compact-sm"
              variant="default"
              disabled={at === 0}
              aria-label={`${t("form.up")}: ${labelOf(v)}`}
              onClick={() => swap(at, -1)}
            >
              ↑
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              disabled={at === value.length - 1}
              aria-label={`${t("form.down")}: ${labelOf(v)}`}
              onClick={() => swap(at, 1)}
            >
              ↓
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              aria-label={`${t("form.remove")}: ${labelOf(v)}`}
              onClick={() => onChange(value.filter((x) => x !== v))}
            >
              {t("form.remove")}
            </Button>
          </li>
        ))}
      </ol>
      {rest.length > 0 ? (
        <NativeSelect
          aria-label={`${label}: ${t("form.add")}`}
          value=""
          onChange={(e) => e.target.value && onChange([...value, e.target.value])}
          data={[{ value: "", label: t("form.add_one") }, ...rest]}
        />
      ) : (
        value.length === 0 && <p className="hint">{t("form.nothing_to_choose")}</p>
      )}
    </fieldset>
  );
}
