/** A violation in words, and where it is. */
export interface ViolationReport {
  explanation: string;
  /** In the unit of the type. */
  deviation: number;
  /** Ids. */
  teams: string[];
  /** Numbers. */
  rounds: number[];
  /** Indexes in `League.matchups` of the games of these teams in these rounds. */
  matchups: number[];
}

/** How one constraint stands. */
export interface ConstraintReport {
  constraint: string;
  type: string;
  name?: string;
  hard: boolean;
  weight: number;
  deviation: number;
  /** Weight times deviation. */
  penalty: number;
  satisfied: boolean;
  violations: ViolationReport[];
}

/** One team's season. Miles go straight from one away game to the next. */
export interface TeamReport {
  team: string;
  games: number;
  home: number;
  away: number;
  /** Idle rounds. */
  byes: number;
  miles: number;
  /** The trip with the most miles; absent without away games. */
  longestTrip?: { miles: number; days: number; games: number; rounds: [number, number] };
  /** Games on the same side as the one before. */
  breaks: number;
  longestHomeStand: number;
  longestRoadTrip: number;
  /** Days without a game between games; absent where rounds have no dates. */
  rest?: { least: number; mean: number; most: number };
}

/** Two games that cannot both be. `phase`: in a phased league, both of a pair in one half. */
export interface Clash {
  kind: "team_twice" | "venue_twice" | "wrong_pairing" | "matchup_twice" | "phase";
  explanation: string;
  matchups: number[];
  rounds: number[];
}

/** What a broadcast window gets. */
export interface WindowReport {
  window: string;
  /** Sum over its rounds of value times the quality of the best game, where that reaches the minimum. */
  value: number;
  /** What it would be with a game of quality 1 in each round. */
  possible: number;
}

/** A part of the score: value 0 to 1, and its share. */
export interface ScorePart {
  part: "constraints" | "travel" | "balance" | "flow" | "rest" | "tv";
  value: number;
  share: number;
}

/** How a schedule stands. */
export interface Analysis {
  /** Whether every matchup is placed and none clash. */
  complete: boolean;
  /** Matchups without a place. */
  unplaced: number[];
  clashes: Clash[];
  constraints: ConstraintReport[];
  /** Sums of the penalties. */
  hard: number;
  soft: number;
  teams: TeamReport[];
  travel: { total: number; most: number; least: number };
  breaks: number;
  windows: WindowReport[];
  score: number;
  breakdown: ScorePart[];
}
