import { getJsonLinesFormatter, type LogRecord } from "@logtape/logtape";
import assert from "node:assert/strict";
import { inContext, withLogContext } from "./log.ts";
import { maskFields, maskLines, maskText } from "./log-masking.ts";
import { cpuClock } from "./testing.ts";

const jwt = `${btoa('{"alg":"ES256","kid":"k1"}')}.${btoa('{"sub":"u-1"}')}.c2lnbmF0dXJlLW9mLWl0`.replaceAll("=", "");
const planted: Record<string, string> = {
  email: "no such user ada.lovelace+work@example.co.uk",
  encodedEmail: "GET /people?who=ada%40example.org",
  international: "call +33 6 12 34 56 78 today",
  compact: "call +4915112345678",
  national: "call (555) 123-4567 or 06 12 34 56 78",
  jwt: `token ${jwt} expired`,
  secretKey: "used sb_secret_abcDEF123456_xyz",
  apiKey: "used alm_1a2b3c4d_Zm9vYmFyYmF6cXV4",
  webhookSecret: "signed by whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  header: "Authorization: Bearer abcdef.ghijkl-mnop",
  basic: "authorization: Basic dXNlcjpwYXNzd29yZA==",
  link: "manage token 0199e2c4-7b1a-7cc3-8f0e-5a2d9c1b4e77.dGhpcyBpcyBhIHNpZ25hdHVyZSBvZiBpdA",
  url: "connect postgresql://almanac:hunter2@db.internal:5432/postgres",
  query: "GET /x?token=9f8e7d6c5b4a&x=1",
  assignment: 'bad settings {"password":"hunter2"}',
  pem: "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\n-----END PRIVATE KEY-----",
  card: "paid with 4111 1111 1111 1111",
};
const parts = [
  "ada",
  "lovelace",
  "612345678",
  "12 34 56",
  "151123",
  "123-4567",
  jwt.slice(0, 20),
  "abcDEF",
  "Zm9vYmFy",
  "MfKQ9r8",
  "ghijkl",
  "dXNlcjpw",
  "dGhpcyBp",
  "hunter2",
  "9f8e7d6c",
  "MIGHAg",
  "4111 1111",
]; // deno-fmt-ignore

function lineOf(properties: Record<string, unknown>, message = "request failed"): string {
  const lines: string[] = [];
  const formatter = maskLines(getJsonLinesFormatter({ properties: "flatten" }));
  const sink = inContext(maskFields((record) => lines.push(formatter(record))));
  const record: LogRecord = {
    category: ["almanac", "test"],
    level: "error",
    message: [message],
    rawMessage: message,
    timestamp: Date.parse("2026-11-21T10:11:12.345Z"),
    properties,
  };
  withLogContext({ request_id: "r-1", organization: () => "o-1", since: performance.now() - 12 }, () => sink(record));
  return lines[0]!;
}

Deno.test("secrets and personal data are masked wherever they stand in a line", () => {
  for (const text of Object.values(planted)) {
    for (const line of [lineOf({}, text), lineOf({ reason: text }), lineOf({ cause: { cause: { reason: [text] } } })]) {
      assert.ok(JSON.parse(line), line);
      assert.match(line, /masked|XXXX/, text);
      for (const part of parts) assert.ok(!line.includes(part), `${part} in ${line}`);
    }
  }
});

Deno.test("a field that is named like a secret is masked whatever it holds", () => {
  const line = lineOf({
    password: "plain",
    headers: { authorization: "x", "x-api-key": "plain", cookie: "plain", "set-cookie": "plain" },
    people: [{ email: "plain", phone: "plain", guest_name: "plain", lease_token: "plain" }],
    client_secret: "plain",
  });
  assert.doesNotMatch(line, /plain|"x"/);
});

Deno.test("what logs are read for stays: ids, instants, durations, codes, addresses of networks", () => {
  const kept = {
    id: "0199e2c4-7b1a-7cc3-8f0e-5a2d9c1b4e77",
    trace: "0af7651916cd43dd8448eb211c80319c",
    at: "2026-11-21T10:11:12.345678+00:00",
    date: "2027-03-01",
    day: "2027-03-01 09:00:00",
    ip: "203.0.113.9",
    ipv6: "2001:db8::1",
    duration: 1234567,
    epoch: 1795255872345,
    code: "slot_taken",
    sqlstate: "PT409",
    route: "/appointments/:id/reschedule",
    key: "sb_secret_ is a prefix",
    version: "20261101000995",
  };
  const line = JSON.parse(lineOf(kept));
  for (const [name, value] of Object.entries(kept)) assert.equal(line[name], value);
});

Deno.test("each line says which request and organization it belongs to, and how long it took until then", () => {
  const line = JSON.parse(lineOf({ code: "internal" }));
  assert.equal(line.request_id, "r-1");
  assert.equal(line.organization_id, "o-1");
  assert.ok(line.ms >= 12 && line.ms < 1_000);
});

Deno.test("masking is stable and quick on a long line", () => {
  const text = `${"a".repeat(20_000)}@ ${"1 ".repeat(10_000)} eyJ${".".repeat(10_000)}`;
  const spent = cpuClock();
  const once = maskText(text);
  assert.ok(spent() < 500);
  assert.equal(maskText(maskText("to ada@example.org")), maskText("to ada@example.org"));
  assert.ok(once.length > 0);
});
