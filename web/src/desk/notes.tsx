import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "./context.tsx";
import { useDraft } from "./draft.ts";

const LONGEST = 2000;

/** `kept`: the note that the server has already. */
export function Notes({ attempt, kept }: { attempt: number; kept: string }) {
  const { t } = useTranslation();
  const { act, busy, error } = useAct();
  const [text, setText, dropText] = useDraft(`note.${attempt}`, kept);
  const [saved, setSaved] = useState(false);
  const save = async () => {
    if (await act("note", { attempt, text: text.trim() })) {
      dropText(text.trim());
      setSaved(true);
    }
  };
  return (
    <div className="notes">
      <Textarea
        label={t("notes.label")}
        placeholder={t("notes.placeholder")}
        value={text}
        maxLength={LONGEST}
        rows={2}
        onChange={(e) => {
          setText(e.target.value);
          setSaved(false);
        }}
        error={error || undefined}
      />
      <Button
        variant="default"
        loading={busy !== ""}
        disabled={text.trim() === kept.trim()}
        onClick={() => void save()}
      >
        {t("notes.save")}
      </Button>
      <span role="status" className="hint">
        {saved ? t("notes.saved") : text.trim() !== kept.trim() ? t("notes.draft") : ""}
      </span>
    </div>
  );
}
