/**
 * The canonical double round robin of an even number of teams (circle method, venues alternating, second half
 * mirrored), as cells `opponent * 2 + (home ? 1 : 0)` at [team * rounds + round].
 */
export function canonical(teams: number): Int16Array {
  const half = teams - 1, rounds = 2 * half;
  const codes = new Int16Array(teams * rounds);
  const put = (home: number, away: number, round: number) => {
    codes[home * rounds + round] = away * 2 + 1;
    codes[away * rounds + round] = home * 2;
  };
  for (let round = 0; round < half; round++) {
    for (let k = 0; k < teams / 2; k++) {
      const one = k ? (round + k) % half : round, other = k ? (round - k + half) % half : teams - 1;
      const [home, away] = (k ? k : round) % 2 ? [one, other] : [other, one];
      put(home, away, round);
      put(away, home, round + half);
    }
  }
  return codes;
}
