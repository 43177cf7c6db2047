import { RRuleTemporal } from "rrule-temporal";
import { Problem } from "../../../../shared/http/problem.ts";
import { localTimes } from "../local-time.ts";

/** A series is booked in one transaction: the database takes no more. */
export const mostOccurrences = 100;

/** Bounds of the search, so that a rule that matches nothing ends in a tenth of a second of CPU or so. */
const bounds = { maxIterations: 1_500, maxCandidateEvaluations: 100_000 };

/** What lies beyond cannot be written as an ISO date of four digits. */
const lastInstant = Date.UTC(10_000, 0);

const list = (entry: string) => new RegExp(`^${entry}(,${entry})*$`);
const signed = (digits: string) => `[+-]?(${digits})`;
const month = "0?[1-9]|1[0-2]";
const upTo53 = "0?[1-9]|[1-4][0-9]|5[0-3]";
const upTo366 = "0{0,2}[1-9]|0?[1-9][0-9]|[12][0-9][0-9]|3[0-5][0-9]|36[0-6]";

/** The parts of a rule, each with its form: the library passes over what it does not know, and a series must not. */
const parts: Readonly<Record<string, RegExp>> = {
  FREQ: /^(YEARLY|MONTHLY|WEEKLY|DAILY|HOURLY|MINUTELY)$/,
  COUNT: /^\d{1,9}$/,
  UNTIL: /^\d{8}T\d{6}Z$/,
  INTERVAL: /^0*[1-9]\d{0,3}$/,
  WKST: /^(MO|TU|WE|TH|FR|SA|SU)$/,
  BYMINUTE: list("([0-5]?[0-9])"),
  BYHOUR: list("([01]?[0-9]|2[0-3])"),
  BYDAY: list(`([+-]?(${upTo53}))?(MO|TU|WE|TH|FR|SA|SU)`),
  BYMONTHDAY: list(signed("0?[1-9]|[12][0-9]|3[01]")),
  BYYEARDAY: list(signed(upTo366)),
  BYWEEKNO: list(signed(upTo53)),
  BYMONTH: list(`(${month})`),
  BYSETPOS: list(signed(upTo366)),
};

type Reason = "unreadable" | "unsupported" | "endless" | "too_many" | "too_few" | "start_not_in_rule";

const refuse = (reason: Reason, detail: string, members: Record<string, unknown> = {}, cause?: unknown): never => {
  throw new Problem("invalid_rule", { detail, members: { reason, ...members }, cause });
};

/** A rule as it is kept: in capitals, without the property's name. */
export const normalRule = (rule: string): string => rule.trim().toUpperCase().replace(/^RRULE:/, "");

/**
 * The instants of a rule (RFC 5545 RRULE), as ISO strings. They keep the time of day that the first one has in the time
 * zone; dates and times that do not exist are left out, as the RFC says.
 *
 * ```ts
 * occurrencesOf("FREQ=WEEKLY;COUNT=3", "2027-03-22T09:00:00Z", "Europe/Berlin"); // the third at 08:00Z: summer time
 * ```
 *
 * @throws Problem `invalid_rule` unless the rule has an end, begins with `startsAt` and makes 1 to 100 occurrences.
 */
export function occurrencesOf(rule: string, startsAt: string, timeZone: string): string[] {
  const values = partsOf(normalRule(rule));
  const found = expand(normalRule(rule), startsAt, timeZone);
  const [first] = found;
  if (found.length > mostOccurrences) {
    refuse("too_many", `A series has at most ${mostOccurrences} appointments.`, { maximum: mostOccurrences });
  }
  if (first === undefined || found.length < Number(values.get("COUNT") ?? 0)) {
    return refuse("too_few", "The rule comes to fewer dates than it should.", { found: found.length });
  }
  if (first !== Date.parse(startsAt)) {
    refuse("start_not_in_rule", "The rule does not begin with `starts_at`: send its first date.", {
      first: new Date(first).toISOString(),
    });
  }
  return found.map((instant) => new Date(instant).toISOString());
}

function partsOf(rule: string): Map<string, string> {
  if (/[\r\n:]|^(DTSTART|EXDATE|RDATE|EXRULE)/.test(rule)) {
    refuse(
      "unsupported",
      "Send one RRULE alone. EXDATE and RDATE are not read: cancel or book those dates themselves.",
    );
  }
  const pairs = rule.split(";").map((part) => part.split("=") as [string, string?]);
  const values = new Map(pairs.map(([name, value = ""]) => [name, value]));
  for (const [name, value] of values) {
    const form = Object.hasOwn(parts, name) ? parts[name] : undefined;
    if (!form || value === "SECONDLY") refuse("unsupported", `${name}=${value} is not supported.`);
    else if (!form.test(value)) refuse("unreadable", `${name}=${value} is not a value of RFC 5545.`);
  }
  if (values.size < pairs.length) refuse("unreadable", "The rule has a part twice.");
  if (!values.has("FREQ")) refuse("unreadable", "The rule has no FREQ.");
  if (values.has("COUNT") === values.has("UNTIL")) refuse("endless", "The rule needs an end: either COUNT or UNTIL.");
  if (Number(values.get("COUNT") ?? 1) > mostOccurrences) {
    refuse("too_many", `A series has at most ${mostOccurrences} appointments.`, { maximum: mostOccurrences });
  }
  return values;
}

/** In milliseconds; one more than is allowed, so that it is seen. */
function expand(rule: string, startsAt: string, timeZone: string): number[] {
  const local = localTimes(timeZone)(startsAt).slice(0, 19).replace(/[-:]/g, "");
  try {
    const dates = new RRuleTemporal({
      rruleString: `DTSTART;TZID=${timeZone}:${local}\nRRULE:${rule}`,
      strict: true,
      ...bounds,
    });
    return dates
      .all(({ epochMilliseconds }, index) => index <= mostOccurrences && epochMilliseconds < lastInstant)
      .map(({ epochMilliseconds }) => epochMilliseconds);
  } catch (error) {
    // The bounds are the library's only errors that are not about the form of the rule.
    if (/exceeded/.test(String(error))) refuse("too_few", "The rule comes to no dates within sight.", {}, error);
    return refuse("unreadable", error instanceof Error ? error.message : "The rule cannot be read.", {}, error);
  }
}
