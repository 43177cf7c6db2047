import assert from "node:assert/strict";
import { Problem } from "../../../shared/http/problem.ts";
import { addressOf, targetOf } from "./target.ts";

const read = (path: string) => targetOf(new URL(`http://h/gateway/v1/${path}`));
const refusal = (work: () => unknown): string => {
  try {
    return JSON.stringify(work());
  } catch (failure) {
    return failure instanceof Problem ? failure.code : String(failure);
  }
};

Deno.test("service, path and query are read as they were written", () => {
  assert.deepEqual(read("sms/v1/a%20b/caf%C3%A9?q=%2F&q=2"), {
    service: "sms",
    path: "/v1/a%20b/caf%C3%A9",
    query: "?q=%2F&q=2",
  });
  assert.deepEqual(read("sms"), { service: "sms", path: "", query: "" });
  assert.deepEqual(read("sms/100%25"), { service: "sms", path: "/100%25", query: "" });
});

Deno.test("a path that two readers could understand in two ways is refused", () => {
  const paths = [
    "sms//evil.example/x",
    "sms/a//b",
    "sms/a%2f..%2fb",
    "sms/a%2F%2Fb",
    "sms/a%5c..%5cb",
    "sms/%252e%252e/b",
    "sms/%25252e%25252e/b",
    "sms/a/..%3b/b",
    "sms/a%00",
    "sms/a%0d%0aX-Injected:%201",
    "sms/a%250aX",
    "sms/..;/admin",
    "sms/%ff",
  ];
  for (const path of paths) assert.equal(refusal(() => read(path)), "invalid_path", path);
});

Deno.test("dots are resolved before a service is looked for: nothing leads above it", () => {
  assert.equal(read("sms/../platform/x").service, "platform");
  assert.equal(read("sms/%2e%2e/platform/x").service, "platform");
  assert.equal(refusal(() => targetOf(new URL("http://h/gateway/v1/sms/../../../rest/v1/x"))), "service_not_found");
  assert.equal(refusal(() => read("SMS/x")), "service_not_found");
  assert.equal(refusal(() => read("a_b/x")), "service_not_found");
});

Deno.test("an address is below its endpoint, whatever the path says", () => {
  const at = (endpoint: string, path: string, query = "") => addressOf(endpoint, { service: "s", path, query }).href;
  assert.equal(at("https://h/base", "/x", "?y=1"), "https://h/base/x?y=1");
  assert.equal(at("https://h/base/", "/x"), "https://h/base/x");
  assert.equal(at("https://h", ""), "https://h/");
  assert.equal(refusal(() => at("https://h/base", "/../other")), "invalid_path");
  assert.equal(refusal(() => at("https://h/base", "x")), "invalid_path");
  assert.equal(refusal(() => at("https://h", ".evil.example/x")), "invalid_path");
  assert.equal(refusal(() => at("https://h", "@evil.example/x")), "invalid_path");
});
