import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeskAttempt } from "../api/desk.ts";
import { useParts } from "../desk/context.tsx";
import { useDraft } from "../desk/draft.ts";
import { Icon } from "../ui/icon.tsx";
import { Trouble, useErrorText, Waiting } from "../ui/parts.tsx";
import { type GuideInCall, keepAnswers, readGuide, submitAnswers } from "./api.ts";
import { AnswerField } from "./answer_field.tsx";
import { answerText } from "./answer_text.ts";
import { type Answers, faultOf, type Guide, kept, merged, stopOf, walk } from "./walk.ts";

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

/** One question at a time, with the path so far above it. */
function Runner({ attempt, began }: { attempt: DeskAttempt; began: GuideInCall }) {
  const guide: Guide = began.document;
  const { t, i18n } = useTranslation();
  const { agent } = useParts();
  const error_text = useErrorText();
  const [draft, setDraft] = useDraft<Draft>(`guide.${attempt.id}`, {
    answers: began.answers,
    submitted: began.submitted_at !== null,
  });
  const [reopened, setReopened] = useState<string | null>(null);
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const contact = attempt.contact;
  const fields = { ...contact?.fields, name: contact?.name ?? "", number: contact?.number ?? "" };
  const way = walk(guide, draft.answers);
  const asked = reopened ?? way.next;
  const stop = asked ? stopOf(guide, asked) : undefined;

  const answer = (id: string, value: string[]) => {
    const answers = { ...draft.answers, [id]: value };
    setDraft({ answers, submitted: false });
    // Kept on the server too, for another machine; here the draft is safe already.
    void keepAnswers(agent, attempt.id, kept(guide, answers)).catch(() => {});
    setReopened(null);
    setError("");
  };
  const back = () => {
    const at = reopened ? way.path.indexOf(reopened) : way.path.length;
    setReopened(way.path[at - 1] ?? null);
  };
  const submit = async () => {
    setBusy(true);
    setError("");
    try {
      await submitAnswers(agent, attempt.id, kept(guide, draft.answers));
      setDraft({ ...draft, submitted: true });
    } catch (e) {
      setError(error_text(e));
    } finally {
      setBusy(false);
    }
  };

  return (
    <div className="guide">
      {way.path.length > 0 && (
        <ol className="guide-path" aria-label={t("guide.path")}>
          {way.path.map((id) => {
            const question = stopOf(guide, id)?.question;
            if (!question || id === asked) return null;
            return (
              <li key={id}>
                <span className="grow">
                  <span className="sub">{merged(guide, question.text, i18n.language, fields)}</span>
                  <strong>
                    {answerText(guide, question, draft.answers[id] ?? [], t, i18n.language, fields)}
                  </strong>
                </span>
                {!draft.submitted && (
                  <Button
                    variant="subtle"
                    size="compact-sm"
                    onClick={() => setReopened(id)}
                    aria-label={`${t("guide.change")}: ${merged(guide, question.text, i18n.language, fields)}`}
                  >
                    {t("guide.change")}
                  </Button>
                )}
              </li>
            );
          })}
        </ol>
      )}
      {stop ? (
        <Ask
          key={stop.question.id}
          set_title={merged(guide, stop.set.title, i18n.language, fields)}
          text={merged(guide, stop.question.text, i18n.language, fields)}
          stop={stop}
          guide={guide}
          fields={fields}
          value={draft.answers[stop.question.id]}
          onAnswer={(value) => answer(stop.question.id, value)}
          onBack={way.path.length > 0 && way.path[0] !== asked ? back : undefined}
        />
      ) : draft.submitted ? (
        <p role="status" className="guide-done">
          <Icon name="available" /> {t("guide.submitted")}
        </p>
      ) : (
        <div className="stack">
          <p role="status">{t("guide.complete")}</p>
          <div className="row">
            <Button variant="default" onClick={back}>
              {t("guide.back")}
            </Button>
            <Button size="md" loading={busy} onClick={() => void submit()} autoFocus>
              {t("guide.submit")}
            </Button>
          </div>
        </div>
      )}
      {error && (
        <p className="error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

interface AskProps {
  set_title: string;
  text: string;
  stop: NonNullable<ReturnType<typeof stopOf>>;
  guide: Guide;
  fields: Record<string, string>;
  value: string[] | undefined;
  onAnswer: (value: string[]) => void;
  onBack: (() => void) | undefined;
}

function Ask({ set_title, text, stop, guide, fields, value, onAnswer, onBack }: AskProps) {
  const { t } = useTranslation();
  const [given, setGiven] = useState<string[]>(value ?? []);
  const [fault, setFault] = useState("");
  const heading = useRef<HTMLHeadingElement>(null);
  const question = stop.question;
  // The first question does not take the focus from the call's controls; each later one does, so that it is read out.
  const first = useRef(onBack === undefined);
  useEffect(() => {
    if (!first.current) heading.current?.focus();
  }, []);
  const next = () => {
    const wrong = faultOf(question, given);
    if (wrong) return setFault(t(`guide.fault.${wrong}`));
    onAnswer(given.filter((a) => a.trim() !== ""));
  };
  return (
    <form
      className="ask"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        next();
      }}
    >
      {set_title && <div className="sub">{set_title}</div>}
      <h2 ref={heading} tabIndex={-1} id={`ask-${question.id}`}>
        {text} {question.required && <span className="required">({t("guide.required")})</span>}
      </h2>
      <AnswerField
        guide={guide}
        question={question}
        fields={fields}
        value={given}
        labelled_by={`ask-${question.id}`}
        onChange={(v) => {
          setGiven(v);
          setFault("");
        }}
      />
      {fault && (
        <p className="error" role="alert">
          {fault}
        </p>
      )}
      <div className="row">
        {onBack && (
          <Button variant="default" onClick={onBack}>
            {t("guide.back")}
          </Button>
        )}
        <Button type="submit">
          {t(given.length === 0 && !question.required ? "guide.pass" : "guide.next")}
        </Button>
      </div>
    </form>
  );
}
