// The routes of api/openapi.yaml as "PUT /api/v1/teams/{}": its layout rule (paths at two spaces, methods at four) makes this enough.
import { readFileSync } from "node:fs";

const textOf = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
const unnamed = (path) => path.replace(/\{[^}]*\}/g, "{}");

export function contractRoutes() {
  const routes = [];
  let path = "";
  for (const line of textOf("../api/openapi.yaml").split("\n")) {
    const at = /^ {2}(\/\S*):$/.exec(line);
    if (at) path = unnamed(at[1]);
    const method = /^ {4}(get|put|post|delete):$/.exec(line);
    if (path && method) routes.push(`${method[1].toUpperCase()} ${path}`);
  }
  return routes;
}

/** Those that a supervisor is not refused, from the table that the server is tested against. */
export function supervisorRoutes() {
  return textOf("../tests/api/rights.txt")
    .split("\n")
    .filter((line) => / lead=\d+/.test(line) && !/ lead=403( |$)/.test(line))
    .map((line) => line.split(" ").slice(0, 2))
    .map(([method, path]) => `${method} ${unnamed(path)}`);
}
