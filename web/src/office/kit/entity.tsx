// One page for every kind of thing that an administrator sets up: the list with search, the form to create and to change, deactivating.
import { Button, Checkbox, Modal, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, Navigate, Route, Routes, useNavigate, useParams } from "react-router";
import { get, put, Refused, remove } from "../../api/client.ts";
import { has } from "../../api/routes.ts";
import { matches } from "../../i18n/fold.ts";
import { StateBadge, Trouble, useErrorText, useTitle, Waiting } from "../../ui/parts.tsx";
import { type Column, DataTable, useDo } from "../table.tsx";
import { type Field, Fields, namesOf } from "./fields.tsx";
import { useForm } from "./form.ts";
import { FormCard } from "./form_card.tsx";

export interface Base {
  id?: number | string;
  name?: string;
  active?: boolean;
  enabled?: boolean;
  /** It stands in the configuration file and is changed there. */
  declared_in_file?: boolean;
}

export interface Entity<Row extends Base, Values extends object> {
  /** Of the address, and of the words under entity.SECTION. */
  section: string;
  path: string;
  keyOf: (row: Row) => string;
  /** More than the key to search in. */
  words?: (row: Row) => (string | null | undefined)[];
  useColumns: () => Column<Row>[];
  useFields: (row: Row | null) => Field<Values>[];
  blank: Values;
  from: (row: Row) => Values;
  /** Where a new one is put. */
  newKey: (values: Values) => string;
  body: (values: Values, row: Row | null) => object;
  /** How it is put back to work; absent: a saved one is. */
  revive?: (row: Row) => Promise<unknown>;
  /** Absent: DELETE of its path. Null: it can't be deactivated. */
  retire?: ((row: Row) => Promise<unknown>) | null;
  /** DELETE removes it altogether, for nothing uses it. */
  removes?: boolean;
  locked?: (row: Row) => boolean;
  /** Under the form of one that is there. */
  more?: (row: Row) => ReactNode;
  every_ms?: number;
}

const LIMIT = 1000;

/** All rows, whether the server gives them at once or in pages. */
export async function readAll<Row>(path: string): Promise<Row[]> {
  const rows: Row[] = [];
  let after: string | number | null | undefined;
  do {
    const asked = new URLSearchParams({ limit: String(LIMIT) });
    if (after !== undefined && after !== null) asked.set("after", String(after));
    const page = await get<Row[] | { items: Row[]; next?: string | number | null }>(
      after === undefined ? path : `${path}?${asked}`,
    );
    if (Array.isArray(page)) return page;
    rows.push(...page.items);
    after = page.next ?? null;
  } while (after !== null);
  return rows;
}

export const useRows = <Row,>(path: string, every_ms = 30_000, enabled = true) =>
  useQuery({ queryKey: [path], queryFn: () => readAll<Row>(path), refetchInterval: every_ms, enabled });

/** Whether this server lists them, and whether it lets them be changed. */
export const isListed = (path: string) => has("GET", path);
export const isChangeable = (path: string) => has("PUT", `${path}/{}`);

const isBlank = (value: unknown) =>
  value === undefined || value === null || (typeof value === "string" && value.trim() === "");
const isActive = (row: Base) => (row.active ?? row.enabled) !== false;
const itemPath = (path: string, key: string) => `${path}/${encodeURIComponent(key)}`;

export function EntityPages<Row extends Base, Values extends object>({
  entity,
}: {
  entity: Entity<Row, Values>;
}) {
  return (
    <Routes>
      <Route index element={<EntityList entity={entity} />} />
      {isChangeable(entity.path) && (
        <>
          <Route path="new" element={<EntityEditor key="new" entity={entity} row={null} />} />
          <Route path="edit/:key" element={<Existing entity={entity} />} />
        </>
      )}
      <Route path="*" element={<Navigate to={`/${entity.section}`} replace />} />
    </Routes>
  );
}

