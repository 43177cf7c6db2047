import { withTestDatabase } from "../testing/database.ts";
import { withStack } from "../testing/stack.ts";
import { KEYS } from "../stack/keys.ts";
import { type Context, type Figure, quantile, type Row } from "./figure.ts";

interface Api {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly service: string;
}

interface Slot {
  readonly starts_at: string;
}

/** Four requests of a customer: the free slots of a week, a booking, a look at it, its cancellation. */
interface Way {
  readonly name: string;
  slots(api: Api, from: string, to: string): Promise<Slot[]>;
  book(api: Api, startsAt: string): Promise<string>;
  read(api: Api, id: string): Promise<unknown>;
  cancel(api: Api, id: string): Promise<unknown>;
}

async function send(api: Api, method: string, path: string, body?: unknown) {
  const response = await fetch(`${api.url}${path}`, {
    method,
    headers: api.headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

const rest = (api: Api, name: string, body: unknown) => send(api, "POST", `/rest/v1/rpc/${name}`, body);
const appointments = "/functions/v1/appointments/appointments";

const ways: readonly Way[] = [
  {
    name: "the function",
    slots: async (api, from, to) => {
      const query = new URLSearchParams({ service_id: api.service, from, to });
      return (await send(api, "GET", `/functions/v1/appointments/available-slots?${query}`)).slots;
    },
    book: async (api, starts_at) => (await send(api, "POST", appointments, { service_id: api.service, starts_at })).id,
    read: (api, id) => send(api, "GET", `${appointments}/${id}`),
    cancel: (api, id) => send(api, "DELETE", `${appointments}/${id}`, { reason: "changed my mind" }),
  },
  {
    name: "PostgREST",
    slots: (api, from_time, to_time) => rest(api, "available_slots", { service_id: api.service, from_time, to_time }),
    book: async (api, starts_at) => (await rest(api, "book_appointment", { service_id: api.service, starts_at })).id,
    read: (api, appointment_id) => rest(api, "get_appointment", { appointment_id }),
    cancel: (api, appointment_id) => rest(api, "cancel_appointment", { appointment_id, reason: "changed my mind" }),
  },
];

/** Signs in as the customer of the seed, who books at its clinic. */
async function openApi(url: string): Promise<Api> {
  const anonymous: Api = {
    url,
    headers: { apikey: KEYS.publishable, "content-type": "application/json" },
    service: "",
  };
  const credentials = { email: "customer@example.test", password: "almanac-demo" };
  const session = await send(anonymous, "POST", "/auth/v1/token?grant_type=password", credentials);
  const headers = { ...anonymous.headers, authorization: `Bearer ${session.access_token}` };
  const services = await send(
    { ...anonymous, headers },
    "GET",
    "/rest/v1/services?select=id&name=eq.General%20consultation",
  );
  return { url, headers, service: services[0].id };
}

async function timesOf(api: Api, way: Way, rounds: number): Promise<{ booking: number[]; flow: number[] }> {
  const booking: number[] = [];
  const flow: number[] = [];
  const from = new Date(Date.now() + 3 * 86_400_000).toISOString();
  const to = new Date(Date.now() + 10 * 86_400_000).toISOString();
  for (let round = -5; round < rounds; round++) {
    const start = performance.now();
    const free = await way.slots(api, from, to);
    const asked = performance.now();
    const id = await way.book(api, free[Math.floor(Math.random() * free.length)]!.starts_at);
    const booked = performance.now();
    await way.read(api, id);
    await way.cancel(api, id);
    if (round < 0) continue; // the first rounds start workers and fill caches
    booking.push(booked - asked);
    flow.push(performance.now() - start);
  }
  return { booking, flow };
}

async function rowsOf(url: string, engine: string, rounds: number): Promise<Row[]> {
  const api = await openApi(url);
  const rows: Row[] = [];
  for (const way of ways) {
    const { booking, flow } = await timesOf(api, way, rounds);
    const said = (times: number[]) =>
      `p50 ${quantile(times, 0.5).toFixed(1)} ms, p95 ${quantile(times, 0.95).toFixed(1)} ms`;
    rows.push({ figure: `${engine}, ${way.name}: one booking`, measured: said(booking) });
    rows.push({ figure: `${engine}, ${way.name}: slots, book, read, cancel`, measured: said(flow) });
  }
  return rows;
}

async function measure({ server, quick }: Context): Promise<Row[]> {
  const rounds = quick ? 10 : 100;
  const embedded = await withStack(undefined, ({ url }) => rowsOf(url, "embedded", rounds));
  const native = await withTestDatabase(
    server,
    (database) => withStack(database, ({ url }) => rowsOf(url, "native", rounds)),
  );
  return [...embedded, ...native];
}

export const http: Figure = { name: "http", about: "the booking flow of one customer over HTTP", run: measure };
