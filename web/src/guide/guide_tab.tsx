import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Refused } from "../api/client.ts";
import type { DeskAttempt } from "../api/desk.ts";
import { useParts } from "../desk/context.tsx";
import { useDraft } from "../desk/draft.ts";
import { Trouble, useErrorText, Waiting } from "../ui/parts.tsx";
import { type GuideInCall, keepAnswers, readGuide, submitAnswers } from "./api.ts";
import { type Answers, type Guide, kept } from "./walk.ts";
import { Walker } from "./walker.tsx";

interface Draft {
  answers: Answers;
  submitted: boolean;
}

export function GuideTab({ attempt }: { attempt: DeskAttempt }) {
  const error_text = useErrorText();
  const { agent } = useParts();
  const query = useQuery({
    queryKey: ["guide", attempt.id],
    queryFn: () => readGuide(agent, attempt.id),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (query.isPending) return <Waiting />;
  if (query.isError) return <Trouble text={error_text(query.error)} onRetry={() => void query.refetch()} />;
  return <Runner attempt={attempt} began={query.data} />;
}

function Runner({ attempt, began }: { attempt: DeskAttempt; began: GuideInCall }) {
  const { t } = useTranslation();
  const guide: Guide = began.document;
  const { agent } = useParts();
  const error_text = useErrorText();
  const [draft, setDraft] = useDraft<Draft>(`guide.${attempt.id}`, {
    answers: began.answers,
    submitted: began.submitted_at !== null,
  });
  const [error, setError] = useState("");
  const [missing, setMissing] = useState<string[]>([]);
  const [busy, setBusy] = useState(false);
  const contact = attempt.contact;

  const answer = (id: string, value: string[]) => {
    const answers = { ...draft.answers, [id]: value };
    setDraft({ answers, submitted: false });
    // Kept on the server too, for another machine; here the draft is safe already.
    void keepAnswers(agent, attempt.id, kept(guide, answers)).catch(() => {});
    setError("");
  };
  const submit = async (answers: Answers) => {
    setBusy(true);
    setError("");
    setDraft({ answers, submitted: false });
    try {
      await submitAnswers(agent, attempt.id, kept(guide, answers));
      setDraft({ answers, submitted: true });
    } catch (e) {
      const named = e instanceof Refused && e.reason === "answers_missing" ? e.fields : [];
      setMissing(named.flatMap((f) => f.field ?? []));
      setError(named.length > 0 ? t("guide.missing", { count: named.length }) : error_text(e));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Walker
      guide={guide}
      answers={draft.answers}
      fields={{ ...contact?.fields, name: contact?.name ?? "", number: contact?.number ?? "" }}
      submitted={draft.submitted}
      error={error}
      missing={missing}
      busy={busy}
      onAnswer={answer}
      onSubmit={(answers) => void submit(answers)}
    />
  );
}
