import { after, before, describe, it } from "node:test";
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { readInstance } from "../../scripts/optimizer/robinx/read.ts";
import { readSolution } from "../../scripts/optimizer/robinx/solution.ts";
import { validate } from "../../scripts/optimizer/validator/validate.ts";
import { instanceText, travelling } from "./instances.ts";

const text = instanceText({ teams: 6, objective: "TR", constraints: travelling });
const home = '<CapacityConstraints><CA1 max="0" mode="H" slots="0" teams="1" type="HARD"/></CapacityConstraints>';

let folder: string;
before(async () => {
  folder = await Deno.makeTempDir();
});
after(() => Deno.remove(folder, { recursive: true }));

async function solve(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  const script = new URL("../../scripts/optimizer/solve.ts", import.meta.url).pathname;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", script, ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), error: decoder.decode(stderr) };
}

async function written(name: string, content: string): Promise<string> {
  await Deno.writeTextFile(`${folder}/${name}`, content);
  return `${folder}/${name}`;
}

describe("deno task solve", () => {
  it("solves a travelling tournament, tells its cost and writes it", async () => {
    const path = await written("ring.xml", text), out = `${folder}/solution.xml`;
    const { code, out: said, error } = await solve(path, "--seconds", "1", "--out", out);
    strictEqual(code, 0, error);
    match(said, /Ring & 6: 6 teams, 10 rounds\ncost: 64 {2}hard violations: 0/);
    match(said, /evaluations in .* s \(wall\)/);
    const instance = readInstance(text);
    const verdict = validate(instance.league, readSolution(instance, await Deno.readTextFile(out)));
    deepStrictEqual([verdict.faults, verdict.hard, verdict.soft], [[], 0, 64]);
  });

  it("gives the same solution for the same seed and evaluations", async () => {
    const path = await written("again.xml", text);
    const [one, other] = [`${folder}/one.xml`, `${folder}/other.xml`];
    for (const out of [one, other]) await solve(path, "--evaluations", "20000", "--seed", "5", "--out", out);
    strictEqual(await Deno.readTextFile(one), await Deno.readTextFile(other));
  });

  it("solves instances with constraints, with threads", async () => {
    const path = await written("soft.xml", instanceText({ teams: 6, mode: "P", constraints: home }));
    const { code, out, error } = await solve(path, "--seconds", "1", "--threads", "2");
    strictEqual(code, 0, error);
    match(out, /cost: 0 {2}hard violations: 0/);
  });

  it("ends with one sentence when there is nothing to solve", async () => {
    const bad = await written("bad.xml", "<Instance>");
    const wrong: [string[], RegExp][] = [
      [[], /^almanac: usage: .*\n$/],
      [[`${folder}/nowhere.xml`], /^almanac: .*nowhere.xml cannot be read.\n$/],
      [[bad], /^almanac: .*bad.xml: line 1.* is not XML.*\n$/],
      [[bad, "--threads", "many"], /^almanac: --threads many is no positive number.\n$/],
      [[bad, "--speed", "9"], /^almanac: Unknown option '--speed'.*\n$/],
    ];
    for (const [args, message] of wrong) {
      const { code, error } = await solve(...args);
      strictEqual(code, 1);
      match(error, message);
    }
  });
});
