// "That was a person", "that was a machine": one press, and it counts for the analysis' report.
import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { put } from "../api/client.ts";
import { useErrorText } from "./parts.tsx";

const WHO = ["person", "machine"] as const;
type Who = (typeof WHO)[number];

export function Judge({ attempt, judged, again }: { attempt: number; judged: Who | null; again?: string[] }) {
  const { t } = useTranslation();
  const error_text = useErrorText();
  const queries = useQueryClient();
  const [said, setSaid] = useState(judged);
  const [error, setError] = useState("");
  const say = async (who: Who) => {
    setError("");
    try {
      await put(`/api/v1/attempts/${attempt}/judged`, { who });
      setSaid(who);
      if (again) await queries.invalidateQueries({ queryKey: again });
    } catch (e) {
      setError(error_text(e));
    }
  };
  return (
    <fieldset className="row judge">
      <legend>{t("judge.title")}</legend>
      {WHO.map((who) => (
        <Button key={who} size="compact-md" variant={said === who ? "filled" : "default"} aria-pressed={said === who} onClick={() => void say(who)}>
          {t(`judge.${who}`)}
        </Button>
      ))}
      {error && (
        <span className="error" role="alert">
          {error}
        </span>
      )}
    </fieldset>
  );
}
