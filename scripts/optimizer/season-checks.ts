/** How long judging takes: one edit, suggestions, a whole analysis, on the conference season of 16 teams. */
import { analyze, checkEdit, suggest } from "../../shared/optimizer/analysis/mod.ts";
import { construct } from "../../shared/optimizer/engine/construct.ts";
import { Random } from "../../shared/optimizer/engine/random.ts";
import { compileLeague } from "../../shared/optimizer/league.ts";
import { placementsOf } from "../../shared/optimizer/placements.ts";
import { conferenceSeason } from "./season-conference.ts";

/** Milliseconds of each call, ascending. */
function times(count: number, call: (index: number) => unknown): number[] {
  return Array.from({ length: count }, (_, index) => {
    const began = performance.now();
    call(index);
    return performance.now() - began;
  }).sort((one, other) => one - other);
}

const row = (name: string, list: number[]) => {
  const at = (share: number) => list[Math.min(list.length - 1, Math.floor(list.length * share))]!.toFixed(1);
  return `${name.padEnd(34)} median ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${at(1)} ms (${list.length} calls)`;
};

/** Prints what `analyze`, `checkEdit` and `suggest` take; the league is compiled anew in each call. */
export async function benchChecks(): Promise<void> {
  const league = await conferenceSeason();
  const compiled = compileLeague(league);
  const placements = placementsOf(compiled, construct(compiled.problem, new Random(1)));
  const random = new Random(2);
  const matchup = () => placements[random.below(placements.length)]!.matchup;
  const edit = () => ({ kind: "move" as const, matchup: matchup(), round: 1 + random.below(league.rounds.length) });
  const flip = () => ({ kind: "swap_home" as const, matchup: matchup() });
  const { length } = league.constraints;
  console.log(`${league.teams.length} teams, ${league.rounds.length} rounds, ${length} constraints`);
  console.log(
    row("check one edit (league compiled)", times(60, (k) => checkEdit(league, placements, k % 2 ? edit() : flip()))),
  );
  console.log(
    row("the same, league kept", times(60, (k) => checkEdit(league, placements, k % 2 ? edit() : flip(), compiled))),
  );
  console.log(row("analyze", times(30, () => analyze(league, placements))));
  const broken = analyze(league, placements).constraints.filter(({ satisfied }) => !satisfied);
  console.log(
    row(
      "suggest for a constraint",
      times(broken.length, (k) => suggest(league, placements, { constraint: broken[k]!.constraint })),
    ),
  );
  console.log(
    row("suggest for a postponed game", times(20, () => suggest(league, placements, { matchup: matchup() }))),
  );
}

if (import.meta.main) await benchChecks();
