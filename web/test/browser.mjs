// Chromium for the page's tests: Debian's own, headless, with a microphone that beeps.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const EXECUTABLE = process.env.ZIPTONE_CHROMIUM ?? "/usr/bin/chromium";

export const launch = (more = []) =>
  chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      "--no-sandbox",
      "--use-fake-ui-for-media-stream",
      "--use-fake-device-for-media-stream",
      "--allow-loopback-in-peer-connection",
      "--disable-dev-shm-usage",
      "--disable-gpu",
      ...more,
    ],
  });

/** A page of 1280 x 720. What it prints as an error or what its policy blocks is kept in `page.faults`. */
export async function openPage(browser, { language = "tr", scheme = "light", locale } = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 720 },
    locale: locale ?? (language === "tr" ? "tr-TR" : "en-GB"),
    colorScheme: scheme,
    reducedMotion: "reduce",
    timezoneId: "Europe/Istanbul",
  });
  return watch(await context.newPage());
}

/** Keeps what the page prints as an error. */
export function watch(page) {
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("console", (message) => {
    // A refused request is printed by the browser itself; the page's own faults are what counts here.
    if (message.type() === "error" && !/Failed to load resource|WebSocket connection/.test(message.text()))
      page.faults.push(message.text());
  });
  return page;
}

/** What axe finds against WCAG 2.2 AA, as lines to read. Evaluated by the debugger, so the page's policy stays as it is. */
export async function audit(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }),
  );
  return violations.flatMap((v) =>
    v.nodes.map((n) => `${v.id}: ${n.target.join(" ")} ${n.failureSummary?.split("\n")[1] ?? ""}`),
  );
}
