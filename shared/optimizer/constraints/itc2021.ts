/** The constraint types of the International Timetabling Competition 2021, with the meaning they have in RobinX. */
import { br1 } from "./br1.ts";
import { br2 } from "./br2.ts";
import { ca1 } from "./ca1.ts";
import { ca2 } from "./ca2.ts";
import { ca3 } from "./ca3.ts";
import { ca4 } from "./ca4.ts";
import type { ConstraintDefinition } from "./definition.ts";
import { fa2 } from "./fa2.ts";
import { ga1 } from "./ga1.ts";
import { se1 } from "./se1.ts";

export const itc2021: readonly ConstraintDefinition[] = [ca1, ca2, ca3, ca4, ga1, br1, br2, fa2, se1].map((type) =>
  type as ConstraintDefinition
);
