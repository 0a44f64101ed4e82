// A list from the server as a table: loading, empty and failing look the same on every screen.
import { type QueryKey, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { get } from "../api/client.ts";
import { Empty, Trouble, useErrorText, Waiting } from "../ui/parts.tsx";

export interface Column<Row> {
  title: string;
  cell: (row: Row) => ReactNode;
  number?: boolean;
}

interface Props<Row> {
  label: string;
  query: {
    data: Row[] | undefined;
    isPending: boolean;
    isError: boolean;
    error: unknown;
    refetch: () => unknown;
  };
  columns: Column<Row>[];
  id: (row: Row) => string | number;
  empty: string;
  hint?: string | undefined;
}

export function DataTable<Row>({ label, query, columns, id, empty, hint }: Props<Row>) {
  const error_text = useErrorText();
  if (query.isPending) return <Waiting />;
  if (query.isError && !query.data)
    return <Trouble text={error_text(query.error)} onRetry={() => void query.refetch()} />;
  const rows = query.data ?? [];
  return (
    <>
      {query.isError && <Trouble text={error_text(query.error)} onRetry={() => void query.refetch()} />}
      {rows.length === 0 ? (
        <Empty title={empty}>{hint && <p>{hint}</p>}</Empty>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard
        <section className="table-card" tabIndex={0} aria-label={label}>
          <table>
            <thead>
              <tr>
                {columns.map((c) => (
                  <th key={c.title} scope="col" className={c.number ? "number" : undefined}>
                    {c.title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={id(row)}>
                  {columns.map((c) => (
                    <td key={c.title} className={c.number ? "number" : undefined}>
                      {c.cell(row)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}

/** Rows that are here already, as a table's query. */
export const settled = <Row,>(data: Row[]) => ({
  data,
  isPending: false,
  isError: false,
  error: null,
  refetch: () => {},
});

/** Renewed every few seconds while the page is looked at. */
export function useList<Row>(path: string, every_ms = 5000) {
  return useQuery({
    queryKey: [path] as QueryKey,
    queryFn: () => get<Row[]>(path),
    refetchInterval: every_ms,
  });
}

/** Does something and reads the lists anew. */
export function useDo() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSettled: () => queries.invalidateQueries(),
  });
}
