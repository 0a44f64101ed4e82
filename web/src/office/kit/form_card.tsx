import { Button } from "@mantine/core";
import { type FormEvent, type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import type { Form } from "./form.ts";

interface Props<Values extends object> {
  title: string;
  form: Form<Values>;
  /** The fields at which the server's words are shown; the others' stand above the buttons. */
  names: string[];
  /** Under the buttons' line: what must be said before saving. */
  note?: string | undefined;
  disabled?: boolean;
  save: string;
  onSave: () => void;
  onCancel?: (() => void) | undefined;
  children: ReactNode;
}

export function FormCard<Values extends object>({
  title,
  form,
  names,
  note,
  disabled,
  save,
  onSave,
  onCancel,
  children,
}: Props<Values>) {
  const { t } = useTranslation();
  const heading = useId();
  const trouble = form.trouble(names);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSave();
  };
  return (
    <form ref={form.root} className="form-card" onSubmit={submit} noValidate aria-labelledby={heading}>
      <h2 id={heading}>{title}</h2>
      {note && <p className="hint">{note}</p>}
      <fieldset disabled={disabled} className="form-body">
        {children}
      </fieldset>
      {trouble && (
        <p className="error" role="alert" tabIndex={-1}>
          {trouble}
        </p>
      )}
      <div className="row">
        {!disabled && (
          <Button type="submit" loading={form.busy}>
            {save}
          </Button>
        )}
        {onCancel && (
          <Button variant="default" onClick={onCancel}>
            {t(disabled ? "form.back" : "common.cancel")}
          </Button>
        )}
      </div>
    </form>
  );
}
