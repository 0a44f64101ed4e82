// Who may come in without a password: programs, with a scope. A secret is shown once, here, and never again.
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { post, remove } from "../../api/client.ts";
import type { Shape } from "../../api/desk.ts";
import { dateText } from "../../time/duration.ts";
import { useErrorText, useTitle } from "../../ui/parts.tsx";
import { DataTable, useDo, useList } from "../table.tsx";

type Token = Shape<"Token">;
const PATH = "/api/v1/tokens";
const SCOPES = ["read", "operate", "administer"];

export function Tokens() {
  const { t, i18n } = useTranslation();
  const query = useList<Token>(PATH, 15_000);
  useTitle(t("token.title"));
  return (
    <>
      <h1>{t("token.title")}</h1>
      <p className="hint">{t("token.what")}</p>
      <Make />
      <DataTable
        label={t("token.title")}
        query={query}
        id={(one) => one.token}
        empty={t("common.none")}
        columns={[
          { title: t("office.name"), cell: (one) => <span className="break">{one.name}</span> },
          { title: t("token.scope"), cell: (one) => t(`token.scope_of.${one.scope}`) },
          {
            title: t("token.made"),
            cell: (one) =>
              [dateText(one.created_at, i18n.language), one.created_by].filter(Boolean).join(" · "),
          },
          {
            title: t("token.ends"),
            cell: (one) => (one.expires_at ? dateText(one.expires_at, i18n.language) : t("token.never")),
          },
          { title: t("office.actions"), cell: (one) => <TakeBack token={one} /> },
        ]}
      />
    </>
  );
}

function Make() {
  const { t } = useTranslation();
  const error_text = useErrorText();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [scope, setScope] = useState("read");
  const [secret, setSecret] = useState("");
  const [error, setError] = useState("");
  const make = async (event: FormEvent) => {
    event.preventDefault();
    setError("");
    try {
      const made = await post<{ secret: string }>(PATH, { name: name.trim(), scope });
      setSecret(made.secret);
      setName("");
      await queries.invalidateQueries();
    } catch (e) {
      setError(error_text(e));
    }
  };
  return (
    <>
      <form className="filters" onSubmit={(e) => void make(e)} aria-label={t("token.make")}>
        <TextInput
          label={t("office.name")}
          required
          withAsterisk={false}
          maxLength={80}
          value={name}
          onChange={(e) => setName(e.target.value)}
        />
        <NativeSelect
          label={t("token.scope")}
          value={scope}
          data={SCOPES.map((value) => ({ value, label: t(`token.scope_of.${value}`) }))}
          onChange={(e) => setScope(e.target.value)}
        />
        <Button type="submit">{t("token.make")}</Button>
      </form>
      {error && (
        <p className="error" role="alert">
          {error}
        </p>
      )}
      {secret && (
        <div className="late-verdict" role="status">
          <p>{t("token.once")}</p>
          <code className="break">{secret}</code>
          <Button
            size="compact-md"
            variant="default"
            onClick={() => void navigator.clipboard?.writeText(secret)}
          >
            {t("token.copy")}
          </Button>
          <Button size="compact-md" variant="default" onClick={() => setSecret("")}>
            {t("token.hide")}
          </Button>
        </div>
      )}
    </>
  );
}

function TakeBack({ token }: { token: Token }) {
  const { t } = useTranslation();
  const error_text = useErrorText();
  const work = useDo();
  const [sure, setSure] = useState(false);
  return (
    <div className="row">
      {sure ? (
        <>
          <span>{t("token.sure")}</span>
          <Button
            size="compact-md"
            color="red"
            autoFocus
            onClick={() => work.mutate(() => remove(`${PATH}/${token.token}`))}
          >
            {t("common.yes")}
          </Button>
          <Button size="compact-md" variant="default" onClick={() => setSure(false)}>
            {t("common.no")}
          </Button>
        </>
      ) : (
        <Button
          size="compact-md"
          variant="default"
          aria-label={`${t("token.take_back")}: ${token.name}`}
          onClick={() => setSure(true)}
        >
          {t("token.take_back")}
        </Button>
      )}
      {work.isError && (
        <span className="error" role="alert">
          {error_text(work.error)}
        </span>
      )}
    </div>
  );
}
