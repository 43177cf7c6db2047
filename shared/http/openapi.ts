import { z } from "@hono/zod-openapi";
import type { App } from "./app.ts";
import { type Code, errorCodes } from "./error-codes.ts";

/** The body of every error answer. */
export const ProblemSchema = z.looseObject({
  type: z.string().openapi({ example: "urn:almanac:problem:slot_taken" }),
  title: z.string().openapi({ example: "This time is taken" }),
  status: z.int().openapi({ example: 409 }),
  code: z.string().openapi({ example: "slot_taken", description: "Stable; branch on this." }),
  detail: z.string().openapi({ description: "One sentence for a person." }),
  request_id: z.string().openapi({ example: "5f0c2ab4-5f4f-4c8e-9a43-2f6a3c1d9e77" }),
}).openapi("Problem");

type ProblemResponses = Record<never, never>;

/** The responses of a route that can be refused with these codes. */
export function problems(...codes: Code[]): ProblemResponses {
  const byStatus = Map.groupBy(codes, (code) => errorCodes[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [status, {
      description: group.map((code) => `\`${code}\`: ${errorCodes[code].title}.`).join(" "),
      content: { "application/problem+json": { schema: ProblemSchema } },
    }]),
  );
}

type Proof = "user" | "guest" | "publishable" | "jobs" | "operator" | "key" | "service" | "client";

/** Names of the ways to prove who calls, as `security` of a route uses them. */
export const security: Record<Proof, Record<string, string[]>> = {
  user: { user: [], publishableKey: [] },
  guest: { publishableKey: [], manageToken: [] },
  publishable: { publishableKey: [] },
  jobs: { jobsKey: [] },
  operator: { secretKey: [] },
  key: { apiKey: [] },
  service: { serviceToken: [] },
  client: { clientSecret: [] },
};

export type DocumentInfo = Readonly<Record<"title" | "description" | "version", string>>;

/** The OpenAPI 3.1 document of an app, from the schemas that its routes validate with. */
export function documentOf(app: App, info: DocumentInfo, projectUrl: string) {
  registerSecurity(app);
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { ...info },
    servers: [{ url: `${projectUrl}/functions/v1` }],
  });
}

function registerSecurity({ openAPIRegistry }: App): void {
  const key = (name: string, description: string) => ({ type: "apiKey", in: "header", name, description }) as const;
  const schemes = {
    user: { type: "http", scheme: "bearer", bearerFormat: "JWT", description: "A user's access token." } as const,
    publishableKey: key("apikey", "The project's publishable key."),
    manageToken: key("x-manage-token", "The token that a guest was given at booking."),
    jobsKey: key("apikey", "The secret key named `jobs`."),
    secretKey: key("apikey", "A secret key of the project: the operator's."),
    apiKey: key("x-api-key", "An API key of an organization: `alm_…`."),
    serviceToken: {
      type: "http",
      scheme: "bearer",
      bearerFormat: "JWT",
      description: "A service's token, from `POST /platform/services/token`.",
    } as const,
    clientSecret: {
      type: "http",
      scheme: "basic",
      description: "A service's `client_id` and `client_secret`.",
    } as const,
  };
  for (const [name, scheme] of Object.entries(schemes)) {
    openAPIRegistry.registerComponent("securitySchemes", name, scheme);
  }
}
