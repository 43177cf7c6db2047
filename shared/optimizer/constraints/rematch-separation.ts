import type { PairTerm } from "../engine/terms.ts";
import { conferenceType, type Finding } from "./conference.ts";
import { object, teams, whole } from "./schemas.ts";
import { teamsOf } from "./selection.ts";
import { meetingsOf } from "../engine/plain.ts";
import type { Season } from "../season.ts";
import { many, sentence } from "./wording.ts";

interface Params {
  minimum_rounds?: number;
  minimum_days?: number;
  teams?: string[];
}

/** What is missing between two slots: of rounds between them, and of days from one to the other. */
function missing(season: Season, { minimum_rounds = 0, minimum_days = 0 }: Params, from: number, to: number): number {
  const rounds = Math.max(0, minimum_rounds - (to - from - 1));
  const days = Math.max(0, minimum_days - (season.days[to]! - season.days[from]!));
  return Math.max(rounds, days);
}

/** No rematch too soon. */
export const rematchSeparation = conferenceType<Params>({
  type: "rematch_separation",
  title: "No rematch within rounds or days",
  description:
    "Between two games of the same teams are at least `minimum_rounds` other rounds, and from one to the other pass at least `minimum_days` days.",
  penalty: "each missing round or day (the greater of the two) between two meetings",
  schema: object(
    {
      minimum_rounds: whole("Rounds between the two games", 0, 100),
      minimum_days: whole("Days from one game to the other", 1, 366),
      teams,
    },
    [],
    { minProperties: 1 },
  ),
  example: { params: { minimum_days: 10 }, says: "Nobody meets the same team again within ten days." },
}, {
  compile(params, season, head) {
    const list = teamsOf(season, params.teams);
    const terms: PairTerm[] = [];
    for (const first of list) {
      for (const second of list) {
        if (first >= second || season.meetings(first, second) < 2) continue;
        const pair = (meetings: Int16Array, count: number) => {
          let sum = 0;
          for (let k = 1; k < count; k++) sum += missing(season, params, meetings[k - 1]! >> 1, meetings[k]! >> 1);
          return sum;
        };
        terms.push({ ...head, kind: "pair", first, second, pair });
      }
    }
    return terms;
  },
  find(params, words, state, { term }) {
    const { first, second } = term as PairTerm;
    const meetings = meetingsOf(state, first, second);
    const found: Finding[] = [];
    for (let k = 1; k < meetings.length; k++) {
      const [from, to] = [meetings[k - 1]! >> 1, meetings[k]! >> 1];
      const deviation = missing(words.season, params, from, to);
      if (deviation === 0) continue;
      const { days } = words.season;
      const gap = words.season.dated && params.minimum_days !== undefined
        ? `after ${many(days[to]! - days[from]!, "day")}`
        : `with ${many(to - from - 1, "round")} between`;
      const text = sentence(words.teams([first, second]), "meet again", gap, words.slots([from, to]));
      found.push({ text, deviation, teams: [first, second], slots: [from, to] });
    }
    return found;
  },
});
