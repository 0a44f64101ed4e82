// Wrap-up codes and idle codes.
import { useTranslation } from "react-i18next";
import { put } from "../../api/client.ts";
import type { Shape } from "../../api/desk.ts";
import { type Entity, EntityPages } from "../kit/entity.tsx";
import type { Field } from "../kit/fields.tsx";
import { filled } from "./options.ts";

const EFFECTS = ["close", "success", "retry", "next_number", "callback", "do_not_call"];

type Code = Shape<"Code">;
interface CodeValues {
  name: string;
  name_tr: string;
  name_en: string;
  description_tr: string;
  description_en: string;
  effect: string;
}
const CODE: Entity<Code, CodeValues> = {
  section: "codes",
  path: "/api/v1/codes",
  removes: true,
  keyOf: (r) => r.en || r.tr,
  words: (r) => [r.tr, r.en],
  useColumns: () => {
    const { t } = useTranslation();
    return [
      { title: "Türkçe", cell: (r) => r.tr },
      { title: "English", cell: (r) => r.en },
      {
        title: t("code_form.effect"),
        cell: (r) => (r.effect ? t(`effect.${r.effect}`, { defaultValue: r.effect }) : ""),
      },
      { title: t("code_form.kind"), cell: (r) => t(r.system ? "code_form.system" : "code_form.own") },
    ];
  },
  useFields: (row) => {
    const { t } = useTranslation();
    const fields: Field<CodeValues>[] = [
      {
        name: "name",
        label: t("office.name"),
        hint: t("code_form.name_hint"),
        kind: "text",
        required: true,
        disabled: row !== null,
      },
      {
        name: "effect",
        label: t("code_form.effect"),
        hint: t("code_form.effect_hint"),
        kind: "select",
        options: EFFECTS.map((e) => ({ value: e, label: t(`effect.${e}`) })),
        disabled: row?.system === true,
      },
      { name: "name_tr", label: t("code_form.name_tr"), kind: "text", required: true },
      { name: "name_en", label: t("code_form.name_en"), kind: "text", required: true },
      { name: "description_tr", label: t("code_form.description_tr"), kind: "text" },
      { name: "description_en", label: t("code_form.description_en"), kind: "text" },
    ];
    return fields;
  },
  blank: { name: "", name_tr: "", name_en: "", description_tr: "", description_en: "", effect: "close" },
  from: (r) => ({
    name: r.en,
    name_tr: r.tr,
    name_en: r.en,
    description_tr: r.description_tr ?? "",
    description_en: r.description_en ?? "",
    effect: r.effect ?? "",
  }),
  newKey: (v) => v.name,
  body: ({ name: _, ...v }, row) => filled(row?.system ? { ...v, effect: undefined } : v),
  locked: (r) => r.system === true,
};
export const Codes = () => <EntityPages entity={CODE} />;

type IdleCode = Shape<"IdleCode">;
interface IdleValues {
  id: string;
  name_tr: string;
  name_en: string;
}
const idlePath = (id: number) => `/api/v1/idle-codes/${id}`;
const IDLE: Entity<IdleCode, IdleValues> = {
  section: "idle-codes",
  path: "/api/v1/idle-codes",
  keyOf: (r) => String(r.id),
  words: (r) => [r.name_tr, r.name_en],
  useColumns: () => [
    { title: "Türkçe", cell: (r) => r.name_tr },
    { title: "English", cell: (r) => r.name_en },
  ],
  useFields: (row) => {
    const { t } = useTranslation();
    return [
      { name: "id", label: t("code_form.number"), kind: "number", required: true, disabled: row !== null },
      { name: "name_tr", label: t("code_form.name_tr"), kind: "text", required: true },
      { name: "name_en", label: t("code_form.name_en"), kind: "text", required: true },
    ];
  },
  blank: { id: "", name_tr: "", name_en: "" },
  from: (r) => ({ id: String(r.id), name_tr: r.name_tr, name_en: r.name_en }),
  newKey: (v) => v.id,
  body: ({ name_tr, name_en }) => ({ name_tr, name_en, enabled: true }),
  retire: (r) => put(idlePath(r.id), { name_tr: r.name_tr, name_en: r.name_en, enabled: false }),
  revive: (r) => put(idlePath(r.id), { name_tr: r.name_tr, name_en: r.name_en, enabled: true }),
};
export const IdleCodes = () => <EntityPages entity={IDLE} />;
