// What an outgoing call goes through: queues, entry points and trunks.
import { useTranslation } from "react-i18next";
import type { Shape } from "../../api/desk.ts";
import { StateBadge } from "../../ui/parts.tsx";
import { type Base, type Entity, EntityPages } from "../kit/entity.tsx";
import type { Field } from "../kit/fields.tsx";
import { filled, numeric, useNameOptions } from "./options.ts";

type Queue = Shape<"Queue">;
interface QueueValues {
  name: string;
  teams: string[];
}
const QUEUE: Entity<Queue, QueueValues> = {
  section: "queues",
  path: "/api/v1/queues",
  removes: true,
  keyOf: (r) => r.name,
  words: (r) => r.teams ?? [],
  useColumns: () => {
    const { t } = useTranslation();
    return [{ title: t("entity.teams.title"), cell: (r) => r.teams?.join(" → ") ?? "" }];
  },
  useFields: (row) => {
    const { t } = useTranslation();
    const teams = useNameOptions("/api/v1/teams");
    return [
      { name: "name", label: t("office.name"), kind: "text", required: true, disabled: row !== null },
      {
        name: "teams",
        label: t("entity.teams.title"),
        hint: t("routing.teams_hint"),
        kind: "ordered",
        options: teams,
      },
    ];
  },
  blank: { name: "", teams: [] },
  from: (r) => ({ name: r.name, teams: r.teams ?? [] }),
  newKey: (v) => v.name,
  body: ({ teams }) => ({ teams }),
};
export const Queues = () => <EntityPages entity={QUEUE} />;

type EntryPoint = Shape<"EntryPoint">;
interface EntryPointValues {
  name: string;
  caller_id: string;
  trunks: string[];
}
const ENTRY_POINT: Entity<EntryPoint, EntryPointValues> = {
  section: "entry-points",
  path: "/api/v1/entry-points",
  removes: true,
  keyOf: (r) => r.name,
  words: (r) => [r.caller_id],
  useColumns: () => {
    const { t } = useTranslation();
    return [
      { title: t("routing.caller_id"), cell: (r) => r.caller_id ?? "" },
      { title: t("office.trunks"), cell: (r) => r.trunks?.join(" → ") ?? "" },
    ];
  },
  useFields: (row) => {
    const { t } = useTranslation();
    const trunks = useNameOptions("/api/v1/trunks");
    return [
      { name: "name", label: t("office.name"), kind: "text", required: true, disabled: row !== null },
      {
        name: "caller_id",
        label: t("routing.caller_id"),
        hint: t("routing.caller_id_hint"),
        kind: "text",
        required: true,
      },
      {
        name: "trunks",
        label: t("office.trunks"),
        hint: t("routing.trunks_hint"),
        kind: "ordered",
        options: trunks,
      },
    ];
  },
  blank: { name: "", caller_id: "", trunks: [] },
  from: (r) => ({ name: r.name, caller_id: r.caller_id ?? "", trunks: r.trunks ?? [] }),
  newKey: (v) => v.name,
  body: ({ name: _, ...v }) => ({ ...v, caller_id: v.caller_id.replace(/[\s()-]/g, "") }),
};
export const EntryPoints = () => <EntityPages entity={ENTRY_POINT} />;

