import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { numberText } from "../../time/duration.ts";
import { Icon } from "../../ui/icon.tsx";
import { addQuestion, addSet } from "./edit.ts";
import { useBuilding, useNames } from "./parts.tsx";

/** All sets and questions in their order, with what is wrong with each and where conversations stopped. */
export function Outline() {
  const { t, i18n } = useTranslation();
  const { guide, change, chosen, choose, faults, drop_off } = useBuilding();
  const names = useNames();
  const item = (id: string, name: string, of_set: boolean) => {
    const wrong = faults.filter((f) => f.at === id).length;
    const counts = of_set ? undefined : drop_off?.questions.find((q) => q.id === id);
    return (
      <button
        type="button"
        className={of_set ? "outline-set" : "outline-question"}
        aria-current={chosen === id ? "true" : undefined}
        onClick={() => choose(id)}
      >
        <span className="grow">{name}</span>
        {wrong > 0 && (
          <span className="badge tone-bad">
            <Icon name="warning" size={14} />
            {t("builder.faults", { count: wrong })}
          </span>
        )}
        {counts !== undefined && counts.asked > 0 && (
          <small className="sub">
            {t("builder.asked", { count: counts.asked, n: numberText(counts.asked, i18n.language) })}
            {counts.last > 0 &&
              ` · ${t("builder.stopped", { count: counts.last, n: numberText(counts.last, i18n.language) })}`}
          </small>
        )}
      </button>
    );
  };
  return (
    <nav className="outline" aria-label={t("builder.outline")}>
      <ol>
        {guide.sets.map((set) => (
          <li key={set.id}>
            {item(set.id, names.set(set), true)}
            <ol>
              {set.questions.map((q) => (
                <li key={q.id}>{item(q.id, names.question(q), false)}</li>
              ))}
            </ol>
            <Button
              size="compact-sm"
              variant="subtle"
              aria-label={`${t("builder.add_question")}: ${names.set(set)}`}
              onClick={() => {
                const made = addQuestion(guide, set.id);
                change(made.guide);
                choose(made.id);
              }}
            >
              + {t("builder.add_question")}
            </Button>
          </li>
        ))}
      </ol>
      <Button
        variant="default"
        size="compact-md"
        onClick={() => {
          const made = addSet(guide);
          change(made.guide);
          choose(made.id);
        }}
      >
        + {t("builder.add_set")}
      </Button>
    </nav>
  );
}
