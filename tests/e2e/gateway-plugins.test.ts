import assert from "node:assert/strict";
import { answerOf } from "../../shared/db/answer.ts";
import { callGateway, callPlatform } from "./fixture.ts";
import {
  asKey,
  asMember,
  type Company,
  eventually,
  newAdapter,
  newCompany,
  newKey,
  newMember,
  startUpstream,
} from "./gateway-fixture.ts";

const use = (company: Company, plugin: string, body: unknown) =>
  callPlatform("PUT", `/gateway/${company.organizationId}/plugins/${plugin}`, asMember(company.owner, company), body);

/** An upstream that counts, and a company whose answers from it are kept. */
async function cached(config: Record<string, unknown>, headers: Record<string, string> = {}) {
  const company = await newCompany();
  let served = 0;
  const upstream = startUpstream(() => Response.json({ served: ++served }, { headers }));
  const [{ name }, staff, key] = await Promise.all([
    newAdapter(company, upstream.url),
    newMember(company, "staff"),
    newKey(company),
  ]);
  const set = await use(company, "response-cache", { config });
  assert.equal(set.status, 200, set.text);
  const ask = async (
    caller: Record<string, string>,
    path = "/x",
    method = "GET",
    extra: Record<string, string> = {},
  ) => {
    const { status, body, headers, text } = await callGateway(method, `/v1/${name}${path}`, { ...caller, ...extra });
    assert.equal(status, 200, text);
    return `${body.served} ${headers.get("x-cache")}`;
  };
  const owner = asMember(company.owner, company);
  /** Keeping happens beside the answer. */
  const settled = async () => assert.ok(await eventually(async () => (await ask(owner)).endsWith("hit")));
  return { company, upstream, ask, settled, owner, staff: asMember(staff, company), key: asKey(key) };
}

Deno.test("an answer is kept for its caller, until something happens in the organization", async () => {
  const { company, upstream, ask, settled, owner, staff, key } = await cached({});
  try {
    assert.equal(await ask(owner), "1 miss");
    await settled();
    const kept = await ask(owner);
    assert.match(kept, /^\d hit$/);
    assert.equal((await ask(staff)).split(" ")[1], "miss", "nobody is given another's");
    assert.equal((await ask(key)).split(" ")[1], "miss");
    assert.equal((await ask(owner, "/x?page=2")).split(" ")[1], "miss");
    assert.equal((await ask(owner, "/x", "GET", { "cache-control": "no-cache" })).split(" ")[1], "null");
    assert.equal(await ask(owner), kept);

    await answerOf(
      company.owner.client.rpc("update_organization", { organization_id: company.organizationId, name: "Renamed" }),
    );
    assert.ok(await eventually(async () => await ask(owner) !== kept, 15_000), "an event ends what was kept");
    await settled();
    const again = await ask(owner);
    await ask(owner, "/x", "POST");
    assert.notEqual(await ask(owner), again, "so does a request that changes something, at once");
  } finally {
    await upstream.stop();
  }
});

Deno.test("what is the same for everyone in the organization is kept once, where the organization says so", async () => {
  const { upstream, ask, settled, owner, staff } = await cached({ shared_paths: ["/x"] });
  try {
    await settled();
    assert.equal(await ask(staff), await ask(owner));
    const elsewhere = await cached({ shared_paths: ["/x"] });
    assert.equal(await elsewhere.ask(elsewhere.owner), "1 miss", "another organization has its own");
    await elsewhere.upstream.stop();
  } finally {
    await upstream.stop();
  }
});

Deno.test("a kept answer ends when its time is over, however often it is asked for", async () => {
  const { upstream, ask, settled, owner } = await cached({ ttl_seconds: 2 });
  try {
    await settled();
    const kept = await ask(owner);
    const asked = performance.now();
    assert.ok(await eventually(async () => await ask(owner) !== kept, 6_000));
    assert.ok(performance.now() - asked < 4_000);
  } finally {
    await upstream.stop();
  }
});

Deno.test("what says that it is one client's is never kept", async () => {
  const answers: Record<string, string>[] = [{ "cache-control": "private" }, { "set-cookie": "a=b" }, {
    vary: "cookie",
  }];
  for (const headers of answers) {
    const { upstream, ask, owner } = await cached({}, headers);
    await ask(owner);
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(await ask(owner), "2 null", JSON.stringify(headers));
    await upstream.stop();
  }
});

Deno.test("a config that does not fit is refused, and one that was set past the function switches the plugin off", async () => {
  const company = await newCompany();
  const upstream = startUpstream();
  try {
    const { name } = await newAdapter(company, upstream.url);
    const refused = await use(company, "response-cache", { config: { ttl_seconds: 3600 } });
    assert.deepEqual([refused.status, refused.body.code, refused.body.errors[0].path], [
      422,
      "invalid_input",
      "body.config.ttl_seconds",
    ]);
    const unknown = await use(company, "nothing", {});
    assert.deepEqual([unknown.status, unknown.body.code], [404, "not_found"]);
    const { client } = company.owner;
    await answerOf(client.rpc("set_organization_plugin", {
      organization_id: company.organizationId,
      plugin: "response-cache",
      config: { ttl_seconds: "long" },
    }));
    const state = async () =>
      (await callPlatform("GET", `/gateway/${company.organizationId}/plugins`, asMember(company.owner, company))).body
        .items[0];
    const ask = () => callGateway("GET", `/v1/${name}/x`, asMember(company.owner, company));
    for (let n = 0; n < 6; n++) assert.equal((await ask()).status, 200, "requests pass all the same");
    assert.ok(await eventually(async () => !(await state()).enabled), "ten failures in a row, two a request");
    const { failed_total, last_error } = await state();
    assert.ok(failed_total >= 10 && last_error === "ZodError", `${failed_total} ${last_error}`);
  } finally {
    await upstream.stop();
  }
});
