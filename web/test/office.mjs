// What the office does, step by step in Chromium against the test peer.
import assert from "node:assert/strict";
import { contractRoutes } from "../contract_routes.js";
import { openPage } from "./browser.mjs";
import { asked, browser, enter, peer, runAll, until, WITHIN_MS } from "./suite.mjs";

async function office(path, user = "deniz", options) {
  peer.user = null;
  peer.log = [];
  peer.answers.clear();
  peer.held.clear();
  const page = await openPage(browser, options);
  page.setDefaultTimeout(WITHIN_MS);
  await page.goto(peer.url);
  await enter(page, user);
  await page.waitForSelector("header");
  await page.goto(peer.url + path);
  await page.waitForSelector("main h1");
  return page;
}
const ROUTES = new Set(contractRoutes());
const skipped = (route) => {
  console.log(`     skipped: the contract has no ${route}, so the office does not offer it`);
  return null;
};
const field = (page, label) => page.getByLabel(label, { exact: true });

const SETUP = ROUTES.has("POST /api/v1/setup");
const TESTS = {
  "the first administrator is made with the link of the first start, and begins with the guide": async () => {
    if (!SETUP) return skipped("POST /api/v1/setup");
    peer.user = null;
    peer.setup_token = "T0k3n";
    peer.held = new Map(
      ["trunks", "teams", "agents", "users", "lists", "entry-points", "queues", "campaigns", "attempts"].map(
        (kind) => [`/api/v1/${kind}`, []],
      ),
    );
    const page = await openPage(browser);
    page.setDefaultTimeout(WITHIN_MS);
    await page.goto(peer.url);
    await page.waitForSelector("text=Bu sunucunun henüz yöneticisi yok.");
    await page.goto(`${peer.url}/setup`);
    await page.waitForSelector("text=Adres eksik");
    await page.goto("about:blank");
    await page.goto(`${peer.url}/setup#T0k3n`);
    await field(page, "Kullanıcı adı").fill("deniz");
    await field(page, "Adınız ve soyadınız").fill("Deniz İnce");
    await field(page, "Parola").fill("kısa");
    await field(page, "Parola, bir kez daha").fill("başka");
    await page.keyboard.press("Enter");
    await page.waitForSelector("text=İki parola aynı değil");
    assert.equal(await page.evaluate(() => document.activeElement.name), "repeat");
    await field(page, "Parola, bir kez daha").fill("kısa");
    await page.keyboard.press("Enter");
    await page.waitForSelector("text=10 ile 200 arasında karakter yazın");
    assert.equal(await page.evaluate(() => document.activeElement.name), "password");
    await field(page, "Parola").fill("uzun bir parola");
    await field(page, "Parola, bir kez daha").fill("uzun bir parola");
    await page.keyboard.press("Enter");
    await page.waitForSelector("text=5 adımdan 0 tanesi tamam");
    assert.equal(new URL(page.url()).pathname, "/start");
    assert.equal(new URL(page.url()).hash, "");
    await page.waitForSelector("pre:has-text('[[trunk]]')");
    peer.held.set("/api/v1/trunks", [{ id: 1, name: "operatör-1", up: true }]);
    await page.waitForSelector("text=5 adımdan 1 tanesi tamam");
    await page.click("button:has-text('Rehberi kaldır')");
    await page.waitForSelector("h1:has-text('Kampanyalar')");
    await page.goto(peer.url);
    await page.waitForSelector("h1:has-text('Kampanyalar')");
    await page.click(".office-nav a:has-text('Başlangıç')");
    await page.waitForSelector("h1:has-text('Başlangıç')");
    return page;
  },
  "a supervisor walks every page, asks for nothing that is refused, and is offered nothing that would be":
    async () => {
      peer.forbidden = [];
      const page = await office("/campaigns", "onur");
      const sections = await page.locator(".office-nav a").evaluateAll((all) => all.map((a) => a.pathname));
      assert.ok(sections.includes("/attempts") && !sections.includes("/users"));
      const campaign = "/campaigns/Sonbahar%20Yenileme";
      for (const path of [...sections, campaign, "/guides/Abonelik"]) {
        await page.goto(peer.url + path);
        await page.waitForSelector("main h1");
        await page.waitForLoadState("networkidle");
        assert.equal(await page.locator("main [role=alert]").count(), 0, path);
      }
      for (const path of ["/users", "/trunks", "/campaigns/new", "/campaigns/edit/Sonbahar%20Yenileme"]) {
        await page.goto(peer.url + path);
        await page.waitForSelector("text=Bu sayfa yöneticinindir");
      }
      await page.goto(`${peer.url}/guides`);
      await page.click("button[aria-label='Sürümler: Abonelik']");
      await page.waitForSelector("a:has-text('2. sürüm')");
      assert.deepEqual(peer.forbidden, []);
      return page;
    },
  "an emergency stop is asked about first": async () => {
    const page = await office("/campaigns/Sonbahar%20Yenileme", "onur");
    await page.click("button[aria-label='Acil durdur: Sonbahar Yenileme']");
    await page.click("[role=dialog] button:has-text('Acil durdur') >> nth=-1");
    await until("it is asked", () => asked("POST", "/emergency-stop").length === 1);
    return page;
  },
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
  "a user is made; what the server refuses stands at its field and nothing typed is lost": async () => {
    const page = await office("/users");
    await page.click("a:has-text('Yeni kullanıcı')");
    await field(page, "Kullanıcı adı *").fill("ışık");
    await field(page, "Adı soyadı *").fill("Işık Çağlayan");
    await field(page, "Temsilci *").selectOption("ışık");
    await field(page, "Parola *").fill("kısa");
    const path = `/api/v1/users/${encodeURIComponent("ışık")}`;
    peer.answers.set(`PUT ${path}`, [
      {
        status: 422,
        body: {
          title: "refused",
          errors: [{ field: "password", what: "too short", mend: "write 10 characters" }],
        },
      },
    ]);
    await page.click("button:has-text('Oluştur')");
    await page.waitForSelector("text=too short: write 10 characters");
    assert.equal(await page.evaluate(() => document.activeElement.name), "password");
    assert.equal(await field(page, "Adı soyadı *").inputValue(), "Işık Çağlayan");
    await field(page, "Parola *").fill("uzun bir parola");
    await page.click("button:has-text('Oluştur')");
    await page.waitForSelector("h1:has-text('Kullanıcılar')");
    assert.deepEqual(asked("PUT", path)[1][2], {
      name: "Işık Çağlayan",
      role: "agent",
      language: "tr",
      password: "uzun bir parola",
      agent: "ışık",
    });
    return page;
  },
  "a user is closed after a question, and a search finds Turkish letters however they are typed":
    async () => {
      const page = await office("/users");
      await page.getByLabel("Ara", { exact: true }).fill("ISIK");
      await until("one row", async () => (await page.locator("tbody tr").count()) === 1);
      await page.click("button[aria-label='Kapat: ayse']");
      await page.click("[role=dialog] button:has-text('Kapat') >> nth=-1");
      await until("it is asked", () => asked("PUT", "/users/ayse").length === 1);
      assert.deepEqual(asked("PUT", "/users/ayse")[0][2], { enabled: false });
      return page;
    },
  "the order of a queue's teams is changed with the keyboard": async () => {
    if (!ROUTES.has("PUT /api/v1/queues/{}")) return skipped("PUT /api/v1/queues/{queue}");
    const page = await office("/queues/edit/Yenileme");
    await page.locator("button[aria-label='Aşağı: Yenileme Ekibi']").focus();
    await page.keyboard.press("Enter");
    await page.click("button:has-text('Kaydet')");
    await until("it is sent", () => asked("PUT", "/queues/Yenileme").length === 1);
    assert.deepEqual(asked("PUT", "/queues/Yenileme")[0][2].teams, ["Şikâyet Ekibi", "Yenileme Ekibi"]);
    return page;
  },
  "a team is removed after a question, and a refusal says why": async () => {
    const page = await office("/teams");
    peer.answers.set("DELETE /api/v1/teams/%C5%9Eik%C3%A2yet%20Ekibi", [
      { status: 409, body: { title: "refused", reason: "in_use" } },
    ]);
    await page.click("button[aria-label='Sil: Şikâyet Ekibi']");
    await page.click("[role=dialog] button:has-text('Sil') >> nth=-1");
    await page.waitForSelector("text=Kullanılıyor, bu yüzden silinemez.");
    assert.equal(await page.locator("button[aria-label='Sil: Yenileme Ekibi']").count(), 0); // in the file
    return page;
  },
  "a campaign is changed step by step; a refused field opens its step, and the rest stays as it was":
    async () => {
      const page = await office("/campaigns/edit/Sonbahar%20Yenileme");
      const path = "/api/v1/campaigns/Sonbahar%20Yenileme";
      await page.click(".steps li:nth-child(2) button");
      await field(page, "Kişi başına en çok deneme").fill("çok");
      await field(page, "Açılış").first().fill("9:30");
      await page.click(".steps li:nth-child(5) button");
      peer.answers.set(`PUT ${path}`, [
        {
          status: 422,
          body: {
            title: "the settings have faults",
            errors: [{ field: "caps.per_contact", what: "0 is out of range", mend: "write 1 to 100" }],
          },
        },
      ]);
      await page.click("button:has-text('Kaydet')");
      await page.waitForSelector("text=0 aralığın dışında: 1 ile 100 arasında yazın");
      await field(page, "Kişi başına en çok deneme").fill("5");
      await page.click("button:has-text('Kaydet')");
      await until("it is sent", () => asked("PUT", path).length === 2);
      const [first, second] = asked("PUT", path).map(([, , body]) => body);
      assert.equal(first.caps.per_contact, "çok");
      assert.deepEqual(second.caps, { per_contact: 5, per_number: 3, per_number_day: 2, gap_min_min: 10 });
      assert.equal(second.windows[0].open, "09:30");
      assert.deepEqual(second.retry.busy, { then: "same_number", delay_min: 30, attempts_max: 3 });
      assert.equal(second.name, undefined);
      await page.waitForSelector("h2:has-text('Neden aramıyor?')");
      return page;
    },
  "a campaign is cloned without its lists": async () => {
    const page = await office("/campaigns/Sonbahar%20Yenileme");
    await page.click("a:has-text('Kopyala')");
    await page.waitForSelector(".form-card");
    assert.equal(await field(page, "Ad *").inputValue(), "Sonbahar Yenileme (kopya)");
    await page.click("button:has-text('Oluştur')");
    const path = "/api/v1/campaigns/Sonbahar%20Yenileme%20(kopya)";
    await until("it is sent", () => asked("PUT", path).length === 1);
    const body = asked("PUT", path)[0][2];
    assert.deepEqual(body.lists, []);
    assert.equal(body.queue, "Yenileme");
    return page;
  },
  "a list is looked at before it is sent, and its columns are named": async () => {
    const page = await office("/lists");
    await field(page, "Liste adı").fill("Aralık");
    const text = "Kayıt;Ad;Tel\nM-1;İlknur;0532 123 45 67\n";
    await page.setInputFiles("input[type=file]", {
      name: "aralık.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(text),
    });
    await page.waitForSelector("td:has-text('İlknur')");
    await page.getByLabel("Sütunun anlamı: Tel").selectOption({ label: "Telefon" });
    await page.click("button:has-text('Yükle')");
    await page.waitForSelector("text=5 satır okundu: 3 yeni");
    const [, , body, query] = asked("POST", "/import")[0];
    assert.equal(body, text);
    assert.deepEqual(
      [query.get("country"), query.get("delimiter"), query.get("map.Tel")],
      ["TR", ";", "phone"],
    );
    const file = page.waitForEvent("download");
    await page.click("button:has-text('Sorunlu satırları indir')");
    assert.equal((await file).suggestedFilename(), "import-12.csv");
    return page;
  },
  "the office offers what the contract has and nothing that would be answered with no such path":
    async () => {
      const page = await office("/campaigns");
      const shown = await page.locator(".office-nav a").evaluateAll((all) => all.map((a) => a.pathname));
      for (const section of ["teams", "queues", "entry-points"])
        assert.equal(shown.includes(`/${section}`), ROUTES.has(`GET /api/v1/${section}`), section);
      await page.goto(`${peer.url}/trunks/edit/operat%C3%B6r-1`);
      const form = ROUTES.has("PUT /api/v1/trunks/{}");
      await page.waitForSelector(form ? ".form-card" : "main table");
      assert.equal((await page.locator("a:has-text('Yeni hat')").count()) > 0, false);
      return page;
    },
  "numbers not to be called come from a file in one upload, and go to one": async () => {
    if (!ROUTES.has("POST /api/v1/dnc/import")) return skipped("POST /api/v1/dnc/import");
    const page = await office("/dnc");
    const text = "+90 532 123 45 67\n0532\n+905331112233\n";
    await page.setInputFiles("input[type=file]", {
      name: "liste.txt",
      mimeType: "text/plain",
      buffer: Buffer.from(text),
    });
    await page.click("button:has-text('Yükle')");
    await page.waitForSelector("text=3 satır okundu: 1 numara eklendi, 1 zaten vardı, 1 satır alınmadı.");
    const [, , body, query] = asked("POST", "/dnc/import")[0];
    assert.equal(body, text);
    assert.equal(query.get("country"), "TR");
    const refused = page.waitForEvent("download");
    await page.click("button:has-text('Alınmayan satırları indir')");
    assert.equal((await refused).suggestedFilename(), "do-not-call-refused.csv");
    const file = page.waitForEvent("download");
    await page.click("a:has-text('Listeyi indir')");
    assert.equal((await file).suggestedFilename(), "do-not-call.csv");
    return page;
  },
  "attempts are filtered by the server, the filters stand in the address, and the file has the same":
    async () => {
      if (!ROUTES.has("GET /api/v1/attempts.csv")) return skipped("GET /api/v1/attempts.csv");
      const page = await office("/attempts");
      await field(page, "Sonuç").selectOption({ label: "Meşgul" });
      await field(page, "Temsilci").selectOption("ışık");
      await field(page, "Numara").fill("0532 123");
      await field(page, "İlk gün").fill("2026-11-23");
      await page.keyboard.press("Enter");
      await until("it is asked", () => asked("GET", "/attempts").at(-1)?.[3].has("from"));
      const query = asked("GET", "/attempts").at(-1)[3];
      assert.deepEqual(
        [query.get("outcome"), query.get("agent"), query.get("number"), query.get("from")],
        ["busy", "ışık", "0532123", "2026-11-22T21:00:00.000Z"],
      );
      assert.equal(new URL(page.url()).searchParams.get("from"), "2026-11-23");
      const link = new URL(await page.locator("a[download]").getAttribute("href"), peer.url);
      assert.equal(link.pathname, "/api/v1/attempts.csv");
      assert.equal(link.searchParams.get("agent"), "ışık");
      const file = page.waitForEvent("download");
      await page.click("a[download]");
      assert.equal((await file).suggestedFilename(), "attempts.csv");
      await page.reload();
      await page.waitForSelector("table");
      assert.equal(await field(page, "Numara").inputValue(), "0532 123");
      await page.click("button:has-text('Süzgeçleri kaldır')");
      await until("they are gone", () => new URL(page.url()).search === "");
      return page;
    },
  "an attempt is opened with all that is known of it, and leads to its contact": async () => {
    const page = await office("/attempts");
    await page.click("tbody tr:first-child a >> nth=0");
    await page.waitForSelector("h1:has-text('9001')");
    if (!ROUTES.has("GET /api/v1/attempts/{}")) return page;
    await page.waitForSelector("td:has-text('Placed → Answered')");
    await page.waitForSelector("text=Akşam 18'den sonra aransın.");
    await page.waitForSelector("dt:has-text('ile mi görüşüyorum?')");
    await page.click("dd a:has-text('İlknur')");
    await page.waitForSelector("text=Şimdi aranamaz.");
    return page;
  },
  "a person is found, and one of the numbers is never called again": async () => {
    if (!ROUTES.has("GET /api/v1/contacts")) return skipped("GET /api/v1/contacts");
    const page = await office("/people", "onur");
    await page.getByLabel("Numara, ad ya da kayıt").fill("il");
    await page.keyboard.press("Enter");
    await page.waitForSelector("text=En az 3 karakter yazın.");
    await page.getByLabel("Numara, ad ya da kayıt").fill("ilknur");
    await page.keyboard.press("Enter");
    await page.waitForSelector("text=Daha fazlası olabilir");
    await page.click("tbody a");
    await page.waitForSelector("td:has-text('Yeniden deneme zamanı')");
    await page.click("button[aria-label='Aranmayacaklara ekle: +905321234567']");
    await page.keyboard.press("Enter"); // the question has the focus
    await until("it is asked", () => asked("PUT", "/dnc/%2B905321234567").length === 1);
    await until(
      "both are",
      async () => (await page.locator("td:has-text('Aranmayacaklarda')").count()) === 2,
    );
    assert.deepEqual(peer.forbidden, []);
    return page;
  },
  "what was changed is read as a difference": async () => {
    if (!ROUTES.has("GET /api/v1/audit")) return skipped("GET /api/v1/audit");
    const page = await office("/audit?who=deniz&from=2026-11-23");
    await until("it is asked", () => asked("GET", "/audit").length > 0);
    assert.equal(asked("GET", "/audit")[0][3].get("who"), "deniz");
    await page.click("summary:has-text('1 değişiklik') >> nth=0");
    await page.waitForSelector("td:has-text('Yenileme Ekibi, Şikâyet Ekibi')");
    return page;
  },
  "a webhook keeps its secret to itself, and a delivery is sent again": async () => {
    if (!ROUTES.has("GET /api/v1/webhooks")) return skipped("GET /api/v1/webhooks");
    const page = await office("/webhooks/edit/crm");
    await page.waitForSelector("td:has-text('500 Internal Server Error')");
    assert.equal(await page.locator("input[name=secret]").inputValue(), "");
    await page.getByLabel("Kılavuz gönderildi").check();
    await page.click("button[aria-label='Yeniden gönder: 52']");
    await page.click("button:has-text('Sınama gönder')");
    await until(
      "both are asked",
      () => asked("POST", "/52/again").length + asked("POST", "/crm/test").length === 2,
    );
    await page.click("button:has-text('Kaydet')");
    await until("it is saved", () => asked("PUT", "/webhooks/crm").length === 1);
    assert.deepEqual(asked("PUT", "/webhooks/crm")[0][2], {
      url: "https://crm.example.com/ziptone",
      events: ["attempt_ended", "wrap_up", "guide_submitted"],
      enabled: true,
    });
    return page;
  },
  "a dry run tells who could be dialed and what stops the rest": async () => {
    if (!ROUTES.has("GET /api/v1/campaigns/{}/dry-run"))
      return skipped("GET /api/v1/campaigns/{campaign}/dry-run");
    const page = await office("/campaigns/Sonbahar%20Yenileme", "onur");
    await page.click("button:has-text('Provayı yap')");
    await page.waitForSelector("dd:has-text('1.205')");
    await page.waitForSelector("td:has-text('Yeniden deneme zamanı')");
    return page;
  },
};

await runAll(TESTS);
