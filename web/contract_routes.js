// The routes of api/openapi.yaml as "PUT /api/v1/teams/{}": its layout rule (paths at two spaces, methods at four) makes this enough.
import { readFileSync } from "node:fs";

export function contractRoutes() {
  const routes = [];
  let path = "";
  for (const line of readFileSync(new URL("../api/openapi.yaml", import.meta.url), "utf8").split("\n")) {
    const at = /^ {2}(\/\S*):$/.exec(line);
    if (at) path = at[1].replace(/\{[^}]*\}/g, "{}");
    const method = /^ {4}(get|put|post|delete):$/.exec(line);
    if (path && method) routes.push(`${method[1].toUpperCase()} ${path}`);
  }
  return routes;
}
