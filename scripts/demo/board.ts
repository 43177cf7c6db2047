import { type Answer, listen, newClient } from "./client.ts";
import { expect, step } from "./steps.ts";

interface Place {
  label: string;
  position: number;
  p50_minutes: number | null;
  p80_minutes: number | null;
}

export interface BoardShown {
  version: number;
  waiting: number;
  called: { label: string; counter: string; status: string; recalls: number }[];
  line: Place[];
}

/** A screen in the waiting room. */
export interface Screen {
  /** Runs a step of the desk, waits until the screen shows what came of it, and prints the screen. */
  watch(
    name: string,
    run: () => Promise<Answer>,
    shows: (board: BoardShown, answer: Answer) => boolean,
  ): Promise<Answer>;
}

/** Joins the private channel of a queue's board as a screen without an account does. */
export async function hangScreen(queue_id: string, version: number): Promise<Screen> {
  const channel = await listen(newClient(), `queue:${queue_id}`);
  let seen = version;
  return {
    async watch(name, run, shows) {
      let shown: BoardShown | undefined;
      const answer = await step(name, async () => {
        const answer = await run();
        expect(answer.status < 300, `${name.trim()} was answered ${JSON.stringify(answer)}`);
        const since = seen;
        shown = await channel.until(
          `a board that shows it (${name.trim()})`,
          (board: BoardShown) => board.version > since && shows(board, answer),
        );
        return answer;
      }, () => counters(shown!));
      seen = shown!.version;
      console.log(`${" ".repeat(55)}${line(shown!)}`);
      return answer;
    },
  };
}

const counters = ({ called }: BoardShown) =>
  called.toSorted((a, b) => a.counter < b.counter ? -1 : 1)
    .map(({ counter, label, status, recalls }) => `${counter}: ${label} ${status}${recalls > 0 ? " again" : ""}`)
    .join(", ") || "nobody is called";

const place = ({ position, label, p50_minutes, p80_minutes }: Place) =>
  `${position}. ${label} ${p50_minutes ?? "?"}/${p80_minutes ?? "?"} min`;

/** The head of the line and its end: position, label, P50/P80 of the wait. */
function line({ line }: BoardShown): string {
  if (line.length === 0) return "nobody waits";
  if (line.length <= 5) return line.map(place).join(", ");
  return `${line.slice(0, 3).map(place).join(", ")} … ${place(line.at(-1)!)}`;
}
