// What the test peer's office holds: the answers of the routes of administrators and supervisors, in the shapes of the server.
import { readFileSync } from "node:fs";

const subscription = JSON.parse(
  readFileSync(new URL("../../../tests/guide/subscription.json", import.meta.url), "utf8"),
);
const ago = (s) => new Date(Date.now() - s * 1000).toISOString();
const questions = subscription.sets.flatMap((s) => s.questions);

export const guides = {
  "/api/v1/guides": [
    { id: 5, name: "Abonelik", version: 3, at: ago(86400) },
    { id: 6, name: "Şikâyet görüşmesi", version: 1, at: ago(864000) },
  ],
  "/api/v1/guides/Abonelik": {
    id: 5,
    name: "Abonelik",
    version: 3,
    at: ago(86400),
    document: subscription,
  },
  "/api/v1/guides/Abonelik/versions": [3, 2, 1].map((version) => ({
    id: 5,
    name: "Abonelik",
    version,
    at: ago(86400 * (4 - version)),
  })),
  "/api/v1/guides/Abonelik/drop-off": {
    guide: 5,
    version: 3,
    submitted: 412,
    drafts: 37,
    questions: questions.map((q, i) => ({
      id: q.id,
      asked: Math.max(0, 449 - 13 * i),
      answered: Math.max(0, 440 - 14 * i),
      last: i % 4 === 0 ? 5 : 0,
    })),
  },
  "/api/v1/codes": [
    {
      id: 1,
      tr: "Satış",
      en: "Sale",
      description_tr: "Kişi teklifi kabul etti",
      description_en: "",
      system: false,
    },
    { id: 2, tr: "Yanlış numara", en: "Wrong Number", description_tr: "", description_en: "", system: true },
    {
      id: 3,
      tr: "Telesekreter",
      en: "Answering Machine",
      description_tr: "",
      description_en: "",
      system: true,
    },
  ],
};

/** What a guide answers to its new version. */
export const putGuide = (name) => ({ id: 5, name, version: 4, at: new Date().toISOString() });
