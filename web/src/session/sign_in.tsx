import { Alert, Button, PasswordInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { get, post, Refused } from "../api/client.ts";
import type { Session } from "../api/desk.ts";
import { has } from "../api/routes.ts";
import { Icon } from "../ui/icon.tsx";
import { LanguageSwitch, SchemeSwitch, useErrorText, useTitle } from "../ui/parts.tsx";
import { unlockSound } from "../voice/voice.ts";

export function SignIn({ expired, onEnter }: { expired: boolean; onEnter: (session: Session) => void }) {
  const { t } = useTranslation();
  const error_text = useErrorText();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const password_field = useRef<HTMLInputElement>(null);
  const setup = useQuery({
    queryKey: ["setup"],
    queryFn: () => get<{ needed: boolean }>("/api/v1/setup"),
    enabled: has("GET", "/api/v1/setup"),
    retry: false,
  });
  useTitle(t("sign_in.title"));

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    unlockSound();
    setBusy(true);
    setError("");
    try {
      onEnter(await post<Session>("/api/v1/session", { sign_in: name.trim(), password }));
    } catch (e) {
      const locked = e instanceof Refused && e.status === 429;
      setError(
        locked ? t("sign_in.locked", { count: Math.ceil((e.retry_after_s ?? 60) / 60) }) : error_text(e),
      );
      setPassword("");
      password_field.current?.focus();
    } finally {
      setBusy(false);
    }
  };

  return (
    <div className="gate">
      <header className="gate-choices">
        <LanguageSwitch tell={false} />
        <SchemeSwitch />
      </header>
      <main className="gate-card">
        <h1 className="brand">
          <img src="/icon.svg" alt="" width="36" height="36" /> Ziptone
        </h1>
        {expired && (
          <Alert role="status" icon={<Icon name="away" />}>
            {t("sign_in.expired")}
          </Alert>
        )}
        {setup.data?.needed && (
          <Alert role="status" icon={<Icon name="warning" />}>
            {t("sign_in.needs_setup")}
          </Alert>
        )}
        <form onSubmit={submit} aria-label={t("sign_in.title")}>
          <TextInput
            label={t("sign_in.name")}
            value={name}
            onChange={(e) => setName(e.target.value)}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            size="md"
            required
            withAsterisk={false}
            autoFocus
          />
          <PasswordInput
            ref={password_field}
            label={t("sign_in.password")}
            value={password}
            onChange={(e) => setPassword(e.target.value)}
            autoComplete="current-password"
            size="md"
            required
            withAsterisk={false}
            visibilityToggleButtonProps={{ "aria-label": t("sign_in.show"), tabIndex: 0 }}
          />
          {error && (
            <Alert color="red" role="alert" icon={<Icon name="warning" />}>
              {error}
            </Alert>
          )}
          <Button type="submit" size="md" fullWidth loading={busy}>
            {t("sign_in.enter")}
          </Button>
        </form>
      </main>
    </div>
  );
}
