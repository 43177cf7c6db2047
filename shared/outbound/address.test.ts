import assert from "node:assert/strict";
import { isPublicAddress } from "./address.ts";
import { OutboundError } from "./failure.ts";
import { checkUrl, resolveTarget } from "./target.ts";

const inner = [
  ...[
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.8.8.8",
    "169.254.169.254",
    "172.16.0.1",
  ],
  ...["192.0.0.192", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.9", "224.0.0.1", "240.0.0.1"],
  ...["255.255.255.255", "168.63.129.16", "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1"],
  ...["::ffff:127.0.0.1", "::ffff:a00:1", "::7f00:1", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"],
  ...["64:ff9b:1::1", "2002:7f00:1::", "2002:808:808::1", "2001::1", "2001:db8::1", "100::1", "4000::1", "fe80::1%1"],
  "no address",
];
const outer = ["1.1.1.1", "8.8.8.8", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"];

Deno.test("addresses of no public server are told, those inside an IPv6 address too", () => {
  for (const address of inner) assert.equal(isPublicAddress(address), false, address);
});

Deno.test("addresses of the public internet pass", () => {
  for (const address of outer) assert.equal(isPublicAddress(address), true, address);
});

const code = (expected: string) => (failure: unknown) => failure instanceof OutboundError && failure.code === expected;

Deno.test("what is no plain https address is refused before anything is looked up", () => {
  const urls = [
    ...["", "example.com", "ftp://example.com", "file:///etc/passwd", "http://example.com", "gopher://example.com"],
    ...["https://me:word@example.com", "https://me@example.com", "https://2130706433/", "https://0x7f000001/"],
    ...["https://0177.0.0.1/", "https://127.1/", "https://0x7f.1/", "https://017700000001/", "https://134744072/"],
    ...["https://example.com:22/", "https://example.com:25/", "https://[::1", "https://example.com:99999/"],
    ...["https://１２７.0.0.1/", "https://①②⑦.0.0.1"],
  ];
  for (const url of urls) assert.throws(() => checkUrl(url, []), code("invalid_url"), url);
  for (const url of ["https://example.com", "https://8.8.8.8:8443/a?b", "https://[2606:4700::1111]/"]) {
    checkUrl(url, []);
  }
});

Deno.test("one address that is not public refuses the name, and a literal one is its own", async () => {
  const answers = (...addresses: string[]) => () => Promise.resolve(addresses);
  const never = () => Promise.reject(new Error("looked up"));
  await assert.rejects(resolveTarget("https://a.test", [], answers("8.8.8.8", "10.0.0.1")), code("address_refused"));
  await assert.rejects(resolveTarget("https://a.test", [], answers("::ffff:10.0.0.1")), code("address_refused"));
  await assert.rejects(resolveTarget("https://a.test", [], answers()), code("name_not_found"));
  for (const literal of inner.filter((address) => /^[\d.]+$/.test(address))) {
    await assert.rejects(resolveTarget(`https://${literal}/`, [], never), code("address_refused"), literal);
  }
  for (const literal of inner.filter((address) => address.includes(":") && !address.includes("%"))) {
    await assert.rejects(resolveTarget(`https://[${literal}]/`, [], never), code("address_refused"), literal);
  }
  const { addresses } = await resolveTarget("https://a.test", [], answers("8.8.8.8", "2606:4700::1111"));
  assert.deepEqual(addresses, ["8.8.8.8", "2606:4700::1111"]);
});

Deno.test("the operator allows hosts, by name, with or without a port, and no others", async () => {
  const resolve = () => Promise.resolve(["10.0.0.1"]);
  for (const allowed of ["a.test", "a.test:8080", "*"]) await resolveTarget("http://a.test:8080", [allowed], resolve);
  for (const other of ["b.test", "a.test:80", "test", "10.0.0.1"]) {
    await assert.rejects(resolveTarget("https://a.test:8080", [other], resolve), code("address_refused"), other);
  }
});
