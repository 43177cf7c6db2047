import { parser } from "@prometheus-io/lezer-promql";
import assert from "node:assert/strict";
import { parse } from "yaml";
import { families } from "../../shared/metrics/families.ts";
import { callPlatform, stack } from "./fixture.ts";
import { parseMetrics } from "./prometheus.ts";

const operations = new URL("../../docs/operations/", import.meta.url);
const read = (name: string) => Deno.readTextFile(new URL(name, operations));

interface Panel {
  title: string;
  targets?: { expr: string }[];
}
interface Rule {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; description: string };
}

const { panels } = JSON.parse(await read("dashboard.json")) as { panels: Panel[] };
const rules = (parse(await read("alerts.yml")) as { groups: { rules: Rule[] }[] }).groups.flatMap(({ rules }) => rules);
const expressions = [
  ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ where: title, expr }))),
  ...rules.map(({ alert, expr }) => ({ where: alert, expr })),
];

interface Selector {
  metric: string;
  labels: string[];
}

/** The metrics that an expression reads, with the labels it matches on. Throws where it is no PromQL. */
function selectorsOf(expr: string): Selector[] {
  const text = expr.replaceAll("$__rate_interval", "5m");
  const found: Selector[] = [];
  parser.parse(text).iterate({
    enter(node) {
      const words = text.slice(node.from, node.to);
      if (node.type.isError) throw new Error(`no PromQL at ${node.from}: ${text}`);
      if (node.name === "VectorSelector") found.push({ metric: /^\w+/.exec(words)![0], labels: [] });
      if (node.name === "LabelName" && node.node.parent?.name !== "GroupingLabels") found.at(-1)?.labels.push(words);
    },
  });
  return found;
}

const familyOf = (metric: string): string => {
  const base = metric.replace(/_(bucket|sum|count)$/, "");
  return families[base]?.type === "histogram" ? base : metric;
};

Deno.test("every metric on the dashboard and in the alerts is in the output of /platform/metrics", async () => {
  const { text } = await callPlatform("GET", "/metrics", { apikey: stack.secretKey });
  const { types } = parseMetrics(text);
  const asked = new Set<string>();
  for (const { where, expr } of expressions) {
    for (const { metric, labels } of selectorsOf(expr)) {
      const name = familyOf(metric);
      const family = families[name];
      assert.ok(family, `${where}: ${metric} is no metric of ours`);
      assert.ok(types.has(name) || family.where, `${where}: ${metric} is not in the output`);
      assert.equal(family.type === "histogram", metric !== name, `${where}: ${metric} is no histogram's part`);
      for (const label of labels) assert.ok(family.labels.includes(label), `${where}: ${name} has no label ${label}`);
      asked.add(name);
    }
  }
  const unseen = Object.keys(families).filter((name) => !asked.has(name));
  assert.deepEqual(unseen, [], "every metric is looked at somewhere");
});

Deno.test("counters are read by their rate, gauges as they are", () => {
  for (const { where, expr } of expressions) {
    for (const { metric } of selectorsOf(expr)) {
      const counts = families[familyOf(metric)]!.type !== "gauge";
      const rated = new RegExp(`(rate|increase)\\(${metric}\\b`).test(expr);
      assert.equal(rated, counts, `${where}: ${metric}`);
    }
  }
});

Deno.test("every alert says how urgent it is, what is wrong and where to look", () => {
  assert.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length);
  for (const { alert, labels, annotations } of rules) {
    assert.ok(["page", "ticket"].includes(labels.severity), alert);
    assert.ok(annotations.summary.length > 10 && annotations.description.length > 20, alert);
  }
});
