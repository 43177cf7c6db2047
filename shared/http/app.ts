import { type Hook, OpenAPIHono } from "@hono/zod-openapi";
import type { ErrorHandler, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { HTTPException } from "hono/http-exception";
import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import { getPathNoStrict } from "hono/utils/url";
import { loadSettings, type Settings } from "../env.ts";
import { describeFailure, loggerOf } from "../log.ts";
import { meterOf } from "../metrics/meter.ts";
import type { AppEnv } from "./auth.ts";
import type { Code } from "./error-codes.ts";
import { observe } from "./observe.ts";
import { Problem } from "./problem.ts";

/** 1 MB: the largest body any route takes. */
export const maximumBodyBytes = 1024 * 1024;

export interface AppOptions {
  /** The function's name, which is the first segment of each path that the platform hands it. */
  readonly name: string;
  /** Read from the environment when left out; only then are requests counted in its database. */
  readonly settings?: Settings;
  /** Where the paths begin whose requests go on to others: they have no limit and CORS of ours. */
  readonly passesOn?: string;
  /** Where the paths begin that take files: streams, whose readers keep their own limits. */
  readonly takesFiles?: string;
}

export type App = OpenAPIHono<AppEnv>;

/**
 * The app of a function: base path, CORS, request ids, body limit, a span, a count and a log line for each request, and
 * every failure as problem+json. Paths of the collection that is named like the function may leave its name out: `/orders/orders/:id` and
 * `/orders/:id` are one route.
 */
export function createApp({ name, settings: given, passesOn, takesFiles }: AppOptions): App {
  const log = loggerOf(name);
  const settings = given ?? loadSettings();
  const meter = given ? undefined : meterOf(settings);
  const app: App = new OpenAPIHono<AppEnv>({ defaultHook }).basePath(`/${name}`);
  Object.assign(app, { getPath: collectionPath(name) });
  app.notFound((c) => new Problem("not_found").toResponse(c.var.requestId));
  app.onError(answerFailure);
  app.use(requestId({ limitLength: 128 }), observe(name, log, meter), except(cors(corsOptions)), securityHeaders);
  app.use((c, next) => {
    c.set("settings", settings);
    return next();
  });
  app.use(methodNotAllowed({
    app,
    onMethodNotAllowed: (c, methods) =>
      new Problem("method_not_allowed", { headers: { allow: methods.join(", ") } }).toResponse(c.var.requestId),
  }));
  app.use(except(limitBody, takesFiles));
  return app;

  function except(middleware: MiddlewareHandler, too?: string): MiddlewareHandler<AppEnv> {
    const paths = [passesOn, too].filter((path) => path !== undefined);
    return (c, next) => paths.some((path) => c.req.path.startsWith(path)) ? next() : middleware(c, next);
  }

  function answerFailure(...[failure, c]: Parameters<ErrorHandler<AppEnv>>): Response {
    const problem = asProblem(failure);
    if (problem.status >= 500) {
      log.error("request failed", {
        code: problem.code,
        ...describeFailure(problem.cause ?? failure),
      });
    }
    return problem.toResponse(c.var.requestId);
  }
}

/** Puts the collection's name back where a path left it out. */
function collectionPath(name: string): (request: Request) => string {
  const shortened = new RegExp(`^/${name}(?=$|/[0-9a-f]{8}-[0-9a-f-]{27}(?:/|$))`, "i");
  return (request) => getPathNoStrict(request).replace(shortened, `/${name}/${name}`);
}

const limitBody = bodyLimit({
  maxSize: maximumBodyBytes,
  onError: () => {
    throw new Problem("payload_too_large");
  },
});

const codeOfStatus: Record<number, Code> = {
  400: "invalid_json",
  413: "payload_too_large",
  415: "unsupported_media_type",
};

function asProblem(failure: unknown): Problem {
  if (failure instanceof Problem) return failure;
  const status = failure instanceof HTTPException ? failure.status : 500;
  return new Problem(codeOfStatus[status] ?? "internal", { cause: failure });
}

const places: Record<string, string> = { json: "body", param: "path" };

const defaultHook: Hook<unknown, AppEnv, string, void> = (result) => {
  if (result.success) return;
  const errors = result.error.issues.map(({ path, message }) => ({
    path: [places[result.target] ?? result.target, ...path].join("."),
    message,
  }));
  throw new Problem("invalid_input", { detail: `${errors[0]?.path}: ${errors[0]?.message}`, members: { errors } });
};

// Headers asked for are allowed: clients add their own with each release, and no cookie is ever looked at.
const corsOptions: Parameters<typeof cors>[0] = {
  origin: "*",
  allowMethods: ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
  exposeHeaders: ["content-disposition", "etag", "location", "retry-after", "x-request-id"],
  maxAge: 86_400,
};

const securityHeaders: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  c.header("x-content-type-options", "nosniff");
  c.header("referrer-policy", "no-referrer");
  c.header("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  if (!c.res.headers.has("cache-control")) c.header("cache-control", "no-store");
};
