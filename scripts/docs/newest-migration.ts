/** shared/db/newest-migration.ts: the version that a database must have reached for this code. */
export async function newestMigration(): Promise<string> {
  let newest = "";
  for await (const { name } of Deno.readDir(new URL("../../supabase/migrations/", import.meta.url))) {
    const version = /^(\d{14})_.+\.sql$/.exec(name)?.[1] ?? "";
    if (version > newest) newest = version;
  }
  return `/** Made from \`supabase/migrations\` by \`deno task docs\`: what a database must have for this code. */
export const newestMigration = "${newest}";
`;
}
