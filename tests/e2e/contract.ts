import assert from "node:assert/strict";
import { type Answer, callTo } from "./fixture.ts";

interface Operation {
  responses: Record<string, { description: string }>;
}

const documents = await Promise.all(
  ["appointments", "scheduling", "documents", "platform", "gateway"].map(async (functionName) => {
    const { body } = await callTo(functionName)("GET", "/openapi.json", {});
    return { functionName, paths: body.paths as Record<string, Record<string, Operation>> };
  }),
);
const operations = documents.flatMap(({ functionName, paths }) =>
  Object.entries(paths)
    // A path without parameters is asked before one with them.
    .sort(([one], [other]) => one.split("{").length - other.split("{").length)
    .flatMap(([path, methods]) => {
      const own = path.replace(new RegExp(`^/${functionName}`), "");
      const pattern = new RegExp(`^${own.replace(/\{[^}]+\}/g, "[^/]+")}$`);
      return Object.entries(methods)
        .map(([method, operation]) => ({ functionName, method: method.toUpperCase(), pattern, operation }));
    })
);

/** A refusal is one that the route's contract names; where there is no such route, there is none to name it. */
export function assertDocumented({ functionName, request, status, body }: Answer): void {
  const [method, path = ""] = request.replace(/\?.*$/, "").split(" ");
  const operation = operations.find((candidate) =>
    candidate.functionName === functionName && candidate.method === method && candidate.pattern.test(path)
  )?.operation;
  if (!operation) {
    return assert.ok(["not_found", "method_not_allowed"].includes(body.code), `no contract of ${request}`);
  }
  const named = operation.responses[status]?.description ?? "";
  assert.ok(named.includes(`\`${body.code}\``), `the contract of ${request} does not name ${status} ${body.code}`);
}
