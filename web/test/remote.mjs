// Chromium on a string: reads {id, page, verb, args} a line, does it with Playwright, and answers {id, value} or {id, error}. What a test of the
// whole server drives (tests/e2e/browser.py). Each page notes what it hears from the server, and when.
import { createInterface } from "node:readline";
import { audit, launch, openPage, watch } from "./browser.mjs";

const browser = await launch(process.argv.slice(2));
const pages = new Map();

/**
 * In the page. `heard`: the newest voice path's sound, every 10 ms its loudest frequency, as [epoch ms, Hz, 0 to 255]. `painted`: when a call's panel was
 * on the screen, in epoch ms: the frame after the one in which it was made.
 */
function watch_call() {
  globalThis.heard = [];
  globalThis.painted = [];
  let shown = false;
  new MutationObserver(() => {
    const there = document.querySelector("[data-testid=interaction]") !== null;
    if (there && !shown) requestAnimationFrame(() => requestAnimationFrame(() => globalThis.painted.push(Date.now())));
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
    const analyser = new AnalyserNode(context, { fftSize: 1024, smoothingTimeConstant: 0 });
    context.createMediaStreamSource(stream).connect(analyser);
    const bins = new Uint8Array(analyser.frequencyBinCount);
    const width = context.sampleRate / analyser.fftSize;
    timer = setInterval(() => {
      analyser.getByteFrequencyData(bins);
      let best = 0;
      for (let i = 1; i < bins.length; ++i) if (bins[i] > bins[best]) best = i;
      globalThis.heard.push([Date.now(), Math.round(best * width), bins[best]]);
    }, 10);
  }
}

const OWN = {
  async open(name, options) {
    pages.set(name, await openPage(browser, options));
    await pages.get(name).context().addInitScript(watch_call);
  },
  // Another tab of the same window: it shares the session.
  async tab(name, of) {
    pages.set(name, await watch(await pages.get(of).context().newPage()));
  },
  audit: (name) => audit(pages.get(name)),
  faults: (name) => pages.get(name).faults,
};

async function obey({ page, verb, args }) {
  if (OWN[verb]) return OWN[verb](page, ...args);
  const value = await pages.get(page)[verb](...args);
  return ["evaluate", "textContent", "inputValue", "isVisible", "isDisabled", "url"].includes(verb) ? value : null;
}

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  const done = await obey(order).then(
    (value) => ({ id: order.id, value }),
    (error) => ({ id: order.id, error: String(error.message ?? error) }),
  );
  process.stdout.write(`${JSON.stringify(done)}\n`);
}
await browser.close();
