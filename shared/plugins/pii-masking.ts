import { z } from "zod";
import { maskText } from "../log-masking.ts";
import { definePlugin } from "./define.ts";

const Config = z.strictObject({
  /** Names of parameters and of path segments before which a value is masked, whatever it looks like. */
  fields: z.array(z.string().regex(/^[A-Za-z0-9_.-]{1,60}$/)).max(100).default([]),
});

const mask = "[masked]";
const personal =
  /(^|[_.-])(e?-?mail|phone|mobile|name|firstname|lastname|surname|birth|dob|ssn|iban|address|street|token|password|secret)([_.-]|$)/i;

const isPersonal = (name: string, fields: readonly string[]): boolean =>
  personal.test(name) || fields.some((field) => field.toLowerCase() === name.toLowerCase());

/** A query whose personal parameters are masked, by their names and by what they look like. */
export function maskQuery(query: string, fields: readonly string[] = []): string {
  return [...new URLSearchParams(query)]
    .map(([name, value]) => `${maskText(name)}=${isPersonal(name, fields) ? mask : maskText(value)}`).join("&");
}

/** A path without what is personal in it: after a segment such as `email`, and what looks like it anywhere. */
export function maskPath(path: string, fields: readonly string[] = []): string {
  let before = "";
  return path.split("/").map((segment) => {
    const plain = decoded(segment);
    const masked = before !== "" && isPersonal(before, fields) && segment !== "" ? mask : maskText(plain);
    before = plain;
    return masked === plain ? segment : masked;
  }).join("/");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Masking of personal data in logs. The gateway logs neither path nor query of a request, unless this plugin stands between:
 * e-mail addresses, telephone numbers, names and secrets are masked before the line is written.
 */
export const piiMasking = definePlugin({
  name: "pii-masking",
  version: "1.0.0",
  capabilities: ["log:mask"],
  config: Config,
  budgets: { afterRequest: 20 },
  hooks: {
    afterRequest({ config, log }) {
      const { path = "", query = "", user_agent = "" } = log!;
      return {
        log: {
          path: maskPath(path, config.fields),
          query: maskQuery(query, config.fields),
          user_agent: maskText(user_agent),
        },
      };
    },
  },
});
