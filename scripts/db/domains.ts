/** The schemas of the domains: everything the migrations make is in one of these or in `public`. */
export const domains = ["core", "calendar", "appointments", "scheduling", "documents", "notifications"] as const;

/** For `in (…)`: the domains and `public`, quoted. */
export const ownSchemas = ["public", ...domains].map((schema) => `'${schema}'`).join(", ");
