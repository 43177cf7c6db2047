import { Problem } from "../../../../shared/http/problem.ts";

/** What keeps a file from being read, and where. */
export interface Fault {
  line: number;
  column?: string;
  message: string;
}

const most = 100;

/** Collects what is wrong with a file, so that whoever mends it need not send it once for each. */
export class Faults {
  readonly #listed: Fault[] = [];
  #count = 0;

  add(fault: Fault): void {
    if (this.#count++ < most) this.#listed.push(fault);
  }

  /** Throws `unreadable_file` when there was any. */
  refuse(): void {
    const first = this.#listed[0];
    if (first) throw unreadable(first, this.#listed, this.#count);
  }
}

export function unreadable(first: Fault, problems: Fault[] = [first], faults = problems.length): Problem {
  const { line, column, message } = first;
  const place = `Line ${line}${column ? `, ${column}` : ""}`;
  return new Problem("unreadable_file", {
    detail: `${place}: ${message}`,
    members: { line, column, faults, problems },
  });
}
