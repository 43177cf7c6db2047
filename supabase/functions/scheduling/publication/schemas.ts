export { Schedule } from "../schedules/schemas.ts";
