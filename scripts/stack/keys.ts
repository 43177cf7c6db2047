/**
 * The fixed keys of the embedded stack. They are public knowledge, like those of every local Supabase: the stack
 * listens on the loopback interface only, and a hosted project has keys of its own.
 */
export const KEYS = {
  /** For browsers: becomes the role `anon`. */
  publishable: "sb_publishable_almanac_embedded_stack_0001",
  /** The secret key named `default`: becomes `service_role`. */
  secret: "sb_secret_almanac_embedded_stack_00000001",
  /** The secret key named `jobs`: the only key that the job endpoints of the functions accept. */
  jobs: "sb_secret_almanac_embedded_stack_jobs0001",
  /** Signs what the process hands itself; a client never sees a token made with it. */
  jwtSecret: "embedded-stack-internal-secret-never-leaves-this-process",
} as const;

export type Keys = typeof KEYS;
