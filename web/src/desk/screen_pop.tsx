import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

// Only what a page of another program may be: never javascript: or data:, which would run as us or as nobody.
export function isPopAddress(url: string): boolean {
  try {
    return ["https:", "http:"].includes(new URL(url).protocol);
  } catch {
    return false;
  }
}

/** In the pane: sandboxed without same-origin rights against us; the other program keeps its own sign-in. */
export function ScreenPopPane({ url }: { url: string }) {
  const { t } = useTranslation();
  if (!isPopAddress(url)) return <p role="alert">{t("pop.refused")}</p>;
  return (
    <div className="pop">
      <iframe
        title={t("tab.pop")}
        src={url}
        sandbox="allow-scripts allow-forms allow-popups allow-same-origin"
        referrerPolicy="no-referrer"
      />
      <a href={url} target="_blank" rel="noopener noreferrer">
        {t("pop.open_tab")}
      </a>
    </div>
  );
}

/** In a tab of its own, once an attempt; a blocked pop-up leaves the link. */
export function ScreenPopTab({ url, attempt }: { url: string; attempt: number }) {
  const { t } = useTranslation();
  const opened = useRef(0);
  useEffect(() => {
    if (opened.current === attempt || !isPopAddress(url)) return;
    opened.current = attempt;
    window.open(url, "ziptone-screen-pop", "noopener,noreferrer");
  }, [url, attempt]);
  if (!isPopAddress(url)) return <p role="alert">{t("pop.refused")}</p>;
  return (
    <p>
      {t("pop.in_tab")}{" "}
      <a href={url} target="_blank" rel="noopener noreferrer">
        {t("pop.open_tab")}
      </a>
    </p>
  );
}
