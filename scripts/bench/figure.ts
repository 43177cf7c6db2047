import type { Sql } from "postgres";

/** One line of the table. Without `met` it is stated, not promised. */
export interface Row {
  readonly figure: string;
  readonly bar?: string;
  readonly measured: string;
  readonly met?: boolean;
}

export interface Context {
  /** A superuser's URL of the server. */
  readonly server: string;
  /** How to call pgbench; none where the client programs are missing. */
  readonly pgbench?: readonly string[];
  /** A shorter run: enough to see that it works, too short to believe. */
  readonly quick: boolean;
  /** A run of the size that is promised, however long it takes. */
  readonly full: boolean;
}

export interface Figure {
  readonly name: string;
  readonly about: string;
  run(context: Context): Promise<Row[]>;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The value below which a share of the values lie; of a few values the nearest. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** How the server commits: figures of writing mean nothing without it. */
export async function durability(sql: Sql): Promise<string> {
  const [row] = await sql`
    select 'PostgreSQL ' || current_setting('server_version') || ', fsync ' || current_setting('fsync')
      || ', synchronous_commit ' || current_setting('synchronous_commit') as said`;
  return row!.said;
}

/** A table in the width of its words. */
export function table(rows: readonly Row[]): string {
  const lines = [
    ["figure", "bar", "measured", "met"],
    ...rows.map(({ figure, bar, measured, met }) => [
      figure,
      bar ?? "",
      measured,
      met === undefined ? "" : met ? "yes" : "NO",
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd()).join("\n");
}
