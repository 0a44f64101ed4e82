// Teams, agents, and the users who may sign in.
import { useTranslation } from "react-i18next";
import { put } from "../../api/client.ts";
import type { Shape } from "../../api/desk.ts";
import { type Entity, EntityPages } from "../kit/entity.tsx";
import type { Field } from "../kit/fields.tsx";
import { filled, useNameOptions } from "./options.ts";

type Team = Shape<"Team">;
const TEAM: Entity<Team, { name: string }> = {
  section: "teams",
  path: "/api/v1/teams",
  removes: true,
  keyOf: (r) => r.name,
  useColumns: () => [],
  useFields: (row) => {
    const { t } = useTranslation();
    return [{ name: "name", label: t("office.name"), kind: "text", required: true, disabled: row !== null }];
  },
  blank: { name: "" },
  from: (r) => ({ name: r.name }),
  newKey: (v) => v.name,
  body: () => ({}),
};
export const Teams = () => <EntityPages entity={TEAM} />;

type AgentRow = Shape<"AgentSettings">;
interface AgentValues {
  name: string;
  teams: string[];
  leg: string;
  phone_user: string;
  phone_password: string;
  phone_uri: string;
}
const AGENT: Entity<AgentRow, AgentValues> = {
  section: "agent-settings",
  path: "/api/v1/agents",
  keyOf: (r) => r.name,
  words: (r) => r.teams ?? [],
  useColumns: () => {
    const { t } = useTranslation();
    return [
      { title: t("entity.teams.title"), cell: (r) => r.teams?.join(", ") ?? "" },
      { title: t("office.phone"), cell: (r) => t(`leg_mode.${r.leg_mode}`, { defaultValue: r.leg_mode }) },
    ];
  },
  useFields: (row) => {
    const { t } = useTranslation();
    const teams = useNameOptions("/api/v1/teams");
    const sip = (v: AgentValues) => v.leg !== "webrtc";
    const fields: Field<AgentValues>[] = [
      { name: "name", label: t("office.name"), kind: "text", required: true, disabled: row !== null },
      {
        name: "leg",
        label: t("agent_form.leg"),
        kind: "select",
        required: true,
        options: ["webrtc", "nailed_up", "on_demand"].map((m) => ({ value: m, label: t(`leg_mode.${m}`) })),
      },
      { name: "teams", label: t("entity.teams.title"), kind: "many", options: teams },
      {
        name: "phone_user",
        label: t("agent_form.phone_user"),
        hint: t("agent_form.phone_user_hint"),
        kind: "text",
        when: sip,
      },
      {
        name: "phone_password",
        label: t("agent_form.phone_password"),
        hint: row ? t("form.unchanged_if_empty") : undefined,
        kind: "password",
        when: sip,
      },
      {
        name: "phone_uri",
        label: t("agent_form.phone_uri"),
        hint: t("agent_form.phone_uri_hint"),
        kind: "text",
        when: sip,
      },
    ];
    return fields;
  },
  blank: { name: "", teams: [], leg: "webrtc", phone_user: "", phone_password: "", phone_uri: "" },
  from: (r) => ({
    name: r.name,
    teams: r.teams ?? [],
    leg: r.leg_mode,
    phone_user: r.phone_user ?? "",
    phone_password: "",
    phone_uri: r.phone_uri ?? "",
  }),
  newKey: (v) => v.name,
  revive: (r) => put(`/api/v1/agents/${encodeURIComponent(r.name)}`, {}),
  body: ({ name: _, phone_user, phone_password, phone_uri, ...v }) => ({
    ...v,
    ...(v.leg === "webrtc" ? {} : filled({ phone_user, phone_password, phone_uri })),
  }),
};
export const AgentSettings = () => <EntityPages entity={AGENT} />;

type User = Shape<"User">;
interface UserValues {
  sign_in: string;
  name: string;
  role: string;
  agent: string;
  teams: string[];
  language: string;
  password: string;
}
const ROLES = ["administrator", "supervisor", "agent"];
const userPath = (sign_in: string) => `/api/v1/users/${encodeURIComponent(sign_in)}`;
const USER: Entity<User, UserValues> = {
  section: "users",
  path: "/api/v1/users",
  keyOf: (r) => r.sign_in,
  words: (r) => [r.name, r.agent],
  useColumns: () => {
    const { t } = useTranslation();
    return [
      { title: t("user_form.name"), cell: (r) => r.name ?? "" },
      { title: t("user_form.role"), cell: (r) => t(`role.${r.role}`, { defaultValue: r.role }) },
      { title: t("office.agent"), cell: (r) => r.agent ?? "" },
    ];
  },
  useFields: (row) => {
    const { t } = useTranslation();
    const agents = useNameOptions("/api/v1/agents");
    const teams = useNameOptions("/api/v1/teams");
    const fields: Field<UserValues>[] = [
      { name: "sign_in", label: t("sign_in.name"), kind: "text", required: true, disabled: row !== null },
      { name: "name", label: t("user_form.name"), kind: "text", required: true },
      {
        name: "role",
        label: t("user_form.role"),
        kind: "select",
        required: true,
        options: ROLES.map((r) => ({ value: r, label: t(`role.${r}`) })),
      },
      {
        name: "language",
        label: t("common.language"),
        kind: "select",
        options: [
          { value: "tr", label: "Türkçe" },
          { value: "en", label: "English" },
        ],
      },
      {
        name: "agent",
        label: t("office.agent"),
        hint: t("user_form.agent_hint"),
        kind: "select",
        options: agents,
        required: true,
        when: (v) => v.role === "agent",
      },
      {
        name: "teams",
        label: t("user_form.teams"),
        hint: t("user_form.teams_hint"),
        kind: "many",
        options: teams,
        when: (v) => v.role === "supervisor",
      },
      {
        name: "password",
        label: t(row ? "user_form.new_password" : "sign_in.password"),
        hint: t(row ? "user_form.reset_hint" : "user_form.password_hint"),
        kind: "password",
        required: row === null,
      },
    ];
    return fields;
  },
  blank: { sign_in: "", name: "", role: "agent", agent: "", teams: [], language: "tr", password: "" },
  from: (r) => ({
    sign_in: r.sign_in,
    name: r.name ?? "",
    role: r.role,
    agent: r.agent ?? "",
    teams: r.teams ?? [],
    language: r.language ?? "",
    password: "",
  }),
  newKey: (v) => v.sign_in,
  body: (v) =>
    filled({
      name: v.name,
      role: v.role,
      language: v.language,
      password: v.password,
      agent: v.role === "agent" ? v.agent : undefined,
      teams: v.role === "supervisor" ? v.teams : undefined,
    }),
  retire: (r) => put(userPath(r.sign_in), { enabled: false }),
  revive: (r) => put(userPath(r.sign_in), { enabled: true }),
};
export const Users = () => <EntityPages entity={USER} />;
