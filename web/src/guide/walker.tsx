// One question at a time, with the path so far above it. Knows no server: the agent's tab and the administrator's preview use it alike.
import { Button, NativeSelect } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../ui/icon.tsx";
import { AnswerField } from "./answer_field.tsx";
import { answerText } from "./answer_text.ts";
import { directionOf, languageName } from "./language.ts";
import { type Answers, faultOf, type Guide, merged, type Question, stopOf, walk } from "./walk.ts";

interface Props {
  guide: Guide;
  answers: Answers;
  fields: Record<string, string>;
  submitted: boolean;
  error: string;
  /** Questions without which the answers were not taken. */
  missing: string[];
  busy: boolean;
  onAnswer: (question: string, value: string[]) => void;
  /** With what stands in the question that is open, as if it had been left first. */
  onSubmit: (answers: Answers) => void;
}

export function Walker(props: Props) {
  const { guide, answers, fields, submitted, error, missing, busy, onAnswer, onSubmit } = props;
  const { t, i18n } = useTranslation();
  const [chosen, setChosen] = useState("");
  const [reopened, setReopened] = useState<string | null>(null);
  const own = guide.languages.includes(i18n.language) ? i18n.language : (guide.languages[0] ?? i18n.language);
  const language = guide.languages.includes(chosen) ? chosen : own;
  const written = { lang: language, dir: directionOf(language) };
  const way = walk(guide, answers);
  const asked = reopened ?? way.next;
  const stop = asked ? stopOf(guide, asked) : undefined;
  const back = () => {
    const at = reopened ? way.path.indexOf(reopened) : way.path.length;
    setReopened(way.path[at - 1] ?? null);
  };
  const text = (question: Question) => merged(guide, question.text, language, fields);
  return (
    <div className="guide">
      {guide.languages.length > 1 && (
        <NativeSelect
          size="sm"
          className="guide-language"
          label={t("guide.language")}
          value={language}
          onChange={(e) => setChosen(e.target.value)}
          data={guide.languages.map((l) => ({ value: l, label: languageName(l, i18n.language) }))}
        />
      )}
      {way.path.length > 0 && (
        <ol className="guide-path" aria-label={t("guide.path")}>
          {way.path.map((id) => {
            const question = stopOf(guide, id)?.question;
            if (!question || (id === asked && !submitted)) return null;
            return (
              <li key={id}>
                <span className="grow" {...written}>
                  <span className="sub">{text(question)}</span>
                  <strong>{answerText(guide, question, answers[id] ?? [], t, language, fields)}</strong>
                </span>
                {!submitted && (
                  <Button
                    variant="subtle"
                    size="compact-sm"
                    onClick={() => setReopened(id)}
                    aria-label={`${t("guide.change")}: ${text(question)}`}
                  >
                    {t("guide.change")}
                  </Button>
                )}
              </li>
            );
          })}
        </ol>
      )}
      {submitted ? (
        <p role="status" className="guide-done">
          <Icon name="available" /> {t("guide.submitted")}
        </p>
      ) : stop ? (
        <Ask
          key={stop.question.id}
          set_title={merged(guide, stop.set.title, language, fields)}
          text={text(stop.question)}
          question={stop.question}
          guide={guide}
          fields={fields}
          language={language}
          value={answers[stop.question.id]}
          onAnswer={(value) => {
            onAnswer(stop.question.id, value);
            setReopened(null);
          }}
          busy={busy}
          onSubmit={(value) => onSubmit(value ? { ...answers, [stop.question.id]: value } : answers)}
          onBack={way.path.length > 0 && way.path[0] !== asked ? back : undefined}
        />
      ) : (
        <div className="stack">
          <p role="status">{t("guide.complete")}</p>
          <div className="row">
            <Button variant="default" onClick={back}>
              {t("guide.back")}
            </Button>
            <Button size="md" loading={busy} onClick={() => onSubmit(answers)} autoFocus>
              {t("guide.submit")}
            </Button>
          </div>
        </div>
      )}
      {error && (
        <div ref={intoView} className="error" role="alert">
          <p>{error}</p>
          <ul className="missing" {...written}>
            {missing.map((id) => {
              const question = stopOf(guide, id)?.question;
              return <li key={id}>{question ? text(question) : id}</li>;
            })}
          </ul>
        </div>
      )}
    </div>
  );
}

/** The pane scrolls: what is new in it must be seen. */
const intoView = (element: HTMLElement | null) => element?.scrollIntoView({ block: "nearest" });

interface AskProps {
  set_title: string;
  text: string;
  question: Question;
  guide: Guide;
  fields: Record<string, string>;
  language: string;
  value: string[] | undefined;
  onAnswer: (value: string[]) => void;
  busy: boolean;
  onSubmit: (value: string[] | null) => void;
  onBack: (() => void) | undefined;
}

function Ask({
  set_title,
  text,
  question,
  guide,
  fields,
  language,
  value,
  onAnswer,
  busy,
  onSubmit,
  onBack,
}: AskProps) {
  const { t, i18n } = useTranslation();
  const [given, setGiven] = useState<string[]>(value ?? []);
  const [fault, setFault] = useState("");
  const form = useRef<HTMLFormElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const written = { lang: language, dir: directionOf(language) };
  // The first question does not take the focus from the call's controls; each later one does, so that it is read out.
  const first = useRef(onBack === undefined);
  useEffect(() => {
    if (first.current) return;
    intoView(form.current);
    heading.current?.focus({ preventScroll: true });
  }, []);
  const next = () => {
    const wrong = faultOf(question, given);
    if (wrong) return setFault(t(`guide.fault.${wrong}`));
    onAnswer(given.filter((a) => a.trim() !== ""));
  };
  const submit = () => {
    const written_down = given.filter((a) => a.trim() !== "");
    const wrong = written_down.length > 0 && faultOf(question, given);
    if (wrong) return setFault(t(`guide.fault.${wrong}`));
    onSubmit(written_down.length > 0 ? written_down : null);
  };
  return (
    <form
      ref={form}
      className="ask"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        next();
      }}
    >
      {set_title && (
        <div className="sub" {...written}>
          {set_title}
        </div>
      )}
      <h2 ref={heading} tabIndex={-1} id={`ask-${question.id}`} {...written}>
        {text}{" "}
        {question.required && (
          <bdi className="required" lang={i18n.language}>
            ({t("guide.required")})
          </bdi>
        )}
      </h2>
      <div {...(question.kind === "yes_no" ? {} : written)}>
        <AnswerField
          guide={guide}
          question={question}
          fields={fields}
          language={language}
          value={given}
          labelled_by={`ask-${question.id}`}
          onChange={(v) => {
            setGiven(v);
            setFault("");
          }}
        />
      </div>
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
        <span className="grow" />
        <Button variant="default" loading={busy} onClick={submit}>
          {t("guide.submit")}
        </Button>
      </div>
    </form>
  );
}
