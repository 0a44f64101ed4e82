// What the server of this build can do, from api/openapi.yaml (vite.config.ts reads it): the page offers nothing that would be answered
// with "no such path".
declare const __ROUTES__: string[];

const ROUTES = new Set(__ROUTES__);

/** `path` with {} for every part that is a name: has("PUT", "/api/v1/teams/{}"). */
export const has = (method: "GET" | "PUT" | "POST" | "DELETE", path: string) =>
  ROUTES.has(`${method} ${path}`);
