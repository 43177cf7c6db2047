import type { LeagueConstraint } from "../../../shared/optimizer/league.ts";
import { StackError } from "../../stack/errors.ts";
import type { Groups } from "./groups.ts";
import { child, children, type Element, listOf, required, textOf, wholeNumber } from "./xml.ts";

type Parameters = Record<string, unknown>;
type Reader = (element: Element, groups: Groups, where: string) => Parameters;

const families = [
  "BasicConstraints",
  "CapacityConstraints",
  "GameConstraints",
  "BreakConstraints",
  "FairnessConstraints",
  "SeparationConstraints",
];

const homes = ["H", "A", "HA"];

/** What CA2 and CA4 say: games between two groups of teams in rounds, all together or each by itself. */
const opposingInRounds: Reader = (at, groups, where) => ({
  ...opposing(at, groups, where),
  rounds: rounds(at, groups, where),
  mode1: oneOf(at, "mode1", homes, where),
  mode2: oneOf(at, "mode2", ["GLOBAL", "EVERY"], where),
  ...range(at, where),
});

/** What each type of constraint says beside its type, penalty and hardness; names are those of RobinX. */
const readers: Readonly<Record<string, Reader>> = {
  CA1: (at, groups, where) => ({
    teams: teams(at, groups, where),
    rounds: rounds(at, groups, where),
    mode: oneOf(at, "mode", homes, where),
    ...range(at, where),
  }),
  CA2: opposingInRounds,
  CA3: (at, groups, where) => ({
    ...opposing(at, groups, where),
    mode1: oneOf(at, "mode1", homes, where),
    mode2: oneOf(at, "mode2", ["SLOTS", "GAMES"], where),
    intp: wholeNumber(at, "intp", where),
    ...range(at, where),
  }),
  CA4: opposingInRounds,
  GA1: (at, groups, where) => ({
    meetings: listOf(textOf(at, "meetings")).map((pair) => meeting(pair, groups, where)),
    rounds: rounds(at, groups, where),
    ...range(at, where),
  }),
  BR1: (at, groups, where) => ({
    teams: teams(at, groups, where),
    rounds: rounds(at, groups, where),
    mode1: oneOf(at, "mode1", ["LEQ", "EQ"], where, "LEQ"),
    mode2: oneOf(at, "mode2", homes, where),
    intp: wholeNumber(at, "intp", where),
  }),
  BR2: (at, groups, where) => ({
    teams: teams(at, groups, where),
    rounds: rounds(at, groups, where),
    homeMode: oneOf(at, "homeMode", ["HA"], where, "HA"),
    mode2: oneOf(at, "mode2", ["LEQ", "EQ"], where, "LEQ"),
    intp: wholeNumber(at, "intp", where),
  }),
  FA2: (at, groups, where) => ({
    teams: teams(at, groups, where),
    rounds: rounds(at, groups, where),
    mode: oneOf(at, "mode", homes, where),
    intp: wholeNumber(at, "intp", where),
  }),
  SE1: (at, groups, where) => ({ teams: teams(at, groups, where), min: wholeNumber(at, "min", where) }),
  SE2: (at, groups, where) => ({
    teams: teams(at, groups, where),
    pairs: listOf(textOf(at, "slotPairs")).map((pair) => groups.roundsOf(pair.replaceAll(",", ";"), undefined, where)),
  }),
};

/** Every constraint of an instance; its id is its type and its place among those of the type, from 1. */
export function readConstraints(root: Element, groups: Groups): LeagueConstraint[] {
  return families.flatMap((family) =>
    Object.keys(child(root, "Constraints", family)).flatMap((type) =>
      children(child(root, "Constraints", family), type).map((element, index) => {
        const id = `${type}-${index + 1}`;
        const reader = readers[type];
        if (!reader) throw new StackError(`the constraint type ${type} is not known.`);
        const hard = oneOf(element, "type", ["HARD", "SOFT"], id) === "HARD";
        return { id, type, params: reader(element, groups, id), hard, weight: wholeNumber(element, "penalty", id, 1) };
      })
    )
  );
}

function oneOf(element: Element, name: string, known: readonly string[], where: string, absent?: string): string {
  const text = textOf(element, name) ?? absent ?? required(element, name, where);
  if (!known.includes(text)) throw new StackError(`${where}: ${name}="${text}" is not one of ${known.join(", ")}.`);
  return text;
}

const range = (at: Element, where: string) => {
  const min = wholeNumber(at, "min", where, 0);
  return { min, max: wholeNumber(at, "max", where) };
};

const teams = (at: Element, groups: Groups, where: string) =>
  groups.teamsOf(textOf(at, "teams"), textOf(at, "teamGroups"), where);

const rounds = (at: Element, groups: Groups, where: string) =>
  groups.roundsOf(textOf(at, "slots"), textOf(at, "slotGroups"), where);

const opposing = (at: Element, groups: Groups, where: string) => ({
  teams1: groups.teamsOf(textOf(at, "teams1"), textOf(at, "teamGroups1"), where),
  teams2: groups.teamsOf(textOf(at, "teams2"), textOf(at, "teamGroups2"), where),
});

/** A game such as `1,2`: the home team, then the away team. */
function meeting(pair: string, groups: Groups, where: string): [string, string] {
  const [home, away] = pair.split(",").map((part) => part.trim());
  if (!home || !away) throw new StackError(`${where}: "${pair}" is not a game.`);
  groups.teamsOf(`${home};${away}`, undefined, where);
  return [home, away];
}