function EntityList<Row extends Base, Values extends object>({ entity }: { entity: Entity<Row, Values> }) {
  const { t } = useTranslation();
  const error_text = useErrorText();
  const words = `entity.${entity.section}`;
  const [search, setSearch] = useState("");
  const [all, setAll] = useState(false);
  const [leaving, setLeaving] = useState<Row | null>(null);
  const query = useRows<Row>(entity.path, entity.every_ms);
  const work = useDo();
  const columns = entity.useColumns();
  useTitle(t(`${words}.title`));
  const found = query.data?.filter(
    (row) => (all || isActive(row)) && matches(search, entity.keyOf(row), ...(entity.words?.(row) ?? [])),
  );
  const retire = entity.retire;
  const away = entity.removes ? "entity.remove" : "entity.retire";
  const changeable = isChangeable(entity.path);
  const may_retire = (row: Row) =>
    changeable &&
    (retire ? true : retire !== null && has("DELETE", `${entity.path}/{}`)) &&
    !row.declared_in_file &&
    !entity.locked?.(row);
  const go = (row: Row) => {
    setLeaving(null);
    work.mutate(() => (retire ? retire(row) : remove(itemPath(entity.path, entity.keyOf(row)))));
  };
  return (
    <>
      <div className="row">
        <h1>{t(`${words}.title`)}</h1>
        <span className="grow" />
        {changeable && (
          <Button component={Link} to="new">
            {t(`${words}.new`)}
          </Button>
        )}
      </div>
      <div className="filters">
        <TextInput
          type="search"
          label={t("office.search")}
          value={search}
          onChange={(e) => setSearch(e.target.value)}
        />
        <Checkbox
          className="check-in-line"
          label={t("entity.show_all")}
          checked={all}
          onChange={(e) => setAll(e.target.checked)}
        />
      </div>
      {!changeable && <p className="hint">{t("entity.not_here")}</p>}
      {work.isError && (
        <p className="error" role="alert">
          {error_text(work.error)}
        </p>
      )}
      <DataTable
        label={t(`${words}.title`)}
        query={{ ...query, data: found }}
        id={(row) => entity.keyOf(row)}
        empty={t(query.data?.length ? "office.no_match" : `${words}.none`)}
        columns={[
          {
            title: t("office.name"),
            cell: (row) =>
              changeable ? (
                <Link to={`edit/${encodeURIComponent(entity.keyOf(row))}`}>{entity.keyOf(row)}</Link>
              ) : (
                entity.keyOf(row)
              ),
          },
          ...columns,
          {
            title: t("entity.is_active"),
            cell: (row) => (
              <StateBadge
                tone={isActive(row) ? "good" : "idle"}
                icon={isActive(row) ? "available" : "closed"}
              >
                {t(isActive(row) ? "entity.active" : "entity.inactive")}
              </StateBadge>
            ),
          },
          {
            title: t("office.actions"),
            cell: (row) =>
              isActive(row) && may_retire(row) ? (
                <Button
                  size="compact-md"
                  variant="default"
                  aria-label={`${t(away)}: ${entity.keyOf(row)}`}
                  onClick={() => setLeaving(row)}
                >
                  {t(away)}
                </Button>
              ) : !isActive(row) && entity.revive ? (
                <Button
                  size="compact-md"
                  variant="default"
                  aria-label={`${t("entity.revive")}: ${entity.keyOf(row)}`}
                  onClick={() => work.mutate(() => entity.revive?.(row) ?? Promise.resolve())}
                >
                  {t("entity.revive")}
                </Button>
              ) : row.declared_in_file ? (
                <span className="sub">{t("entity.in_file")}</span>
              ) : (
                ""
              ),
          },
        ]}
      />
      <Modal
        opened={leaving !== null}
        withinPortal={false}
        onClose={() => setLeaving(null)}
        title={t(away)}
        closeButtonProps={{ "aria-label": t("common.close") }}
      >
        <div className="stack">
          <p>{t(`${away}_sure`, { name: leaving ? entity.keyOf(leaving) : "" })}</p>
          <div className="row">
            <Button color="red" onClick={() => leaving && go(leaving)}>
              {t(away)}
            </Button>
            <Button variant="default" onClick={() => setLeaving(null)}>
              {t("common.cancel")}
            </Button>
          </div>
        </div>
      </Modal>
    </>
  );
}

function Existing<Row extends Base, Values extends object>({ entity }: { entity: Entity<Row, Values> }) {
  const { t } = useTranslation();
  const error_text = useErrorText();
  const key = useParams().key ?? "";
  const query = useQuery({
    queryKey: [entity.path, "one", key],
    queryFn: async () => (await readAll<Row>(entity.path)).find((row) => entity.keyOf(row) === key) ?? null,
    staleTime: Number.POSITIVE_INFINITY, // what is being typed is not overwritten
    gcTime: 0,
  });
  if (query.isPending) return <Waiting />;
  if (query.isError) return <Trouble text={error_text(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Trouble text={t("entity.gone", { name: key })} />;
  return <EntityEditor key={key} entity={entity} row={query.data} />;
}

function EntityEditor<Row extends Base, Values extends object>({
  entity,
  row,
}: {
  entity: Entity<Row, Values>;
  row: Row | null;
}) {
  const { t } = useTranslation();
  const go = useNavigate();
  const queries = useQueryClient();
  const form = useForm<Values>(row ? entity.from(row) : entity.blank);
  const fields = entity.useFields(row);
  const words = `entity.${entity.section}`;
  const title = row ? entity.keyOf(row) : t(`${words}.new`);
  useTitle(title);
  const back = () => void go(`/${entity.section}`);
  const save = async () => {
    const key = row ? entity.keyOf(row) : entity.newKey(form.values).trim();
    const done = await form.send(async (values) => {
      const missing = fields.filter(
        (f) => f.required && (!f.when || f.when(values)) && isBlank(values[f.name]),
      );
      if (missing.length > 0)
        throw new Refused(
          422,
          "",
          t("form.missing"),
          missing.map((f) => ({ field: f.server ?? f.name, what: "is missing" })),
          null,
        );
      await put(itemPath(entity.path, key), entity.body(values, row));
    });
    if (!done) return;
    await queries.invalidateQueries();
    back();
  };
  const fixed = row !== null && row.declared_in_file === true;
  return (
    <>
      <p>
        <Link to={`/${entity.section}`}>{t(`${words}.title`)}</Link>
      </p>
      <h1>{title}</h1>
      <FormCard
        title={t(row ? "entity.change" : `${words}.new`)}
        form={form}
        names={namesOf(fields)}
        note={fixed ? t("entity.in_file_note") : undefined}
        disabled={fixed}
        save={t(row ? "form.save" : "form.create")}
        onSave={() => void save()}
        onCancel={back}
      >
        <Fields form={form} fields={fields} />
      </FormCard>
      {row && entity.more?.(row)}
    </>
  );
}
