/**
 * Best known values from the tables of the data folder's README: rows of `| name | value ... |` under a heading that
 * begins with "Best known values". Names are compared without spaces, underscores and case.
 */
export function readBestKnown(readme: string): Map<string, number> {
  const found = new Map<string, number>();
  let listening = false;
  for (const line of readme.split("\n")) {
    if (line.startsWith("#")) listening = /^#+ best known values/i.test(line);
    const cells = line.split("|").map((cell) => cell.trim());
    const value = /^\d+/.exec(cells[2] ?? "")?.[0];
    if (listening && cells[1] && value) found.set(nameKey(cells[1]), Number(value));
  }
  return found;
}

/** `ITC2021_Early_1`, `Early 1` and `early1` are one instance. */
export const nameKey = (name: string): string => name.toLowerCase().replace(/^itc2021/, "").replaceAll(/[\s_]/g, "");

/** How far a cost is above the best known one, in per cent; undefined where that says nothing. */
export function gapOf(cost: number, best: number | undefined): number | undefined {
  return best ? (cost / best - 1) * 100 : undefined;
}
