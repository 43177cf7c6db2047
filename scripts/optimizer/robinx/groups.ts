import { StackError } from "../../stack/errors.ts";
import { child, children, type Element, listOf, required, textOf } from "./xml.ts";

/** Teams and slots of an instance, and how lists of their ids and groups are looked up. */
export interface Groups {
  readonly teams: readonly { readonly id: string; readonly name: string }[];
  /** Slot ids in the order of play. */
  readonly slots: readonly string[];
  /** The ids of a list of teams and a list of team groups, in the order of the file. */
  teamsOf(ids: string | undefined, groups: string | undefined, where: string): string[];
  /** The rounds, from 1, of a list of slots and a list of slot groups; all when both are absent. */
  roundsOf(ids: string | undefined, groups: string | undefined, where: string): number[];
}

/** Reads `<Resources>`. */
export function readGroups(root: Element): Groups {
  const resources = child(root, "Resources");
  const teams = children(child(resources, "Teams"), "team");
  const slots = [...children(child(resources, "Slots"), "slot")].sort((one, other) =>
    Number(required(one, "id", "<slot>")) - Number(required(other, "id", "<slot>"))
  );
  const lookUpTeams = lookUp(teams, "team", "teamGroups");
  const lookUpSlots = lookUp(slots, "slot", "slotGroups");
  const slotIds = slots.map((slot) => required(slot, "id", "<slot>"));
  const roundOf = new Map(slotIds.map((id, index) => [id, index + 1]));
  return {
    teams: teams.map((team) => {
      const id = required(team, "id", "<team>");
      return { id, name: textOf(team, "name") ?? id };
    }),
    slots: slotIds,
    teamsOf: lookUpTeams,
    roundsOf: (ids, groups, where) => {
      const found = lookUpSlots(ids, groups, where).map((id) => roundOf.get(id)!);
      return found.length ? found.sort((one, other) => one - other) : slotIds.map((_, index) => index + 1);
    },
  };
}

function lookUp(elements: readonly Element[], kind: string, groupsName: string) {
  const known = new Set<string>();
  const members = new Map<string, string[]>();
  for (const element of elements) {
    const id = required(element, "id", `<${kind}>`);
    if (known.has(id)) throw new StackError(`two ${kind}s have the id ${id}.`);
    known.add(id);
    for (const group of listOf(textOf(element, groupsName))) members.set(group, [...members.get(group) ?? [], id]);
  }
  return (ids: string | undefined, groups: string | undefined, where: string): string[] => {
    const wanted = new Set([...listOf(ids), ...listOf(groups).flatMap((group) => members.get(group) ?? [])]);
    const missing = [...wanted].find((id) => !known.has(id));
    if (missing !== undefined) throw new StackError(`${where} names ${kind} ${missing}, which is not there.`);
    return [...wanted];
  };
}
