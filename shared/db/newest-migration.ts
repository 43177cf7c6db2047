/** Made from `supabase/migrations` by `deno task docs`: what a database must have for this code. */
export const newestMigration = "20261101006100";
