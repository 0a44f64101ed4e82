// What the behaviour tests share: one peer, one browser, and how they are run.
import assert from "node:assert/strict";
import { launch } from "./browser.mjs";
import { startPeer } from "./peer/server.mjs";

export const peer = await startPeer();
export const browser = await launch();
export const WITHIN_MS = 20_000;
export const asked = (method, end) => peer.log.filter(([m, path]) => m === method && path.endsWith(end));

/** Waits until the condition holds; the page and the peer work on meanwhile. */
export async function until(what, condition) {
  const end = Date.now() + WITHIN_MS;
  while (Date.now() < end) {
    const value = await condition();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 30)); // poll: for the condition, with a deadline
  }
  assert.fail(`not in time: ${what}`);
}

export async function enter(page, user = "ayse", password = "secret") {
  await page.fill("input[autocomplete=username]", user);
  await page.fill("input[autocomplete=current-password]", password);
  await page.keyboard.press("Enter");
}

/** Each test is one sentence and gives its page back. The first argument of the program chooses those whose names contain it. */
export async function runAll(tests) {
  let failed = 0;
  const only = process.argv[2];
  for (const [name, test] of Object.entries(tests)) {
    if (only && !name.includes(only)) continue;
    try {
      const page = await test();
      if (!page) continue; // skipped, with its reason printed
      assert.deepEqual(page.faults, [], "the page's own faults");
      await page.context().close();
      console.log(`ok   ${name}`);
    } catch (error) {
      failed++;
      // A page that stays open would take the desktop over from the next test's.
      for (const context of browser.contexts()) await context.close();
      console.log(`FAIL ${name}: ${error.message.split("\n").slice(0, 6).join("\n     ")}`);
    }
  }
  await browser.close();
  await peer.stop();
  process.exit(failed ? 1 : 0);
}
