import { Alert, Button, PasswordInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { post } from "../api/client.ts";
import { Icon } from "../ui/icon.tsx";
import { LanguageSwitch, useErrorText, useTitle } from "../ui/parts.tsx";

const SHORTEST = 10;

/** `forced`: nothing else can be done before. */
export function NewPassword({ onDone, onLeave }: { onDone: () => void; onLeave: () => void }) {
  const { t } = useTranslation();
  const error_text = useErrorText();
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const [repeated, setRepeated] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  useTitle(t("new_password.title"));

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (fresh.length < SHORTEST) return setError(t("new_password.short", { count: SHORTEST }));
    if (fresh !== repeated) return setError(t("new_password.differ"));
    setBusy(true);
    setError("");
    try {
      await post("/api/v1/session/password", { old, new: fresh });
      onDone();
    } catch (e) {
      setError(error_text(e));
    } finally {
      setBusy(false);
    }
  };

  const show = { "aria-label": t("sign_in.show"), tabIndex: 0 };
  return (
    <div className="gate">
      <header className="gate-choices">
        <LanguageSwitch tell={false} />
      </header>
      <main className="gate-card">
        <h1>{t("new_password.title")}</h1>
        <p>{t("new_password.why")}</p>
        <form onSubmit={submit} aria-label={t("new_password.title")}>
          <PasswordInput
            label={t("new_password.old")}
            autoComplete="current-password"
            value={old}
            onChange={(e) => setOld(e.target.value)}
            required
            withAsterisk={false}
            visibilityToggleButtonProps={show}
            autoFocus
          />
          <PasswordInput
            label={t("new_password.new")}
            description={t("new_password.rule", { count: SHORTEST })}
            autoComplete="new-password"
            value={fresh}
            onChange={(e) => setFresh(e.target.value)}
            required
            withAsterisk={false}
            visibilityToggleButtonProps={show}
          />
          <PasswordInput
            label={t("new_password.repeat")}
            autoComplete="new-password"
            value={repeated}
            onChange={(e) => setRepeated(e.target.value)}
            required
            withAsterisk={false}
            visibilityToggleButtonProps={show}
          />
          {error && (
            <Alert color="red" role="alert" icon={<Icon name="warning" />}>
              {error}
            </Alert>
          )}
          <Button type="submit" fullWidth loading={busy}>
            {t("new_password.save")}
          </Button>
          <Button variant="subtle" fullWidth onClick={onLeave}>
            {t("common.sign_out")}
          </Button>
        </form>
      </main>
    </div>
  );
}
