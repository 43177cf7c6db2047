import { z } from "zod";
import { Problem } from "../../../../shared/http/problem.ts";

const Place = z.tuple([z.string().regex(/^[a-z_.]{1,100}$/), z.int(), z.guid()]);

/** Where the next page goes on: after this row, in the order of the list. */
export const encodePlace = ({ type, version, id }: { type: string; version: number; id: string }): string =>
  btoa(JSON.stringify([type, version, id])).replace(/=+$/, "");

/** The filter for what comes after. Throws `invalid_cursor` for anything that `encodePlace` did not make. */
export function decodePlace(cursor: string): string {
  try {
    const [type, version, id] = Place.parse(JSON.parse(atob(cursor)));
    const same = `type.eq."${type}"`;
    return `type.gt."${type}",and(${same},version.lt.${version}),and(${same},version.eq.${version},id.gt.${id})`;
  } catch (cause) {
    throw new Problem("invalid_cursor", { cause });
  }
}
