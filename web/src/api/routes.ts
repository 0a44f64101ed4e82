// What the server of this build can do, from api/openapi.yaml, and what it lets a supervisor do, from tests/api/rights.txt
// (vite.config.ts reads both): the page offers nothing that would be answered with "no such path" or "forbidden".
import { createContext, useCallback, useContext } from "react";
import type { Session } from "./desk.ts";

declare const __ROUTES__: string[];
declare const __SUPERVISOR_ROUTES__: string[];

export type Role = Session["user"]["role"];
export type Method = "GET" | "PUT" | "POST" | "DELETE";

const ROUTES = new Set(__ROUTES__);
const OF_SUPERVISORS = new Set(__SUPERVISOR_ROUTES__);

/** `path` with {} for every part that is a name: has("PUT", "/api/v1/teams/{}"). */
export const has = (method: Method, path: string) => ROUTES.has(`${method} ${path}`);

/** The server has it, and does not refuse it to this role. What it refuses for single things (another's team) it says itself. */
export const mayRole = (role: Role, method: Method, path: string) =>
  has(method, path) && (role === "administrator" || OF_SUPERVISORS.has(`${method} ${path}`));

export const RoleContext = createContext<Role>("supervisor");

/** Whether the person who looks at the office may do it. */
export function useMay() {
  const role = useContext(RoleContext);
  return useCallback((method: Method, path: string) => mayRole(role, method, path), [role]);
}
