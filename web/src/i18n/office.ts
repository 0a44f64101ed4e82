// The words of the office's screens. An agent never loads them.
import i18next from "i18next";
import en from "./office.en.json";
import tr from "./office.tr.json";

i18next.addResourceBundle("tr", "translation", tr, true, true);
i18next.addResourceBundle("en", "translation", en, true, true);
