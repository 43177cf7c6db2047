import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { answerOf } from "../../shared/db/answer.ts";
import { callGateway, stack } from "./fixture.ts";
import {
  asKey,
  asMember,
  gatewayUrl,
  newAdapter,
  newCompany,
  newKey,
  newMember,
  operator,
  startUpstream,
} from "./gateway-fixture.ts";

const company = await newCompany();
const { owner, organizationId } = company;

/** As one of our functions would, for a guest who called it from there. */
const fromAddress = (address: string) => ({
  apikey: stack.publishableKey,
  "x-client-address": address,
  "x-client-address-proof": createHmac("sha256", stack.jobsKey).update(address).digest("hex"),
});

Deno.test("10,000 requests in a burst from one key: its limit passes, and another key is served undisturbed", async () => {
  const upstream = startUpstream();
  try {
    const { name } = await newAdapter(company, upstream.url);
    const [greedy, modest] = await Promise.all([newKey(company), newKey(company)]);
    const statuses = new Map<number, number>();
    let left = 10_000;
    const send = async () => {
      while (left-- > 0) {
        const response = await fetch(`${gatewayUrl}/${name}/greedy`, { headers: asKey(greedy) });
        await response.body?.cancel();
        statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      }
    };
    const times: number[] = [];
    const burst = Promise.all(Array.from({ length: 8 }, send));
    let over = false;
    burst.finally(() => over = true);
    while (!over && times.length < 200) {
      const started = performance.now();
      const answer = await callGateway("GET", `/v1/${name}/modest`, asKey(modest));
      times.push(performance.now() - started);
      assert.equal(answer.status, 200, answer.text);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await burst;
    const passed = statuses.get(200) ?? 0;
    assert.deepEqual([...statuses.keys()].sort(), [200, 429]);
    assert.ok(passed >= 1_000 && passed < 1_200, `${passed} passed`);
    assert.equal(upstream.seen.filter(({ path }) => path === "/greedy").length, passed);
    times.sort((a, b) => a - b);
    const p95 = times[Math.floor(times.length * 0.95)]!;
    console.log(`another key meanwhile: p50 ${Math.round(times[times.length >> 1]!)} ms, p95 ${Math.round(p95)} ms`);
    assert.ok(p95 < 2_000, `${Math.round(p95)} ms`);
    const refused = await callGateway("GET", `/v1/${name}/greedy`, asKey(greedy));
    assert.deepEqual([refused.status, refused.body.code], [429, "rate_limited"]);
    const header = (name: string) => refused.headers.get(name)!;
    assert.deepEqual([header("ratelimit-limit"), header("ratelimit-remaining")], ["1000", "0"]);
    assert.equal(header("ratelimit-policy"), '"api_key";q=1000;w=3600');
    assert.match(header("retry-after"), /^[1-4]$/);
    assert.ok(Number(header("ratelimit-reset")) > 3_500);
  } finally {
    await upstream.stop();
  }
});

Deno.test("the operator gives an organization another tier; its keys and members have it at once", async () => {
  const upstream = startUpstream();
  try {
    const { name } = await newAdapter(company, upstream.url);
    const [key, staff] = [await newKey(company), await newMember(company, "staff")];
    const policy = async (headers: Record<string, string>) =>
      (await callGateway("GET", `/v1/${name}/x`, headers)).headers.get("ratelimit-policy");
    assert.equal(await policy(asKey(key)), '"api_key";q=1000;w=3600');
    assert.equal(await policy(asMember(staff, company)), '"standard";q=1000;w=60');
    await answerOf(operator.rpc("set_organization_tier", { organization_id: organizationId, tier: "premium" }));
    assert.equal(await policy(asKey(key)), '"premium";q=10000;w=60');
    assert.equal(await policy(asMember(staff, company)), '"premium";q=10000;w=60');
    const { error } = await owner.client.rpc("set_organization_tier", {
      organization_id: organizationId,
      tier: "premium",
    });
    assert.equal(error?.message, "permission_denied");
  } finally {
    await upstream.stop();
  }
});

Deno.test("guessing keys uses up what the guesser's address has", async () => {
  const address = "203.0.113.77";
  const guess = () =>
    callGateway("GET", "/v1/appointments/health", {
      ...fromAddress(address),
      "x-api-key": `alm_00000000_${crypto.randomUUID().replaceAll("-", "")}AAAAAAAAAAA`,
    });
  const first = await guess();
  assert.deepEqual([first.status, first.headers.get("ratelimit-policy")], [401, '"guest";q=600;w=60']);
  const before = Number((await guess()).headers.get("ratelimit-remaining"));
  for (let n = 0; n < 5; n++) await guess();
  assert.ok(Number((await guess()).headers.get("ratelimit-remaining")) < before);
});

Deno.test("calls of the Data API are limited too, each address and route by itself", async () => {
  const call = (address: string, route = "join_queue", forged = {}) =>
    fetch(`${stack.url}/rest/v1/rpc/${route}`, {
      method: "POST",
      headers: { ...fromAddress(address), ...forged, "content-type": "application/json" },
      body: route === "organizations_nearby" ? JSON.stringify({ latitude: 0, longitude: 0 }) : "{}",
    });
  const address = `2001:db8:${crypto.randomUUID().slice(0, 4)}::1`;
  const first = await call(address, "organizations_nearby");
  await first.body?.cancel();
  assert.equal(first.status, 200);
  assert.equal(first.headers.get("ratelimit-limit"), "600");
  let [served, refused] = [1, 0];
  let last = first;
  await Promise.all(Array.from({ length: 6 }, async () => {
    while (refused < 6 && served < 1_500) {
      const answer = await call(address, "organizations_nearby");
      if (answer.status === 429) [last, refused] = [answer, refused + 1];
      else {
        served += 1;
        await answer.body?.cancel();
      }
    }
  }));
  assert.ok(refused > 0 && served >= 600, `${served} served`);
  assert.ok(Number(last.headers.get("retry-after")) >= 1);
  const body = await last.json();
  assert.deepEqual([body.code, body.message], ["PT429", "rate_limited"]);
  const neighbour = await call(address.replace("::1", "::2"), "organizations_nearby");
  await neighbour.body?.cancel();
  const left = Number(neighbour.headers.get("ratelimit-remaining") ?? 0);
  assert.ok(left < 300, `of IPv6 a network is one address: ${left} left`);
  const elsewhere = await call("203.0.113.200", "organizations_nearby");
  assert.equal(elsewhere.status, 200, "another address is served");
  await elsewhere.body?.cancel();
  const forged = await Promise.all(Array.from({ length: 30 }, async (_, n) => {
    const answer = await call(address, "organizations_nearby", { "x-client-address": `203.0.113.${n}` });
    await answer.body?.cancel();
    return Number(answer.headers.get("ratelimit-remaining"));
  }));
  assert.ok(Math.min(...forged) < 590, "what is not proven is not believed: all of these came from one address");
});