/** Of a trunk, as the configuration file calls them: what is a number, a text or a choice. */
const TRUNK_NUMBERS = ["port", "cps", "channels", "register_s", "options_s", "response_ms_max", "session_s"];
const TRUNK_TEXTS = ["outbound_proxy", "domain", "username", "realm", "country_code", "tls_ca_file"];
interface Trunk extends Base {
  name: string;
  up?: boolean;
  why?: string;
  [setting: string]: unknown;
}
type TrunkValues = Record<string, string | boolean>;
const CHOICES: Record<string, string[]> = {
  transport: ["udp", "tcp", "tls"],
  to_format: ["e164_plus", "e164", "national"],
  caller_id_format: ["e164_plus", "e164", "national"],
  prack: ["off", "supported", "required"],
};
const TRUNK: Entity<Trunk, TrunkValues> = {
  section: "trunks",
  path: "/api/v1/trunks",
  removes: true,
  every_ms: 3000,
  keyOf: (r) => r.name,
  words: (r) => [String(r.host ?? "")],
  useColumns: () => {
    const { t } = useTranslation();
    return [
      {
        title: t("office.state"),
        cell: (r) => (
          <>
            <StateBadge tone={r.up ? "good" : "bad"} icon={r.up ? "available" : "warning"}>
              {t(r.up ? "office.up" : "office.down")}
            </StateBadge>{" "}
            {!r.up && r.why}
          </>
        ),
      },
      { title: t("office.cps"), cell: (r) => String(r.cps ?? ""), number: true },
      { title: t("office.channels"), cell: (r) => String(r.channels ?? ""), number: true },
    ];
  },
  useFields: (row) => {
    const { t } = useTranslation();
    const label = (name: string) => t(`trunk_form.${name}`);
    const choice = (name: string): Field<TrunkValues> => ({
      name,
      label: label(name),
      kind: "select",
      options: (CHOICES[name] ?? []).map((v) => ({ value: v, label: t(`trunk_word.${v}`) })),
    });
    const plain = (name: string): Field<TrunkValues> => ({
      name,
      label: label(name),
      kind: TRUNK_NUMBERS.includes(name) ? "number" : "text",
    });
    const registers = (v: TrunkValues) => v.registers === true;
    const fields: Field<TrunkValues>[] = [
      { name: "name", label: t("office.name"), kind: "text", required: true, disabled: row !== null },
      { name: "host", label: label("host"), hint: t("trunk_form.host_hint"), kind: "text", required: true },
      choice("transport"),
      plain("port"),
      plain("cps"),
      plain("channels"),
      { name: "registers", label: label("registers"), kind: "check" },
      { ...plain("register_s"), unit: "s", when: registers },
      plain("username"),
      {
        name: "password",
        label: label("password"),
        hint: row ? t("form.unchanged_if_empty") : undefined,
        kind: "password",
      },
      plain("realm"),
      plain("domain"),
      plain("outbound_proxy"),
      choice("to_format"),
      choice("caller_id_format"),
      plain("country_code"),
      { name: "p_asserted_identity", label: label("p_asserted_identity"), kind: "check" },
      { ...plain("options_s"), unit: "s", hint: t("trunk_form.options_hint") },
      { ...plain("response_ms_max"), unit: "ms" },
      { ...plain("session_s"), unit: "s" },
      choice("prack"),
      { ...plain("tls_ca_file"), when: (v) => v.transport === "tls" },
      {
        name: "tls_verify",
        label: label("tls_verify"),
        kind: "check",
        when: (v) => v.transport === "tls",
      },
    ];
    return fields;
  },
  blank: {
    name: "",
    host: "",
    transport: "udp",
    cps: "1",
    channels: "10",
    registers: false,
    options_s: "30",
    p_asserted_identity: true,
    tls_verify: true,
  },
  from: (r) => ({
    name: r.name,
    host: String(r.host ?? ""),
    password: "",
    registers: r.registers === true,
    p_asserted_identity: r.p_asserted_identity !== false,
    tls_verify: r.tls_verify !== false,
    ...Object.fromEntries(
      [...TRUNK_NUMBERS, ...TRUNK_TEXTS, ...Object.keys(CHOICES)].map((k) => [k, String(r[k] ?? "")]),
    ),
  }),
  newKey: (v) => String(v.name ?? ""),
  body: (v, row) => {
    const { name: _, ...rest } = v;
    const typed = Object.fromEntries(
      Object.entries(rest).map(([k, x]) => [
        k,
        TRUNK_NUMBERS.includes(k) && typeof x === "string" ? numeric(x) : x,
      ]),
    );
    return filled({ ...(row?.sources ? { sources: row.sources } : {}), ...typed });
  },
};
export const Trunks = () => <EntityPages entity={TRUNK} />;
