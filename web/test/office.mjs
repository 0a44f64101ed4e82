// What the office does, step by step in Chromium against the test peer.
import assert from "node:assert/strict";
import { openPage } from "./browser.mjs";
import { asked, browser, enter, peer, runAll, until, WITHIN_MS } from "./suite.mjs";

async function office(path, user = "deniz", options) {
  peer.user = null;
  peer.log = [];
  peer.answers.clear();
  const page = await openPage(browser, options);
  page.setDefaultTimeout(WITHIN_MS);
  await page.goto(peer.url);
  await enter(page, user);
  await page.waitForSelector("header");
  await page.goto(peer.url + path);
  await page.waitForSelector("main h1");
  return page;
}
const field = (page, label) => page.getByLabel(label, { exact: true });

const TESTS = {
  "a guide is built in the form, walked through, and kept as a new version": async () => {
    const page = await office("/guides");
    await page.getByLabel("Kılavuzun adı").fill("Anket");
    await page.click("button:has-text('Yeni kılavuz')");
    await page.waitForSelector(".editor");
    await field(page, "Sorunun metni: Türkçe").fill("{{ad}} ile mi görüşüyorum?");
    await field(page, "Sorunun metni: İngilizce").fill("Am I speaking with {{ad}}?");
    await page.click("button:has-text('+ Dal ekle')");
    await field(page, "Yanıt").selectOption({ label: "Hayır" });
    await field(page, "Önerilen kod").selectOption({ label: "Yanlış numara" });
    await page.click("button:has-text('+ Soru ekle')");
    await field(page, "Yanıt türü").selectOption({ label: "Sayı" });
    await field(page, "Sorunun metni: Türkçe").fill("Kaç yaşındasınız?");
    await page.getByLabel("Dil kodu (ar)").fill("ar");
    await page.click("button:has-text('+ Dil ekle')");
    await field(page, "Sorunun metni: Arapça").fill("كم عمرك؟");
    assert.equal(await field(page, "Sorunun metni: Arapça").getAttribute("dir"), "rtl");
    await page.getByRole("tab", { name: "Önizleme" }).click();
    await page.click(".ask [role=radiogroup] input >> nth=1");
    await page.click(".ask button[type=submit]");
    await page.waitForSelector("text=Kılavuz tamamlandı.");
    await page.waitForSelector("strong:has-text('Yanlış numara')");
    await page.reload();
    await page.waitForSelector("text=Kaydedilmemiş değişiklik var");
    await page.click("button:has-text('Yeni sürüm olarak kaydet')");
    await until("the guide is sent", () => asked("PUT", "/guides/Anket").length === 1);
    const sent = asked("PUT", "/guides/Anket")[0][2];
    assert.deepEqual(sent.languages, ["tr", "en", "ar"]);
    assert.deepEqual(sent.sets[0].questions[0].branches, [{ answer: "no", to: "end", code: "Wrong Number" }]);
    assert.equal(sent.sets[0].questions[1].kind, "number");
    await page.waitForSelector("text=4. sürüm");
    return page;
  },
  "a guide that is refused loses nothing, and its faults stand at their questions": async () => {
    const page = await office("/guides/Abonelik");
    peer.answers.set("PUT /api/v1/guides/Abonelik", [
      {
        status: 422,
        body: {
          title: "the guide has faults",
          reason: "guide_faults",
          errors: [
            {
              field: "question consent",
              what: "missing_language: has no text in ar",
              mend: "write it in ar",
            },
          ],
        },
      },
    ]);
    await field(page, "Sorunun metni: Türkçe").fill("Siz misiniz?");
    await page.click("button:has-text('Yeni sürüm olarak kaydet')");
    await page.waitForSelector("text=Kaydedilmedi: 1 hata var.");
    await page.waitForSelector(".editor .faults >> text=Metin bir dilde yazılmamış.");
    assert.equal(await field(page, "Kimlik").inputValue(), "consent");
    await page.click(".outline-question >> nth=0");
    assert.equal(await field(page, "Sorunun metni: Türkçe").inputValue(), "Siz misiniz?");
    return page;
  },
  "a question is chosen in the graph with the keyboard": async () => {
    const page = await office("/guides/Abonelik");
    await page.getByRole("tab", { name: "Grafik" }).click();
    await page.locator(".graph-box >> nth=2").focus();
    await page.keyboard.press("Enter");
    await until("it is chosen", async () => (await field(page, "Kimlik").inputValue()) === "consent");
    return page;
  },
};

await runAll(TESTS);
