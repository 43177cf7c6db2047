/** Why a league cannot be one. `code` is stable; the message is for people. */
export class LeagueError extends Error {
  constructor(
    readonly code:
      | "unknown"
      | "duplicate"
      | "invalid_date"
      | "invalid_rounds"
      | "invalid_matchup"
      | "invalid_distances"
      | "invalid_placement"
      | "invalid_params"
      | "too_few_rounds",
    message: string,
  ) {
    super(message);
    this.name = "LeagueError";
  }
}
