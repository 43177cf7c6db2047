import assert from "node:assert/strict";
import { SignJWT } from "jose";
import { KEYS } from "./keys.ts";
import { openPlatform } from "./platform-testing.ts";

const secret = new TextEncoder().encode(KEYS.jwtSecret);
const userId = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const tokenOf = (n: number) =>
  new SignJWT({ sub: userId(n), role: "authenticated", aud: "authenticated" })
    .setProtectedHeader({ alg: "HS256" }).setIssuedAt().setExpirationTime("1h").sign(secret);

const tables = `
  create table public.things (id int primary key, owner uuid not null, at timestamptz, price numeric, during tstzrange,
    exclude using gist (during with &&));
  insert into public.things select g, ('00000000-0000-4000-8000-' || lpad((g % 10)::text, 12, '0'))::uuid,
    '2026-01-01T00:00:00Z', 1.50, tstzrange(now() + g * interval '1 day', now() + g * interval '1 day' + interval '1 hour')
    from generate_series(0, 99) g;
  alter table public.things enable row level security;
  create policy "owners see theirs" on public.things for select to authenticated using (owner = (select auth.uid()));
  grant select on public.things to authenticated;
  grant all on public.things to service_role;
  create table public.ungranted (id int);
  create function public.refuse() returns void language plpgsql as $$ begin raise exception 'plain'; end $$;`;

Deno.test("lite over PGlite", async (t) => {
  await using platform = await openPlatform();
  await platform.db.exec(tables);
  const call = async (path: string, headers: HeadersInit, init: RequestInit = {}): Promise<Response> =>
    await platform.lite.fetch(new Request(`http://127.0.0.1/rest/v1/${path}`, { ...init, headers }));
  const publishable = { apikey: KEYS.publishable };
  const service = { apikey: KEYS.secret, "content-type": "application/json" };

  await t.step("requests at once keep their own identity", async () => {
    const tokens = await Promise.all(Array.from({ length: 10 }, (_, n) => tokenOf(n)));
    const rounds = Array.from({ length: 10 }, () => tokens).flat();
    const wrong = await Promise.all(rounds.map(async (token, at) => {
      const response = await call("things?select=owner", { ...publishable, authorization: `Bearer ${token}` });
      const rows = await response.json() as { owner: string }[];
      return rows.length !== 10 || rows.some(({ owner }) => owner !== userId(at % 10));
    }));
    assert.equal(wrong.filter(Boolean).length, 0);
  });

  await t.step("nobody is granted what the migrations did not grant", async () => {
    for (const headers of [publishable, service]) {
      const response = await call("ungranted", headers);
      assert.equal((await response.json()).code, "42501");
    }
  });

  await t.step("values are written as PostgREST writes them", async () => {
    const response = await call("things?select=at,price&id=eq.0", service);
    assert.deepEqual(await response.json(), [{ at: "2026-01-01T00:00:00+00:00", price: 1.5 }]);
  });

  await t.step("errors keep their SQLSTATE and get PostgREST's status", async () => {
    const twice = await call("things", service, {
      method: "POST",
      body: JSON.stringify([{ id: 200, owner: userId(1), during: "[2030-01-01,2030-01-03)" }, {
        id: 201,
        owner: userId(1),
        during: "[2030-01-02,2030-01-04)",
      }]),
    });
    assert.deepEqual([twice.status, (await twice.json()).code], [400, "23P01"]);
    const refused = await call("rpc/refuse", service, { method: "POST", body: "{}" });
    assert.deepEqual([refused.status, (await refused.json()).message], [400, "plain"]);
  });
});
