import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { answerOf } from "../../shared/db/answer.ts";
import type { Database, Json } from "../../shared/db/types.ts";
import { KEYS } from "../stack/keys.ts";

const days = 730;
const teams = 400;

/** Whose history is loaded: a sport with 400 teams, and a schedule of two years. */
export interface Office {
  readonly organizationId: string;
  readonly scheduleId: string;
  readonly client: SupabaseClient<Database>;
  send(method: string, path: string, body?: BodyInit, type?: string): Promise<Record<string, unknown>>;
}

const idOf = (document: Json) => (document as { id: string }).id;

export async function newOffice(url: string): Promise<Office> {
  const email = `${crypto.randomUUID()}@example.test`;
  const password = crypto.randomUUID();
  const options = { auth: { persistSession: false, autoRefreshToken: false } };
  const admin = createClient<Database>(url, KEYS.secret, options);
  await admin.auth.admin.createUser({ email, password, email_confirm: true });
  const client = createClient<Database>(url, KEYS.publishable, options);
  const { data } = await client.auth.signInWithPassword({ email, password });
  const headers = { apikey: KEYS.publishable, authorization: `Bearer ${data.session!.access_token}` };
  const send: Office["send"] = async (method, path, body, type = "text/csv") => {
    const response = await fetch(`${url}/functions/v1/scheduling${path}`, {
      method,
      headers: { ...headers, ...body !== undefined && { "content-type": type } },
      body,
      ...body instanceof ReadableStream && { duplex: "half" },
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer).slice(0, 500)}`);
    return answer;
  };
  const organization = {
    name: "Conference",
    slug: email.slice(0, 8),
    kind: "conference",
    time_zone: "America/Chicago",
  };
  const organizationId = idOf(await answerOf(client.rpc("create_organization", organization)));
  const sport = { name: "Basketball" };
  const sportId = idOf(await answerOf(client.rpc("create_sport", { organization_id: organizationId, sport })));
  const season = { name: "History", starts_on: "2023-01-01", ends_on: "2024-12-31" };
  const season_id = idOf(await answerOf(client.rpc("create_season", { sport_id: sportId, season })));
  const schedule = { name: "History", format: "custom" };
  const scheduleId = idOf(await answerOf(client.rpc("create_schedule", { season_id, schedule })));
  const query = new URLSearchParams({
    organization_id: organizationId,
    what: "teams",
    sport_id: sportId,
    dry_run: "false",
  });
  const names = Array.from({ length: teams }, (_, n) => `T${n},Team ${n}`).join("\n");
  await send("POST", `/imports?${query}`, `code,name\n${names}\n`);
  return { organizationId, scheduleId, client, send };
}

const header = "date,time,home_team,away_team,status,attendance,home_score,away_score\n";
const firstDay = Date.UTC(2023, 0, 1);

/** The games from one number to another as CSV, about 47 bytes each. */
export function gamesFile(from: number, to: number): string {
  const lines = [header];
  for (let n = from; n < to; n++) {
    const day = new Date(firstDay + (n % days) * 86_400_000).toISOString().slice(0, 10);
    const pair = Math.floor(n / days);
    const home = pair % teams;
    const away = (home + 1 + Math.floor(pair / teams)) % teams;
    lines.push(`${day},19:00,T${home},T${away},played,${5000 + n % 9000},${60 + n % 40},${55 + n % 45}\n`);
  }
  return lines.join("");
}

/** The same as one stream that nobody holds whole. */
export function gamesStream(count: number, step = 5000): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let from = 0;
  return new ReadableStream({
    pull(controller) {
      if (from >= count) return controller.close();
      const text = gamesFile(from, Math.min(count, from + step));
      controller.enqueue(encoder.encode(from === 0 ? text : text.slice(header.length)));
      from += step;
    },
  });
}
