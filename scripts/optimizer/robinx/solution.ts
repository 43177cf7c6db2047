import { XMLBuilder } from "fast-xml-parser";
import type { Placement } from "../../../shared/optimizer/league.ts";
import { StackError } from "../../stack/errors.ts";
import type { Instance } from "./read.ts";
import { child, children, parseXml, required } from "./xml.ts";

/** What a solution costs: violations of hard constraints, and the objective. */
export interface Cost {
  readonly hard: number;
  readonly soft: number;
}

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: "@", format: true });

/** The RobinX text of a solution, games in the order of rounds. */
export function writeSolution(instance: Instance, placements: readonly Placement[], { hard, soft }: Cost): string {
  const games = [...placements].sort((one, other) => one.round - other.round);
  return builder.build({
    "?xml": { "@version": "1.0", "@encoding": "UTF-8" },
    Solution: {
      MetaData: {
        InstanceName: instance.name,
        Contributor: "Almanac",
        ObjectiveValue: { "@infeasibility": hard, "@objective": soft },
      },
      Games: {
        ScheduledMatch: games.map(({ home, away, round }) => ({
          "@home": home,
          "@away": away,
          "@slot": instance.slots[round - 1],
        })),
      },
    },
  });
}

/** The games of a RobinX solution of this instance; a {@link StackError} says which game does not belong to it. */
export function readSolution(instance: Instance, text: string): Placement[] {
  const root = parseXml(text, "Solution");
  const open = new Map<string, number[]>();
  instance.league.matchups.forEach(({ home, away, fixed }, index) => {
    for (const key of fixed ? [`${home},${away}`] : [`${home},${away}`, `${away},${home}`]) {
      open.set(key, [...open.get(key) ?? [], index]);
    }
  });
  const placed = new Set<number>();
  return children(child(root, "Games"), "ScheduledMatch").map((game) => {
    const [home, away, slot] = ["home", "away", "slot"].map((name) => required(game, name, "<ScheduledMatch>"));
    const matchup = open.get(`${home},${away}`)?.find((index) => !placed.has(index));
    if (matchup === undefined) throw new StackError(`team ${home} has no further home game against team ${away}.`);
    placed.add(matchup);
    const round = instance.slots.indexOf(slot!) + 1;
    if (!round) throw new StackError(`the solution names slot ${slot}, which is not there.`);
    return { matchup, round, home: home!, away: away! };
  });
}
