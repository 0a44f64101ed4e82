// What every part of the desktop shares: the live connection, the voice path, and how an action is done.
import {
  createContext,
  useCallback,
  useContext,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { agentPath, ask } from "../api/client.ts";
import type { Live } from "../live/live.ts";
import { useErrorText } from "../ui/parts.tsx";
import type { Voice } from "../voice/voice.ts";

export interface DeskParts {
  live: Live;
  voice: Voice;
  agent: string;
}

export const DeskContext = createContext<DeskParts | null>(null);

export function useParts(): DeskParts {
  const parts = useContext(DeskContext);
  if (!parts) throw new Error("outside of the desktop");
  return parts;
}

export function useLive() {
  const { live } = useParts();
  return useSyncExternalStore(live.subscribe, live.snapshot);
}

export function useVoice() {
  const { voice } = useParts();
  return useSyncExternalStore(voice.subscribe, voice.snapshot);
}

/** An action of the agent, or a path of its own. False: refused; the reason is in `error`. */
export type Act = (action: string, body?: object) => Promise<boolean>;

/** One action at a time; what is refused stands in `error` until the next one. */
export function useAct() {
  const { agent } = useParts();
  const error_text = useErrorText();
  const words = useRef(error_text);
  words.current = error_text;
  const [busy, setBusy] = useState("");
  const [error, setError] = useState("");
  const doing = useRef(false);
  const act: Act = useCallback(
    async (action, body) => {
      if (doing.current) return false;
      doing.current = true;
      setBusy(action);
      setError("");
      try {
        await ask("POST", action.startsWith("/") ? action : agentPath(agent, action), body ?? {});
        return true;
      } catch (e) {
        setError(words.current(e));
        return false;
      } finally {
        doing.current = false;
        setBusy("");
      }
    },
    [agent],
  );
  return useMemo(() => ({ act, busy, error, clear: () => setError("") }), [act, busy, error]);
}
