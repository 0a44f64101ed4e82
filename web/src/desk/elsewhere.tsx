import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useTitle } from "../ui/parts.tsx";
import { unlockSound } from "../voice/voice.ts";
import { useParts } from "./context.tsx";

export function Elsewhere() {
  const { t } = useTranslation();
  const { live } = useParts();
  useTitle(t("elsewhere.title"));
  return (
    <div className="gate">
      <main className="gate-card">
        <h1>{t("elsewhere.title")}</h1>
        <p>{t("elsewhere.text")}</p>
        <Button
          size="md"
          autoFocus
          onClick={() => {
            unlockSound();
            live.take();
          }}
        >
          {t("elsewhere.take")}
        </Button>
      </main>
    </div>
  );
}
