import type { Db } from "../db.ts";
import type { Keys } from "../keys.ts";
import { authError, authTokenError, json } from "./answers.ts";
import { isExpired, type Tokens } from "./tokens.ts";
import { createUser, deleteUser, getUser, listUsers, updateUser, type UserAttributes } from "./users.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const DURATION = /^(none|(\d+(\.\d+)?(h|m|s|ms))+)$/;
const MINIMUM_PASSWORD = 6;

const notFound = () => authError(404, "user_not_found", "User not found");
const invalid = (message: string) => authError(400, "validation_failed", message);

/** Refuses everybody who does not hold a secret key. */
async function refuse(request: Request, keys: Keys, tokens: Tokens): Promise<Response | null> {
  const key = request.headers.get("apikey");
  if (key === keys.secret || key === keys.jobs) return null;
  const bearer = request.headers.get("authorization")?.replace(/^Bearer\s+/i, "");
  if (!key || key !== keys.publishable) {
    return authError(401, "no_authorization", "This endpoint requires a valid Bearer token");
  }
  if (bearer && bearer !== key) {
    const failure = await tokens.verify(bearer).then(() => null, (error: unknown) => error);
    if (failure) return authTokenError(isExpired(failure));
  }
  return authError(403, "not_admin", "User not allowed");
}

async function readAttributes(request: Request): Promise<UserAttributes | Response> {
  const body: unknown = await request.json().catch(() => undefined);
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    return authError(400, "bad_json", "Could not read admin user params: invalid JSON object");
  }
  const attributes = body as UserAttributes;
  for (const field of ["id", "email", "phone", "password", "password_hash", "role", "ban_duration"] as const) {
    if (attributes[field] != null && typeof attributes[field] !== "string") return invalid(`${field} must be a string`);
  }
  if (attributes.id && !UUID.test(attributes.id)) return invalid("ID must conform to the uuid v4 format");
  if (attributes.email && !EMAIL.test(attributes.email)) {
    return invalid("Unable to validate email address: invalid format");
  }
  if (attributes.password && attributes.password.length < MINIMUM_PASSWORD) {
    return authError(422, "weak_password", `Password should be at least ${MINIMUM_PASSWORD} characters.`);
  }
  if (attributes.ban_duration && !DURATION.test(attributes.ban_duration)) {
    return invalid(`invalid format for ban duration: time: invalid duration "${attributes.ban_duration}"`);
  }
  return attributes;
}

async function orTaken(answer: () => Promise<Response>): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    const { code, constraint_name, constraint, message } = error as Record<string, string | undefined>;
    if (code !== "23505") throw error;
    const phone = `${constraint_name ?? constraint ?? message}`.includes("phone");
    return phone
      ? authError(422, "phone_exists", "Phone number already registered by another user")
      : authError(422, "email_exists", "A user with this email address has already been registered");
  }
}

async function list(db: Db, url: URL): Promise<Response> {
  const page = Number(url.searchParams.get("page") || 1);
  const perPage = Number(url.searchParams.get("per_page") || 50);
  if (![page, perPage].every((value) => Number.isInteger(value) && value > 0 && value < 1_000_000)) {
    return invalid("Bad Pagination Parameters: page and per_page must be positive integers");
  }
  const { users, total } = await listUsers(db, page, perPage);
  const last = Math.max(1, Math.ceil(total / perPage));
  const link = (to: number, rel: string) => `</admin/users?page=${to}&per_page=${perPage}>; rel="${rel}"`;
  const links = [...(page < last ? [link(page + 1, "next")] : []), link(last, "last")];
  return json({ users, aud: "authenticated" }, 200, { "x-total-count": String(total), link: links.join(", ") });
}

async function create(db: Db, request: Request): Promise<Response> {
  const attributes = await readAttributes(request);
  if (attributes instanceof Response) return attributes;
  if (!attributes.email && !attributes.phone) {
    return invalid("Cannot create a user without either an email or phone");
  }
  return await orTaken(async () => json(await createUser(db, attributes)));
}

async function update(db: Db, id: string, request: Request): Promise<Response> {
  const attributes = await readAttributes(request);
  if (attributes instanceof Response) return attributes;
  return await orTaken(async () => {
    const user = await updateUser(db, id, attributes);
    return user ? json(user) : notFound();
  });
}

/** `/auth/v1/admin/users`, which the engine does not have. Takes a secret key; no user token opens it. */
export async function handleAdmin(request: Request, db: Db, keys: Keys, tokens: Tokens): Promise<Response> {
  const refusal = await refuse(request, keys, tokens);
  if (refusal) return refusal;
  const url = new URL(request.url);
  const [, resource, id, ...rest] = url.pathname.replace("/auth/v1/", "").split("/");
  if (resource !== "users" || rest.length > 0) {
    return authError(404, "not_found", "This part of the admin API is not in the embedded stack");
  }
  if (!id) {
    if (request.method === "GET") return await list(db, url);
    if (request.method === "POST") return await create(db, request);
    return authError(405, "not_allowed", "Method not allowed");
  }
  if (!UUID.test(id)) return invalid("user_id must be an UUID");
  if (request.method === "GET") {
    const user = await getUser(db, id);
    return user ? json(user) : notFound();
  }
  if (request.method === "PUT") return await update(db, id, request);
  if (request.method === "DELETE") return (await deleteUser(db, id)) ? json({}) : notFound();
  return authError(405, "not_allowed", "Method not allowed");
}
