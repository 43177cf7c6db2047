import { assertExample } from "./pages.ts";

Deno.test("the README's example runs and prints what the README says", () => assertExample("README.md"));
Deno.test("the event bus page's example runs and prints what the page says", () => assertExample("docs/event-bus.md"));
