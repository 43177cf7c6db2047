/** Instances in RobinX's form that the tests write themselves. */

export interface Spec {
  readonly teams: number;
  readonly objective?: "SC" | "TR";
  readonly mode?: "P" | "M" | "E";
  /** The constraints' elements, as `<Constraints>` holds them. */
  readonly constraints?: string;
  /** Leaves out a distance. */
  readonly withoutDistance?: boolean;
}

/** The limits of a travelling tournament. */
export const travelling = `
  <CapacityConstraints>
    <CA3 intp="4" max="3" min="0" mode1="H" mode2="GAMES" penalty="1" teamGroups1="0" teamGroups2="0" type="HARD"/>
    <CA3 intp="4" max="3" min="0" mode1="A" mode2="GAMES" penalty="1" teamGroups1="0" teamGroups2="0" type="HARD"/>
  </CapacityConstraints>
  <SeparationConstraints><SE1 min="1" penalty="1" teamGroups="0" type="HARD"/></SeparationConstraints>`;

const list = (count: number, element: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => element(index)).join("\n");

/** Teams stand on a circle, their distance is the number of steps between them. */
export function instanceText({ teams, objective = "SC", mode, constraints = "", withoutDistance }: Spec): string {
  const steps = (one: number, other: number) => Math.min((one - other + teams) % teams, (other - one + teams) % teams);
  const distances = list(teams * teams, (at) => {
    const from = Math.floor(at / teams), to = at % teams;
    return withoutDistance && at === 1 ? "" : `<distance dist="${steps(from, to)}" team1="${from}" team2="${to}"/>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<Instance>
  <MetaData><InstanceName>Ring &amp; ${teams}</InstanceName></MetaData>
  <Structure><Format leagueIds="0"><numberRoundRobin>2</numberRoundRobin><compactness>C</compactness>
    ${mode ? `<gameMode>${mode}</gameMode>` : ""}</Format></Structure>
  <ObjectiveFunction><Objective>${objective}</Objective></ObjectiveFunction>
  <Data><Distances>${objective === "TR" ? distances : ""}</Distances></Data>
  <Resources>
    <Teams>${list(teams, (id) => `<team id="${id}" league="0" name="Team ${id}" teamGroups="0"/>`)}</Teams>
    <Slots>${list(2 * (teams - 1), (id) => `<slot id="${id}" name="Slot ${id}"/>`)}</Slots>
  </Resources>
  <Constraints>${constraints}</Constraints>
</Instance>`;
}
