/** What `public.read_league` answers, and what a run is given: a schedule with all that belongs to it. */
export interface LeagueDocument {
  readonly schedule: {
    readonly id: string;
    readonly organization_id: string;
    readonly version: number;
    readonly format: "single_round_robin" | "double_round_robin" | "partial_round_robin" | "custom";
    readonly games_per_team: number | null;
    readonly phased: boolean;
    readonly status: "draft" | "published" | "archived";
  };
  readonly teams: readonly DocumentTeam[];
  readonly rounds: readonly { readonly number: number; readonly date: string; readonly starts: string | null }[];
  readonly matchups: readonly {
    readonly home: string;
    readonly away: string;
    readonly games: number;
    readonly fixed: boolean;
  }[];
  readonly games: readonly DocumentGame[];
  readonly constraints: readonly {
    readonly id: string;
    readonly type: string;
    readonly name: string | null;
    readonly params: unknown;
    readonly hard: boolean;
    readonly weight: number;
  }[];
  readonly windows: readonly {
    readonly id: string;
    readonly name: string;
    readonly value: number;
    readonly minimum_quality: number;
  }[];
}

export interface DocumentTeam {
  readonly id: string;
  readonly name: string;
  readonly code: string;
  readonly division?: string;
  readonly venue_id?: string;
  readonly latitude?: number;
  readonly longitude?: number;
  readonly capacity?: number;
}

/** A game as it stands; what is not known is not there. */
export interface DocumentGame {
  readonly id: string;
  readonly round?: number;
  readonly plays_on: string;
  readonly starts_at?: string;
  readonly home_team_id: string;
  readonly away_team_id: string;
  readonly venue_id?: string;
  readonly neutral?: boolean;
  readonly status: "scheduled" | "postponed" | "cancelled" | "played";
}
