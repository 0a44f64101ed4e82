// "That was a person", "that was a machine": one press, and it counts for the analysis' report.
import { Button } from "@mantine/core";
import { skipToken, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { put } from "../api/client.ts";
import { useErrorText } from "./parts.tsx";
import { useShortcuts } from "./shortcuts.ts";

const WHO = ["person", "machine"] as const;
type Who = (typeof WHO)[number];
/** "İnsan", "otomat": two keys side by side that no browser takes. */
const KEY = { person: "I", machine: "O" } as const;

interface Props {
  attempt: number;
  /** What the server says; absent: what was pressed on this page, in the call or behind it. */
  judged?: Who | null;
  /** Asked for again once it is said. */
  again?: string[];
  /** Alt+I and Alt+O press the buttons. */
  keys?: boolean;
}

export function Judge({ attempt, judged, again, keys = false }: Props) {
  const { t } = useTranslation();
  const error_text = useErrorText();
  const queries = useQueryClient();
  const said_key = ["judged", attempt];
  const pressed = useQuery<Who | null>({
    queryKey: said_key,
    queryFn: skipToken,
    gcTime: Number.POSITIVE_INFINITY,
  });
  const [error, setError] = useState("");
  const said = pressed.data ?? judged ?? null;
  const say = async (who: Who) => {
    setError("");
    try {
      await put(`/api/v1/attempts/${attempt}/judged`, { who });
      queries.setQueryData(said_key, who);
      if (again) await queries.invalidateQueries({ queryKey: again });
    } catch (e) {
      setError(error_text(e));
    }
  };
  useShortcuts(
    keys
      ? { [`Key${KEY.person}`]: () => void say("person"), [`Key${KEY.machine}`]: () => void say("machine") }
      : {},
  );
  return (
    <fieldset className="row judge">
      <legend className="sub">{t("judge.title")}</legend>
      {WHO.map((who) => (
        <Button
          key={who}
          size="compact-md"
          variant={said === who ? "filled" : "default"}
          aria-pressed={said === who}
          aria-keyshortcuts={keys ? `Alt+${KEY[who]}` : undefined}
          onClick={() => void say(who)}
        >
          {t(`judge.${who}`)}
        </Button>
      ))}
      {keys && (
        <span className="hint" aria-hidden="true">
          Alt+{KEY.person} · Alt+{KEY.machine}
        </span>
      )}
      <span role="status">{said && <span className="visually-hidden">{t("judge.thanks")}</span>}</span>
      {error && (
        <span className="error" role="alert">
          {error}
        </span>
      )}
    </fieldset>
  );
}
