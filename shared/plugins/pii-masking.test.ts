import assert from "node:assert/strict";
import { maskPath, maskQuery } from "./pii-masking.ts";

Deno.test("what is personal in a query is masked, by its name and by what it looks like", () => {
  assert.equal(
    maskQuery(
      "page=2&email=ann%40example.com&full_name=Ann%20Lee&q=call+%2B49+30+1234567&note=ann%40example.com&phone=1",
    ),
    "page=2&email=[masked]&full_name=[masked]&q=call [masked]&note=[masked]&phone=[masked]",
  );
  assert.equal(maskQuery("patient_no=4711&page=1", ["patient_no"]), "patient_no=[masked]&page=1");
});

Deno.test("so it is in a path", () => {
  assert.equal(maskPath("/users/ann@example.com/orders/7"), "/users/[masked]/orders/7");
  assert.equal(maskPath("/by-email/x%40y.example"), "/by-email/[masked]");
  assert.equal(maskPath("/name/Ann%20Lee/x"), "/name/[masked]/x");
  assert.equal(
    maskPath("/appointments/0199e2c4-7b1a-7cc3-8f0e-5a2d9c1b4e77"),
    "/appointments/0199e2c4-7b1a-7cc3-8f0e-5a2d9c1b4e77",
  );
  assert.equal(maskPath("/patients/4711", ["patients"]), "/patients/[masked]");
});

Deno.test("a path that cannot be decoded is masked as it is", () => {
  assert.equal(maskPath("/%E0%A4%A/x"), "/%E0%A4%A/x");
});
