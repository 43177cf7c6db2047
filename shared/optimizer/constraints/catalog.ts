import { awayByeAway } from "./away-bye-away.ts";
import { blackout } from "./blackout.ts";
import { byeAdvantage } from "./bye-advantage.ts";
import { byes } from "./byes.ts";
import { consecutiveGames } from "./consecutive-games.ts";
import type { ConstraintDefinition } from "./definition.ts";
import { examDays } from "./exam-days.ts";
import { forbiddenGame } from "./forbidden-game.ts";
import { gamesInSpan } from "./games-in-span.ts";
import { homeGames } from "./home-games.ts";
import { homeGap } from "./home-gap.ts";
import { itc2021 } from "./itc2021.ts";
import { longestTrip } from "./longest-trip.ts";
import { monthlyBalance } from "./monthly-balance.ts";
import { precedingGame } from "./preceding-game.ts";
import { rematchSeparation } from "./rematch-separation.ts";
import { requiredGame } from "./required-game.ts";
import { restDays } from "./rest-days.ts";
import { rivalry } from "./rivalry.ts";
import { roadShare } from "./road-share.ts";
import { sharedVenue } from "./shared-venue.ts";
import { streakCount } from "./streak-count.ts";
import { travelDistance } from "./travel-distance.ts";
import { travelPartners } from "./travel-partners.ts";
import { travelTotal } from "./travel-total.ts";
import { tvWindow } from "./tv-window.ts";
import { venueEvents } from "./venue-events.ts";

/** The types that conferences write. */
export const conferenceTypes = [
  travelDistance,
  travelTotal,
  longestTrip,
  consecutiveGames,
  streakCount,
  roadShare,
  homeGap,
  homeGames,
  monthlyBalance,
  restDays,
  gamesInSpan,
  precedingGame,
  byes,
  awayByeAway,
  byeAdvantage,
  blackout,
  examDays,
  venueEvents,
  sharedVenue,
  requiredGame,
  forbiddenGame,
  rivalry,
  rematchSeparation,
  tvWindow,
  travelPartners,
] as const;

/** The catalogue: every type that a constraint may have. */
export const constraintTypes = [...conferenceTypes, ...itc2021] as unknown as readonly ConstraintDefinition[];

const byType = new Map(constraintTypes.map((definition) => [definition.type, definition]));

/** The definition of a type, or undefined. */
export const constraintType = (type: string): ConstraintDefinition | undefined => byType.get(type);
