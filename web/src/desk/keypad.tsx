import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "./context.tsx";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

export function Keypad() {
  const { t } = useTranslation();
  const { act, error } = useAct();
  const [sent, setSent] = useState("");
  const press = async (digits: string) => {
    if (await act("dtmf", { digits })) setSent((s) => (s + digits).slice(-20));
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: keys, not form fields
    <div
      className="keypad"
      role="group"
      aria-label={t("call.keypad")}
      onKeyDown={(event) => {
        if (KEYS.includes(event.key) && !event.altKey && !event.ctrlKey) void press(event.key);
      }}
    >
      <output className="keypad-sent" aria-label={t("call.keys_sent")}>
        {sent || " "}
      </output>
      <div className="keypad-keys">
        {KEYS.map((key) => (
          <Button key={key} variant="default" onClick={() => void press(key)} autoFocus={key === "1"}>
            {key}
          </Button>
        ))}
      </div>
      {error && (
        <p className="error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
