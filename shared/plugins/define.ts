import { z } from "zod";
import type { Hooks, Plugin } from "./types.ts";

/** What a plugin may be given; each part of a hook's context is there only for those who declared it. */
export const capabilities = {
  "request:read": "Method, path, query and headers of a request, without credentials.",
  "request:headers": "Add headers to what is passed on.",
  "request:answer": "Answer in the service's place.",
  "response:read": "Status and headers of an answer.",
  "response:body": "Read an answer's body, beside the client.",
  "response:headers": "Add headers to an answer.",
  "events:read": "Hear what happens in the organization.",
  "log:mask": "See and change what is logged of a request.",
  "cache": "Keep answers, and forget them.",
} as const;
export type Capability = keyof typeof capabilities;

/** Milliseconds that a hook may take at most, and takes when it says nothing. */
export const budgetLimits = { beforeRequest: 1_000, afterRequest: 1_000, onEvent: 30_000 } as const;
export const usualBudgets = { beforeRequest: 100, afterRequest: 100, onEvent: 5_000 } as const;

/** One of these must be declared for a hook: else it would be run for nothing. */
const needed: Record<keyof Hooks, readonly Capability[]> = {
  beforeRequest: ["request:read", "request:headers", "request:answer"],
  afterRequest: ["response:read", "response:body", "response:headers", "log:mask"],
  onEvent: ["events:read"],
};

const hookNames = ["beforeRequest", "afterRequest", "onEvent"] as const;
const budget = (most: number) => z.int().min(1).max(most).optional();

const Definition = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,59}$/, "is lower case words with dashes"),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, "is three numbers"),
  capabilities: z.array(z.enum(Object.keys(capabilities) as [Capability, ...Capability[]], {
    error: ({ input }) => `holds ${JSON.stringify(input)}, which is no capability`,
  })).min(1, "names none"),
  hooks: z.strictObject({
    beforeRequest: z.custom<Hooks["beforeRequest"]>((value) => typeof value === "function", "is no function")
      .optional(),
    afterRequest: z.custom<Hooks["afterRequest"]>((value) => typeof value === "function", "is no function").optional(),
    onEvent: z.custom<Hooks["onEvent"]>((value) => typeof value === "function", "is no function").optional(),
  }),
  budgets: z.strictObject({
    beforeRequest: budget(budgetLimits.beforeRequest),
    afterRequest: budget(budgetLimits.afterRequest),
    onEvent: budget(budgetLimits.onEvent),
  }).default({}),
  config: z.custom<z.ZodType>((value) => value instanceof z.ZodType, "is no schema of zod").default(z.strictObject({})),
});

/**
 * Makes a plugin, or says in one sentence what is wrong with it.
 *
 * ```ts
 * export const stamp = definePlugin({
 *   name: "stamp",
 *   version: "1.0.0",
 *   capabilities: ["response:headers"],
 *   hooks: { afterRequest: () => ({ headers: { "x-stamp": "seen" } }) },
 *   budgets: { afterRequest: 10 },
 * });
 * ```
 *
 * @throws TypeError
 */
export function definePlugin<Config extends z.ZodType = z.ZodType>(definition: {
  readonly name: string;
  readonly version: string;
  readonly capabilities: readonly string[];
  readonly hooks: Hooks<z.output<Config>>;
  /** Milliseconds. */
  readonly budgets?: Partial<Record<keyof Hooks, number>>;
  readonly config?: Config;
}): Plugin {
  const parsed = Definition.safeParse(definition);
  const name = JSON.stringify(definition?.name ?? "");
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new TypeError(`Plugin ${name} is refused: ${issue!.path.join(".") || "it"} ${issue!.message}.`);
  }
  const { hooks, capabilities: declared, budgets } = parsed.data;
  const used = hookNames.filter((hook) => hooks[hook]);
  if (used.length === 0) throw new TypeError(`Plugin ${name} is refused: it has no hook.`);
  for (const hook of used) {
    if (needed[hook].some((capability) => declared.includes(capability))) continue;
    const choice = needed[hook].join(", ");
    throw new TypeError(`Plugin ${name} is refused: its hook ${hook} needs one of the capabilities ${choice}.`);
  }
  return Object.freeze({
    ...parsed.data,
    hooks: hooks as Hooks,
    capabilities: new Set(declared),
    budgets: { ...usualBudgets, ...budgets },
  });
}
