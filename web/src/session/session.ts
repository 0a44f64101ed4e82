import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { get, onSignedOut, Refused, remove } from "../api/client.ts";
import type { Session } from "../api/desk.ts";
import { setLanguage } from "../i18n/index.ts";

const KEY = ["session"];

async function read(): Promise<Session | null> {
  try {
    return await get<Session>("/api/v1/session");
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return null;
    throw error;
  }
}

/** Whether somebody is signed in, asked by the live connection when it is refused. Unknown counts as yes: it tries again. */
export async function isSignedIn(): Promise<boolean> {
  return (await read().catch(() => undefined)) !== null;
}

export function useSession() {
  const queries = useQueryClient();
  const query = useQuery({ queryKey: KEY, queryFn: read, staleTime: Number.POSITIVE_INFINITY });
  useEffect(() => {
    onSignedOut(() => queries.setQueryData(KEY, null));
  }, [queries]);
  return {
    ...query,
    enter: (session: Session) => {
      if (session.user.language) setLanguage(session.user.language);
      queries.setQueryData(KEY, session);
    },
    /** The session is over, by whatever way; the page asks for the password again. */
    over: () => queries.setQueryData(KEY, null),
    leave: async () => {
      await remove("/api/v1/session").catch(() => {});
      queries.clear();
      queries.setQueryData(KEY, null);
    },
  };
}
