import { expect, it } from "vitest";
import { has, mayRole } from "./routes.ts";

it("offers a supervisor what the server does not refuse, and an administrator all that there is", () => {
  expect(mayRole("supervisor", "POST", "/api/v1/campaigns/{}/pause")).toBe(true);
  expect(mayRole("supervisor", "PUT", "/api/v1/dnc/{}")).toBe(true);
  for (const [method, path] of [
    ["PUT", "/api/v1/campaigns/{}"],
    ["POST", "/api/v1/lists/{}/import"],
    ["DELETE", "/api/v1/dnc/{}"],
    ["GET", "/api/v1/users"],
  ] as const) {
    expect(mayRole("supervisor", method, path), path).toBe(false);
    expect(mayRole("administrator", method, path), path).toBe(true);
  }
});

it("offers nobody what the contract has not", () => {
  expect(has("DELETE", "/api/v1/everything")).toBe(false);
  expect(mayRole("administrator", "DELETE", "/api/v1/everything")).toBe(false);
});
