import { useEffect } from "react";

/** Alt and a letter, by the key's place: the same on every keyboard. Ctrl+Alt is AltGr and stays a letter. */
export function useShortcuts(keys: Record<string, () => void>) {
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (!event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
      const action = keys[event.code];
      if (!action) return;
      event.preventDefault();
      action();
    };
    window.addEventListener("keydown", hear);
    return () => window.removeEventListener("keydown", hear);
  });
}
