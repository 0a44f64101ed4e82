// Small parts that every screen shares: what loading, emptiness and trouble look like, and the choice of language and colours.
import { Alert, Button, Loader, useMantineColorScheme } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { put, Refused, Unreachable } from "../api/client.ts";
import { type Language, setLanguage } from "../i18n/index.ts";
import { Icon, type IconName } from "./icon.tsx";

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · Ziptone` : "Ziptone";
  }, [title]);
}

/** What the address asks for now. The last rendering may be older: two choices made at once must both count. */
export function currentAddress(): URLSearchParams {
  return new URLSearchParams(window.location.search);
}

/** What went wrong, in the person's language where the reason is known; else in the server's words. */
export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => {
    if (error instanceof Unreachable) return t("error.unreachable");
    if (!(error instanceof Refused)) return t("error.unknown");
    if (error.status === 429 && error.reason !== "locked")
      return t("error.too_many", { count: Math.ceil(error.retry_after_s ?? 1) });
    const known = error.reason ? t(`reason.${error.reason}`, { defaultValue: "" }) : "";
    const fields = error.fields.map((f) => [f.field, f.what, f.mend].filter(Boolean).join(": "));
    return [known || error.message || t("error.unknown"), ...fields].join(" · ");
  };
}

export function Waiting({ label }: { label?: string }) {
  const { t } = useTranslation();
  return (
    <div className="waiting" role="status">
      <Loader size="sm" aria-hidden="true" />
      <span>{label ?? t("common.loading")}</span>
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children}
    </div>
  );
}

export function Trouble({ text, onRetry }: { text: string; onRetry?: () => void }) {
  const { t } = useTranslation();
  return (
    <Alert color="red" role="alert" icon={<Icon name="warning" />} title={t("common.trouble")}>
      <p>{text}</p>
      {onRetry && (
        <Button variant="default" size="xs" onClick={onRetry}>
          {t("common.again")}
        </Button>
      )}
    </Alert>
  );
}

/** A state as icon and word; colour only underlines it. */
export function StateBadge({ tone, icon, children }: { tone: string; icon: IconName; children: ReactNode }) {
  return (
    <span className={`badge tone-${tone}`}>
      <Icon name={icon} size={16} />
      {children}
    </span>
  );
}

export function LanguageSwitch({ tell }: { tell: boolean }) {
  const { t, i18n } = useTranslation();
  const choose = (language: Language) => {
    setLanguage(language);
    // Kept with the user too, for the next machine; that it can't be kept is no reason to stay in the wrong language.
    if (tell) void put("/api/v1/session/language", { language }).catch(() => {});
  };
  return (
    <label className="choice">
      <span className="visually-hidden">{t("common.language")}</span>
      <select value={i18n.language} onChange={(e) => choose(e.target.value === "tr" ? "tr" : "en")}>
        <option value="tr" lang="tr">
          Türkçe
        </option>
        <option value="en" lang="en">
          English
        </option>
      </select>
    </label>
  );
}

export function SchemeSwitch() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <label className="choice">
      <span className="visually-hidden">{t("scheme.label")}</span>
      <select
        value={colorScheme}
        onChange={(e) =>
          setColorScheme(e.target.value === "dark" ? "dark" : e.target.value === "light" ? "light" : "auto")
        }
      >
        <option value="auto">{t("scheme.auto")}</option>
        <option value="light">{t("scheme.light")}</option>
        <option value="dark">{t("scheme.dark")}</option>
      </select>
    </label>
  );
}
