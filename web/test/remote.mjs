// Chromium on a string: reads {id, page, verb, args} a line, does it with Playwright, and answers {id, value} or {id, error}. What a test of the
// whole server drives (tests/e2e/browser.py). Each page notes what it hears from the server, and when.
import { createInterface } from "node:readline";
import { audit, launch, openPage, watch } from "./browser.mjs";

const browser = await launch(process.argv.slice(2));
const pages = new Map();

/**
 * In the page. `heard`: the newest voice path's sound, as [epoch ms, Hz, loudness in thousandths] of every 20 ms; read in pieces from the last two thirds of a
 * second, so that a page that is busy misses nothing. Hz is counted from the zero crossings: right for a tone, a hint for a voice. `painted`: when a
 * call's panel was on the screen, in epoch ms: the frame after the one in which it was made.
 */
function watch_call() {
  globalThis.heard = [];
  globalThis.painted = [];
  let shown = false;
  new MutationObserver(() => {
    const there = document.querySelector("[data-testid=interaction]") !== null;
    if (there && !shown)
      requestAnimationFrame(() => requestAnimationFrame(() => globalThis.painted.push(Date.now())));
    shown = there;
  }).observe(document, { childList: true, subtree: true });

  const Real = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Real {
    constructor(...args) {
      super(...args);
      this.addEventListener("track", ({ track }) => hear(new MediaStream([track])));
    }
  };
  let timer;
  function hear(stream) {
    clearInterval(timer);
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: 32768 });
    context.createMediaStreamSource(stream).connect(analyser);
    const past = new Float32Array(analyser.fftSize);
    const step = Math.round(context.sampleRate / 50);
    let read = context.currentTime;
    timer = setInterval(() => {
      const ms = Date.now();
      const fresh = Math.floor(((context.currentTime - read) * context.sampleRate) / step);
      read += (fresh * step) / context.sampleRate;
      analyser.getFloatTimeDomainData(past);
      for (let left = Math.min(fresh, Math.floor(past.length / step)); left > 0; --left) {
        const piece = past.subarray(past.length - left * step, past.length - (left - 1) * step);
        let power = 0;
        let crossings = 0;
        for (let i = 0; i < piece.length; ++i) {
          power += piece[i] ** 2;
          if (i > 0 && piece[i] < 0 !== piece[i - 1] < 0) ++crossings;
        }
        const loudness = Math.round(1000 * Math.sqrt(power / piece.length));
        globalThis.heard.push([ms - left * 20, crossings * 25, loudness]);
      }
    }, 100);
  }
}

const OWN = {
  async open(name, options) {
    pages.set(name, await openPage(browser, options));
    pages.get(name).setDefaultTimeout(60_000); // beside a build a page may take long; a test waits on conditions
    await pages.get(name).context().addInitScript(watch_call);
  },
  // Another tab of the same window: it shares the session.
  async tab(name, of) {
    pages.set(name, await watch(await pages.get(of).context().newPage()));
    pages.get(name).setDefaultTimeout(60_000);
  },
  // What a label names, as a screen reader would find it: page.label(".editor", "Kind of answer", "selectOption", "text").
  label: (name, within, label, verb, ...args) =>
    pages
      .get(name)
      .locator(within)
      .getByLabel(label, { exact: true })
      [verb](...args),
  audit: (name) => audit(pages.get(name)),
  faults: (name) => pages.get(name).faults,
};

async function obey({ page, verb, args }) {
  if (OWN[verb]) return OWN[verb](page, ...args);
  const value = await pages.get(page)[verb](...args);
  return ["evaluate", "textContent", "inputValue", "isVisible", "isDisabled", "url"].includes(verb)
    ? value
    : null;
}

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  const done = await obey(order).then(
    (value) => ({ id: order.id, value }),
    async (error) => {
      // What the person would have seen, beside the logs.
      const shot = pages.get(order.page)?.screenshot({ path: `failed-${order.page}.png` });
      await shot?.catch(() => {});
      return { id: order.id, error: String(error.message ?? error) };
    },
  );
  process.stdout.write(`${JSON.stringify(done)}\n`);
}
await browser.close();
