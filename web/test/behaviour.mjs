// What the agent's desktop does, step by step in Chromium against the test peer. Each test is one sentence; the first that fails ends it.
import assert from "node:assert/strict";
import { contractRoutes } from "../contract_routes.js";
import { openPage } from "./browser.mjs";
import { agent, attempt, firstDesk, talking, wrapUp } from "./peer/material.mjs";
import { asked, browser, enter, peer, runAll, until, WITHIN_MS } from "./suite.mjs";

async function desktop(desk, options) {
  peer.user = null;
  peer.refuse_live = false;
  peer.log = [];
  peer.guide_answers = {};
  peer.desk = { ...firstDesk(), ...desk };
  const page = await openPage(browser, options);
  page.setDefaultTimeout(WITHIN_MS);
  await page.goto(peer.url);
  await enter(page);
  await page.waitForSelector("header [data-testid=state]");
  return page;
}

const TESTS = {
  "a wrong password says so and takes the focus back": async () => {
    peer.user = null;
    const page = await openPage(browser);
    await page.goto(peer.url);
    await enter(page, "ayse", "no");
    await page.waitForSelector("text=Kullanıcı adı ya da parola yanlış.");
    assert.equal(await page.evaluate(() => document.activeElement.autocomplete), "current-password");
    await page.selectOption("select >> nth=0", "en");
    await enter(page, "ayse", "locked");
    await page.waitForSelector("text=Try again in 2 minutes.");
    return page;
  },
  "a first password must be changed": async () => {
    peer.user = null;
    const page = await openPage(browser);
    await page.goto(peer.url);
    await enter(page, "yeni");
    await page.waitForSelector("input[autocomplete=new-password]");
    const [old, fresh, again] = await page.locator("input").all();
    await old.fill("secret");
    await fresh.fill("uzun bir parola");
    await again.fill("başka bir parola");
    await page.click("button[type=submit]");
    await page.waitForSelector("text=İki yeni parola aynı değil.");
    await again.fill("uzun bir parola");
    await page.click("button[type=submit]");
    await page.waitForSelector("header [data-testid=state]");
    assert.deepEqual(asked("POST", "/password")[0][2], { old: "secret", new: "uzun bir parola" });
    return page;
  },
  "the shift begins, the agent becomes available and idle with a code": async () => {
    const page = await desktop({});
    await page.click("text=Vardiyaya başla");
    await page.click("button:has-text('Uygun ol')");
    await page.waitForSelector("text=Hazırsınız");
    await page.click("[data-testid=state]");
    await page.keyboard.press("ArrowDown");
    await page.click("[role=menuitem]:has-text('Yemek')");
    await until("the idle code", () => asked("POST", "/agents/ayse/idle").length === 1);
    assert.deepEqual(asked("POST", "/idle")[0][2], { idle_code: 2 });
    return page;
  },
  "the next state can be chosen while busy": async () => {
    const page = await desktop({ agent: agent("Engaged"), attempt: talking() });
    await page.click("[data-testid=state]");
    await page.click("[role=menuitem]:has-text('Mola')");
    await page.waitForSelector(".state-next:has-text('Mola')");
    return page;
  },
  "one popover whose text changes, from the first contact to the next": async () => {
    const page = await desktop({ agent: agent("Reserved"), attempt: attempt("dialing") });
    const popover = await page.waitForSelector("[data-testid=dial-popover]");
    assert.match(await popover.innerText(), /Giden[\s\S]*Sonbahar Yenileme[\s\S]*Aranıyor/);
    for (const [progress, text] of [
      ["ringing", "Çalıyor"],
      ["analysing", "çözümleniyor"],
    ]) {
      peer.set({ attempt: attempt(progress) });
      await page.waitForSelector(`[data-testid=progress]:has-text('${text}')`);
    }
    peer.set({ attempt: null, agent: agent("Available") });
    await page.waitForSelector("[data-testid=progress]:has-text('Sıradaki')");
    peer.set({
      attempt: attempt("dialing", { id: 9002, campaign: "Müşteri Anketi" }),
      agent: agent("Reserved"),
    });
    await page.waitForSelector(".dial-campaign:has-text('Müşteri Anketi')");
    assert.ok(await popover.evaluate((e) => e.isConnected), "it is the same element");
    return page;
  },
  "a contact's details are there at once, scripts in them are text": async () => {
    const page = await desktop({ agent: agent("Reserved"), attempt: attempt("analysing") });
    await page.waitForSelector("[data-testid=dial-popover]");
    const painted = page.evaluate(
      () =>
        new Promise((resolve) => {
          new MutationObserver(() => {
            if (document.querySelector("[data-testid=interaction]"))
              requestAnimationFrame(() => resolve(Date.now()));
          }).observe(document.body, { subtree: true, childList: true });
        }),
    );
    const sent = Date.now();
    peer.set({ agent: agent("Engaged"), attempt: talking({ merged_at: new Date().toISOString() }) });
    console.log(`  (painted ${(await painted) - sent} ms after the server said so)`);
    assert.match(await page.innerText("#contact-name"), /İlknur Çağlayan <script>/);
    assert.equal(await page.evaluate(() => "__ran" in globalThis), false);
    return page;
  },
  "End is refused on hold, with its reason; keys do it all": async () => {
    const page = await desktop({ agent: agent("Engaged"), attempt: talking() });
    await page.waitForSelector("[data-testid=interaction]");
    await page.keyboard.press("Alt+h");
    await page.waitForSelector("#why-no-end");
    await page.click(".end-button", { force: true });
    await page.keyboard.press("Alt+e");
    await page.keyboard.press("Alt+h");
    await page.waitForSelector("#why-no-end", { state: "detached" });
    assert.equal(asked("POST", "/end").length, 0);
    await page.keyboard.press("Alt+k");
    await page.waitForSelector(".keypad");
    await page.keyboard.press("5");
    await until("the key", () => asked("POST", "/dtmf").length === 1);
    await page.keyboard.press("Alt+e");
    await until("the end", () => asked("POST", "/end").length === 1);
    return page;
  },
  "a note and its draft survive a reload": async () => {
    const page = await desktop({ agent: agent("Engaged"), attempt: talking() });
    await page.fill(".notes textarea", "Akşam aransın");
    page.on("dialog", (dialog) => void dialog.accept());
    await page.reload();
    await page.waitForSelector("[data-testid=interaction]");
    assert.equal(await page.inputValue(".notes textarea"), "Akşam aransın");
    await page.click("text=Notu kaydet");
    await page.waitForSelector("text=Kaydedildi.");
    assert.deepEqual(asked("POST", "/note")[0][2], { attempt: 9001, text: "Akşam aransın" });
    return page;
  },
  "a guide is walked, left with a reload, changed and submitted": async () => {
    const page = await desktop({ agent: agent("Engaged"), attempt: talking() });
    page.on("dialog", (dialog) => void dialog.accept());
    const next = () => page.click(".ask button[type=submit]");
    await page.check("text=Evet");
    await next();
    await page.check("text=Biraz");
    await next();
    await page.waitForSelector("text=Hangileri ilginizi çeker?");
    await page.reload();
    await page.waitForSelector("text=Hangileri ilginizi çeker?");
    await next(); // passed over
    await next(); // required: refused
    await page.waitForSelector("text=Bu soru yanıtlanmalı.");
    await page.fill(".ask input", "üç");
    await next();
    await page.waitForSelector("text=Bir sayı yazın.");
    await page.fill(".ask input", "3");
    await next();
    await page.fill(".ask input", "2026-12-01");
    await next();
    await page.click(".guide-path li:nth-child(2) button");
    await page.check("text=Çok");
    await next();
    peer.set({
      agent: agent("WrappingUp"),
      attempt: talking({ progress: "wrapping_up" }),
      wrap_up: wrapUp(),
    });
    await page.waitForSelector("[data-testid=wrap-up]");
    await page.click("button:has-text('Gönder')");
    await page.waitForSelector("text=Yanıtlar gönderildi.");
    assert.deepEqual(asked("POST", "/answers/submit")[0][2].answers, {
      right: ["yes"],
      pleased: ["very"],
      wants: [],
      people: ["3"],
      when: ["2026-12-01"],
    });
    return page;
  },
  "wrap-up by keyboard alone, found by a Turkish word": async () => {
    const page = await desktop({
      agent: agent("WrappingUp"),
      attempt: talking({ progress: "wrapping_up" }),
      wrap_up: wrapUp(),
    });
    await page.waitForSelector("[data-testid=wrap-up]");
    await page.keyboard.type("ISITMA");
    await page.keyboard.press("Alt+f");
    await page.waitForSelector(".star-on");
    await page.keyboard.press("Enter");
    await page.waitForSelector("[role=option][aria-selected=true]");
    await page.keyboard.press("Enter");
    await page.waitForSelector("[data-testid=wrap-up]", { state: "detached" });
    assert.deepEqual(asked("POST", "/wrap-up")[0][2], { attempt: 9001, code: "3" });
    return page;
  },
  "a callback is asked for in the contact's zone": async () => {
    const page = await desktop({
      agent: agent("WrappingUp"),
      attempt: talking({ progress: "wrapping_up" }),
      wrap_up: wrapUp(),
    });
    await page.fill("[role=combobox]", "geri ara");
    await page.keyboard.press("Enter");
    await page.fill("input[type=datetime-local]", "2020-01-01T10:00");
    await page.click("text=Toparlamayı bitir");
    await page.waitForSelector("text=Geri arama zamanı gelecekte olmalı.");
    await page.fill("input[type=datetime-local]", "2031-01-06T10:00");
    await page.click("text=Toparlamayı bitir");
    await until("the wrap-up", () => asked("POST", "/wrap-up").length === 1);
    assert.deepEqual(asked("POST", "/wrap-up")[0][2], {
      attempt: 9001,
      code: "4",
      callback_at: "2031-01-06T07:00:00.000Z",
      callback_agent: "ayse",
    });
    return page;
  },
  "an unacknowledged wrap-up is sent again, once; then the agent is asked": async () => {
    const page = await desktop({
      agent: agent("WrappingUp"),
      attempt: talking({ progress: "wrapping_up" }),
      wrap_up: wrapUp(),
    });
    const lost = { status: 503, body: { title: "busy", reason: "busy" } };
    peer.answers.set("POST /api/v1/agents/ayse/wrap-up", [lost, lost]);
    await page.fill("[role=combobox]", "satış");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await page.waitForSelector("text=Sunucu onaylamadı.");
    assert.equal(asked("POST", "/wrap-up").length, 2);
    await page.click("text=Toparlamayı bitir");
    await page.waitForSelector("[data-testid=wrap-up]", { state: "detached" });
    const sent = asked("POST", "/wrap-up");
    assert.equal(sent.length, 3);
    assert.deepEqual(sent[0][2], sent[2][2]);
    assert.equal(new Set(sent.map(([, , , , key]) => key)).size, 1); // one intent, one key
    return page;
  },
  "too many changes are told in plain words, and the same wish has the same key until it is answered":
    async () => {
      const page = await desktop({ agent: agent("Engaged"), attempt: talking() });
      peer.answers.set("POST /api/v1/agents/ayse/hold", [
        { status: 429, body: { title: "too many requests" }, headers: { "Retry-After": "3" } },
      ]);
      await page.keyboard.press("Alt+h");
      await page.waitForSelector("text=3 saniye sonra yeniden deneyin");
      await page.keyboard.press("Alt+h");
      await page.waitForSelector("text=Sürdür");
      await page.keyboard.press("Alt+h");
      await until("it is resumed", () => asked("POST", "/resume").length === 1);
      await page.waitForSelector("text=Beklet");
      await page.keyboard.press("Alt+h");
      await until("it is held again", () => asked("POST", "/hold").length === 3);
      const [first, again, another] = asked("POST", "/hold").map(([, , , , key]) => key);
      assert.match(first, /^[0-9a-f]{32}$/);
      assert.equal(again, first);
      assert.notEqual(another, first);
      assert.equal(asked("POST", "/session")[0]?.[4], undefined);
      return page;
    },
  "the day's figures and promised callbacks are there while nobody is on the line, and gone in a call":
    async () => {
      const needed = ["GET /api/v1/agents/{}/day", "GET /api/v1/agents/{}/callbacks"];
      const missing = needed.find((route) => !contractRoutes().includes(route));
      if (missing) return console.log(`     skipped: the contract has no ${missing}`);
      const page = await desktop({ agent: agent("Available") });
      await page.waitForSelector("dd:has-text('2:05:12')");
      await page.waitForSelector("text=İlknur Çağlayan · +905321234567");
      peer.set({ agent: agent("Engaged"), attempt: talking() });
      await page.waitForSelector("[data-testid=interaction]");
      assert.equal(await page.locator(".my-day").count(), 0);
      return page;
    },
  "two tabs: the newest is active, the other one takes over": async () => {
    const page = await desktop({ agent: agent("Available") });
    const second = await page.context().newPage();
    await second.goto(peer.url);
    await second.waitForSelector("header [data-testid=state]");
    await page.waitForSelector("text=Masaüstünüz başka bir sekmede açık");
    await page.click("button:has-text('Burada sürdür')");
    await page.waitForSelector("header [data-testid=state]");
    await second.waitForSelector("text=Masaüstünüz başka bir sekmede açık");
    await second.close();
    return page;
  },
  "a lost connection says so and comes back by itself": async () => {
    const page = await desktop({ agent: agent("Engaged"), attempt: talking() });
    peer.refuse_live = true;
    peer.drop();
    await page.waitForSelector("text=Sunucuyla bağlantı koptu.");
    peer.refuse_live = false;
    await page.waitForSelector("text=Sunucuyla bağlantı koptu.", { state: "detached" });
    await page.waitForSelector("[data-testid=interaction]");
    return page;
  },
  "a session that ended asks for the password again, and goes on where it was": async () => {
    const page = await desktop({ agent: agent("Available") });
    peer.user = null;
    peer.drop();
    await page.waitForSelector("text=Oturumunuz sona erdi.");
    await enter(page);
    await page.waitForSelector("text=Hazırsınız");
    return page;
  },
  "the browser's voice path comes up, is heard, and comes back after a loss": async () => {
    const page = await desktop({ leg: { state: "Down", mode: "webrtc", since: new Date().toISOString() } });
    // The other end is a second Chromium page: the peer itself speaks no WebRTC.
    const far = await page.context().newPage();
    await far.goto(`${peer.url}/icon.svg`);
    const answer = (offer) =>
      far.evaluate(async (sdp) => {
        globalThis.pc?.close();
        const pc = new RTCPeerConnection();
        globalThis.pc = pc;
        globalThis.mic ??= await navigator.mediaDevices.getUserMedia({ audio: true });
        await pc.setRemoteDescription({ type: "offer", sdp });
        pc.addTrack(globalThis.mic.getTracks()[0], globalThis.mic);
        await pc.setLocalDescription();
        if (pc.iceGatheringState !== "complete")
          await new Promise((resolve) => {
            pc.onicegatheringstatechange = () => pc.iceGatheringState === "complete" && resolve();
          });
        return pc.localDescription.sdp;
      }, offer);
    let served = 0;
    const serve = async () => {
      const offers = peer.log.filter(([m, type]) => m === "LIVE" && type === "webrtc");
      if (offers.length > served) {
        served = offers.length;
        const sdp = await answer(offers[served - 1][2].sdp);
        for (const socket of peer.sockets)
          if (!socket.quiet) socket.send(JSON.stringify({ type: "webrtc", sdp }));
      }
    };
    const ready = async () => {
      await serve();
      return page.isEnabled("button:has-text('Vardiyaya başla')");
    };
    await until("the path is up", ready);
    assert.match(peer.log.find(([m]) => m === "LIVE")[2].sdp, /PCMU/);
    assert.doesNotMatch(peer.log.find(([m]) => m === "LIVE")[2].sdp, /opus/i);
    const bytes = () =>
      far.evaluate(async () => {
        for (const s of (await globalThis.pc.getStats()).values())
          if (s.type === "inbound-rtp") return s.bytesReceived;
        return 0;
      });
    await until("sound arrives", async () => (await bytes()) > 4000);
    const level = () => page.evaluate(() => Number(document.querySelector("meter").value));
    await until("the level meter moves", async () => (await level()) > 0.1);
    await far.evaluate(() => globalThis.pc.close());
    for (const socket of peer.sockets)
      if (!socket.quiet) socket.send('{"type":"webrtc_failed","reason":"consent_expired"}');
    await until(
      "a new offer",
      () => peer.log.filter(([m, type]) => m === "LIVE" && type === "webrtc").length > served,
    );
    await until("the path is up again", ready);
    return page;
  },
  "a microphone that is refused is said in plain words": async () => {
    peer.user = null;
    const page = await openPage(browser);
    await page.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError"));
    });
    peer.desk = { ...firstDesk(), leg: { state: "Down", mode: "webrtc", since: new Date().toISOString() } };
    await page.goto(peer.url);
    await enter(page);
    await page.waitForSelector("text=Mikrofon izni verilmedi.");
    return page;
  },
};

await runAll(TESTS);
