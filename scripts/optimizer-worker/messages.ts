/** What the program tells a thread. */
export type ToThread = { type: "start"; url: string; key: string; untilIdle: boolean } | { type: "stop" };

/** What a thread tells the program. */
export type FromThread =
  | { type: "outcome"; outcome: string }
  | { type: "trouble"; message: string }
  | { type: "ended" };
