// What every form of the office shares: the values as typed, the server's words about them at the field that they concern, and nothing
// typed is lost by a refusal.
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type ProblemField, Refused } from "../../api/client.ts";
import { useErrorText } from "../../ui/parts.tsx";

export interface Form<Values> {
  values: Values;
  set: (change: Partial<Values>) => void;
  busy: boolean;
  dirty: boolean;
  /** What the server says of this field, or of what is inside of it. */
  errorOf: (name: string) => string | undefined;
  /** What it says of no field of this form; empty: nothing. */
  trouble: (names: string[]) => string;
  send: (work: (values: Values) => Promise<unknown>) => Promise<boolean>;
  reset: (values: Values) => void;
  root: React.RefObject<HTMLFormElement | null>;
}

const FAULTY = ["input", "select", "textarea"]
  .flatMap((tag) => [`${tag}[aria-invalid=true]`, `${tag}[data-invalid=true]`, `[data-invalid=true] ${tag}`])
  .join(", ");

const concerns = (field: string, name: string) =>
  field === name || field.startsWith(`${name}.`) || field.startsWith(`${name}[`);

/** The server's sentence in the person's language where it is known, else as it is. */
export function useFaultText(): (fault: ProblemField) => string {
  const { t } = useTranslation();
  const known = (kind: string, text: string) => {
    const range = /^write (-?\d+) to (-?\d+)( characters)?$/.exec(text);
    if (range) return t(range[3] ? "mend.length" : "mend.range", { from: range[1], to: range[2] });
    const out = /^(.+) is out of range$/.exec(text);
    if (out) return t("fault.out_of_range", { value: out[1] });
    return t(`${kind}.${text}`, { defaultValue: text });
  };
  return ({ what, mend }) =>
    [what && known("fault", what), mend && known("mend", mend)].filter(Boolean).join(": ");
}

export function useForm<Values extends object>(initial: Values): Form<Values> {
  const error_text = useErrorText();
  const fault_text = useFaultText();
  const [values, setValues] = useState(initial);
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [dirty, setDirty] = useState(false);
  const root = useRef<HTMLFormElement>(null);
  const faults = refusal instanceof Refused ? refusal.fields : [];

  useEffect(() => {
    if (!refusal) return;
    const first = root.current?.querySelector<HTMLElement>(FAULTY);
    (first ?? root.current?.querySelector<HTMLElement>("[role=alert]"))?.focus();
  }, [refusal]);

  useEffect(() => {
    if (!dirty) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [dirty]);

  const set = useCallback((change: Partial<Values>) => {
    setValues((v) => ({ ...v, ...change }));
    setDirty(true);
  }, []);
  return {
    values,
    set,
    busy,
    dirty,
    root,
    errorOf: (name) => {
      const said = faults.filter((f) => concerns(f.field ?? "", name));
      if (said.length === 0) return undefined;
      return said
        .map((f) => {
          const inside = (f.field ?? "").slice(name.length).replace(/^\./, "");
          return [inside, fault_text(f)].filter(Boolean).join(": ");
        })
        .join(" · ");
    },
    trouble: (names) => {
      if (!refusal) return "";
      if (faults.length === 0 || !(refusal instanceof Refused)) return error_text(refusal);
      const rest = faults.filter((f) => !names.some((n) => concerns(f.field ?? "", n)));
      return error_text(new Refused(refusal.status, refusal.reason, refusal.message, rest, null));
    },
    send: async (work) => {
      setBusy(true);
      setRefusal(null);
      try {
        await work(values);
        setDirty(false);
        return true;
      } catch (error) {
        setRefusal(error);
        return false;
      } finally {
        setBusy(false);
      }
    },
    reset: (next) => {
      setValues(next);
      setRefusal(null);
      setDirty(false);
    },
  };
}
