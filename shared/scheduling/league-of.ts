import type { League, LeagueConstraint, LeagueMatchup, Placement } from "../optimizer/league.ts";
import { type Format, matchupsOf } from "../optimizer/matchups.ts";
import type { DocumentGame, LeagueDocument } from "./document.ts";

/** A schedule for the optimizer, with where its games stand. */
export interface Standing {
  readonly league: League;
  /** Games that stand in a round. */
  readonly placements: readonly Placement[];
  /** The id of the game that a match-up is, by the match-up's index; those without one are not made yet. */
  readonly games: readonly (string | undefined)[];
  /** Whether every match-up has its round, so that a search can begin here. */
  readonly complete: boolean;
}

/** What each day a team is pinned to weighs: more than anything a caller can write. */
const pinned = 1_000_000;

/**
 * The league of a document. Who meets whom is said by the format; where that leaves it open, by the match-ups given, or
 * else by the games that stand. A game keeps its id whichever round and side it is given; played games stay where they
 * were. Throws a LeagueError where the format cannot be played.
 *
 * ```ts
 * const { league, placements } = leagueOf(document);
 * analyze(league, placements);
 * ```
 */
export function leagueOf(document: LeagueDocument): Standing {
  const standing = document.games.filter(({ status }) => status !== "cancelled");
  const matchups = matchupsToPlay(document, standing);
  const games = assign(matchups, standing);
  const rounds = new Set<number | undefined>(document.rounds.map(({ number }) => number));
  const placements: Placement[] = [];
  games.forEach((game, matchup) => {
    if (!game || !rounds.has(game.round) || game.status === "postponed") return;
    placements.push({
      matchup,
      round: game.round!,
      home: game.home_team_id,
      away: game.away_team_id,
      game: game.id,
    });
  });
  const played = games.filter((game) => game?.status === "played" && rounds.has(game.round)) as DocumentGame[];
  return {
    league: {
      teams: document.teams.map(({ id, name, division, venue_id, latitude, longitude, capacity }) => ({
        id,
        name,
        ...given({ division, venue: venue_id, latitude, longitude, capacity }),
      })),
      rounds: document.rounds.map(({ number, date }) => ({ number, date })),
      matchups,
      phased: document.schedule.phased,
      constraints: [...document.constraints.map(named), ...played.map(whereItWas)],
      windows: document.windows.map(({ id, name, value, minimum_quality }) => ({
        id,
        name,
        value: Number(value),
        minimumQuality: Number(minimum_quality),
      })),
    },
    placements,
    games: games.map((game) => game?.id),
    complete: matchups.length > 0 && placements.length === matchups.length && onceARound(placements),
  };
}

/** The fields that have a value. */
const given = <Fields extends object>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<Fields>;

const named = ({ name, weight, ...rest }: LeagueDocument["constraints"][number]): LeagueConstraint => ({
  ...rest,
  weight: Number(weight),
  ...(name ? { name } : {}),
});

const whereItWas = ({ id, round, home_team_id, away_team_id }: DocumentGame): LeagueConstraint => ({
  id: `played:${id}`,
  type: "required_game",
  params: { home: home_team_id, away: away_team_id, when: { rounds: [round] } },
  hard: true,
  weight: pinned,
});

/** Whether a constraint is one of the schedule's, and not one that keeps a played game where it was. */
export const isOwn = ({ id }: { id: string }): boolean => !id.startsWith("played:");

function matchupsToPlay({ schedule, teams, matchups }: LeagueDocument, games: readonly DocumentGame[]) {
  const open = schedule.format === "partial_round_robin" || schedule.format === "custom";
  if (open && matchups.length > 0) return matchups.flatMap(expanded);
  if (open && games.length > 0) return games.map(matchupOf);
  return formatOf(schedule).flatMap((format) => matchupsOf(teams, format));
}

function formatOf({ format, games_per_team }: LeagueDocument["schedule"]): Format[] {
  if (format === "single_round_robin") return [{ kind: "single" }];
  if (format === "double_round_robin") return [{ kind: "double" }];
  return games_per_team ? [{ kind: "partial", games: games_per_team }] : [];
}

/** A pair's games; sides change from one to the next unless they are given. */
function expanded({ home, away, games, fixed }: LeagueDocument["matchups"][number]): LeagueMatchup[] {
  return Array.from(
    { length: games },
    (_, nth) => fixed ? { home, away, fixed } : nth % 2 === 0 ? { home, away } : { home: away, away: home },
  );
}

const matchupOf = ({ home_team_id, away_team_id, venue_id, neutral }: DocumentGame): LeagueMatchup => ({
  home: home_team_id,
  away: away_team_id,
  ...(neutral ? { neutral, ...(venue_id ? { venue: venue_id } : {}) } : {}),
});

/**
 * The game of each match-up: with the same sides if there is one, else turned. Games beyond what is to be played are
 * match-ups too, since they stand.
 */
function assign(matchups: LeagueMatchup[], games: readonly DocumentGame[]): (DocumentGame | undefined)[] {
  const assigned: (DocumentGame | undefined)[] = matchups.map(() => undefined);
  const open = Map.groupBy(matchups.keys(), (at) => sidesOf(matchups[at]!.home, matchups[at]!.away));
  const take = (game: DocumentGame, sides: string, fits: (matchup: LeagueMatchup) => boolean) => {
    const list = open.get(sides);
    const place = list?.findIndex((at) => fits(matchups[at]!)) ?? -1;
    if (place < 0) return false;
    const [at] = list!.splice(place, 1) as [number];
    assigned[at] = game;
    if (game.neutral) matchups[at] = matchupOf(game);
    return true;
  };
  const turned = games.filter((game) => !take(game, sidesOf(game.home_team_id, game.away_team_id), () => true));
  const extra = turned.filter((game) =>
    !take(game, sidesOf(game.away_team_id, game.home_team_id), ({ fixed }) => !fixed)
  );
  for (const game of extra) assigned[matchups.push(matchupOf(game)) - 1] = game;
  return assigned;
}

const sidesOf = (home: string, away: string) => `${home} ${away}`;

function onceARound(placements: readonly Placement[]): boolean {
  const busy = new Set(placements.flatMap(({ round, home, away }) => [`${round} ${home}`, `${round} ${away}`]));
  return busy.size === 2 * placements.length;
}

/** Placements with the ids of the games they are, as `finish_run` takes them. */
export const namedPlacements = (placements: readonly Placement[], games: Standing["games"]) =>
  placements.map(({ matchup, round, home, away }) => ({ game: games[matchup] ?? null, round, home, away }));
