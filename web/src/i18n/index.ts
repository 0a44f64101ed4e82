import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import en from "./en.json";
import tr from "./tr.json";

export type Language = "tr" | "en";
const KEPT = "ziptone.language";

function first(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === "tr" || kept === "en") return kept;
  return navigator.language.toLowerCase().startsWith("en") ? "en" : "tr";
}

function tell(language: string): void {
  document.documentElement.lang = language;
}

export function setLanguage(language: Language): void {
  localStorage.setItem(KEPT, language);
  void i18next.changeLanguage(language);
}

i18next.on("languageChanged", tell);
void i18next.use(initReactI18next).init({
  resources: { tr: { translation: tr }, en: { translation: en } },
  lng: first(),
  fallbackLng: "en",
  initAsync: false,
  interpolation: { escapeValue: false }, // React escapes; a second time would show &amp; to people
});
tell(i18next.language);

export default i18next;
