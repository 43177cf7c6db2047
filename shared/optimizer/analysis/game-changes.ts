import { sentence, Wording } from "../constraints/wording.ts";
import type { CompiledLeague, Placement } from "../league.ts";

/** A game that is elsewhere, or has its sides exchanged. */
export interface GameChange {
  matchup: number;
  /** Sides after the change. */
  home: string;
  away: string;
  from: number;
  to: number;
  sidesExchanged: boolean;
}

const sides = ({ home, away }: Placement) => `${home} ${away}`;
const pair = ({ home, away }: Placement) => [home, away].sort().join(" ");

/** What is different, by matchup: games of a pair that stay where they are keep their matchup. */
export function gameChanges(
  _compiled: CompiledLeague,
  before: readonly Placement[],
  after: readonly Placement[],
): GameChange[] {
  const open = [...before];
  const rest: Placement[] = [];
  const take = (test: (placement: Placement) => boolean) => {
    const at = open.findIndex(test);
    return at < 0 ? undefined : open.splice(at, 1)[0];
  };
  for (const one of after) {
    if (!take((other) => other.round === one.round && sides(other) === sides(one))) rest.push(one);
  }
  const changed: GameChange[] = [];
  const match = (one: Placement, was: Placement | undefined) => {
    if (!was) return false;
    const { home, away } = one;
    changed.push({
      matchup: was.matchup,
      home,
      away,
      from: was.round,
      to: one.round,
      sidesExchanged: was.home !== home,
    });
    return true;
  };
  const others = rest.filter((one) => !match(one, take((other) => sides(other) === sides(one))));
  for (const one of others) match(one, take((other) => pair(other) === pair(one)));
  return changed.sort((one, other) => one.from - other.from || one.matchup - other.matchup);
}

/** The changes in a sentence; of many games only their number. */
export function sayChanges({ season }: CompiledLeague, changes: readonly GameChange[]): string {
  const words = new Wording(season);
  const name = (round: number) => season.slotName(season.slot(round));
  const said = changes.slice(0, 4).map(({ home, away, from, to, sidesExchanged }) => {
    const game = words.game(season.team(home), season.team(away));
    if (from === to) return `let ${words.team(season.team(home))} host ${words.team(season.team(away))} in ${name(to)}`;
    return `move ${game} from ${name(from)} to ${name(to)}${sidesExchanged ? ", with sides exchanged" : ""}`;
  });
  const more = changes.length - said.length;
  return sentence([...said, ...(more > 0 ? [`and ${more} more games`] : [])].join("; "));
}
