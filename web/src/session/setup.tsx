// The first administrator, made by whoever holds the link that the server wrote at its first start (/setup#TOKEN). The token stands behind
// the #, so no proxy and no log sees it.
import "../i18n/office.ts";
import "../ui/office.css";
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { get, post, Refused } from "../api/client.ts";
import { type Language, setLanguage } from "../i18n/index.ts";
import { useForm } from "../office/kit/form.ts";
import {
  Empty,
  LanguageSwitch,
  SchemeSwitch,
  Trouble,
  useErrorText,
  useTitle,
  Waiting,
} from "../ui/parts.tsx";

interface Values {
  sign_in: string;
  name: string;
  password: string;
  repeat: string;
}
const NAMES = ["sign_in", "name", "password", "repeat"] as const;

/** `onDone`: the cookie is set, the session can be read. */
export default function Setup({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const error_text = useErrorText();
  const [token] = useState(() => decodeURIComponent(window.location.hash.slice(1)));
  const query = useQuery({
    queryKey: ["setup"],
    queryFn: () => get<{ needed: boolean }>("/api/v1/setup"),
    staleTime: Number.POSITIVE_INFINITY,
  });
  useTitle(t("setup.title"));
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
        {query.isPending ? (
          <Waiting />
        ) : query.isError ? (
          <Trouble text={error_text(query.error)} onRetry={() => void query.refetch()} />
        ) : !query.data.needed ? (
          <Told title={t("setup.not_needed")} hint={t("setup.not_needed_hint")} />
        ) : token === "" ? (
          <Told title={t("setup.no_token")} hint={t("setup.no_token_hint")} />
        ) : (
          <FirstAdministrator token={token} onDone={onDone} />
        )}
      </main>
    </div>
  );
}

function Told({ title, hint }: { title: string; hint: string }) {
  const { t } = useTranslation();
  const go = useNavigate();
  return (
    <>
      <Empty title={title}>
        <p>{hint}</p>
      </Empty>
      <Button variant="default" onClick={() => void go("/")}>
        {t("sign_in.enter")}
      </Button>
    </>
  );
}

function FirstAdministrator({ token, onDone }: { token: string; onDone: () => void }) {
  const { t, i18n } = useTranslation();
  const form = useForm<Values>({ sign_in: "", name: "", password: "", repeat: "" });
  const trouble = form.trouble([...NAMES]);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const made = await form.send(async (values) => {
      const empty = NAMES.filter((name) => values[name].trim() === "");
      if (empty.length > 0) throw refusal(empty.map((field) => ({ field, what: "is missing" })));
      if (values.password !== values.repeat) throw refusal([{ field: "repeat", what: "is another one" }]);
      const language: Language = i18n.language === "tr" ? "tr" : "en";
      await post("/api/v1/setup", {
        token,
        sign_in: values.sign_in.trim(),
        name: values.name.trim(),
        password: values.password,
        language,
      });
      setLanguage(language);
    });
    if (made) onDone();
  };
  const of = (name: keyof Values) => ({
    name,
    value: form.values[name],
    onChange: (e: { target: { value: string } }) => form.set({ [name]: e.target.value }),
    error: form.errorOf(name),
    required: true,
    withAsterisk: false,
  });
  const show = { "aria-label": t("sign_in.show"), tabIndex: 0 };
  return (
    <>
      <h2>{t("setup.title")}</h2>
      <p>{t("setup.why")}</p>
      <form ref={form.root} onSubmit={(e) => void submit(e)} noValidate aria-label={t("setup.title")}>
        <TextInput
          {...of("sign_in")}
          label={t("sign_in.name")}
          description={t("setup.sign_in_hint")}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
        />
        <TextInput {...of("name")} label={t("setup.name")} autoComplete="name" />
        <PasswordInput
          {...of("password")}
          aria-invalid={form.errorOf("password") ? true : undefined}
          label={t("sign_in.password")}
          description={t("setup.password_hint")}
          autoComplete="new-password"
          visibilityToggleButtonProps={show}
        />
        <PasswordInput
          {...of("repeat")}
          aria-invalid={form.errorOf("repeat") ? true : undefined}
          label={t("setup.repeat")}
          autoComplete="new-password"
          visibilityToggleButtonProps={show}
        />
        {trouble && (
          <p className="error" role="alert" tabIndex={-1}>
            {trouble}
          </p>
        )}
        <Button type="submit" size="md" fullWidth loading={form.busy}>
          {t("setup.make")}
        </Button>
      </form>
    </>
  );
}

const refusal = (fields: { field: string; what: string }[]) => new Refused(422, "", "", fields, null);
