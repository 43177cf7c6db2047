import type { Hooks, Plugin, PluginUse } from "./types.ts";

/** How a run of a plugin's hook ended. */
export interface Outcome {
  readonly plugin: string;
  readonly hook: keyof Hooks;
  /** None: it went well. A kind of failure, never a message: that may hold somebody's data. */
  readonly error?: string;
  /** Failures in a row before this run. */
  readonly failuresBefore: number;
}

export class BudgetExceeded extends Error {
  constructor(milliseconds: number) {
    super(`took more than ${milliseconds} ms`);
    this.name = "BudgetExceeded";
  }
}

/** A plugin that an organization uses, with its config as the plugin's schema has it. */
export interface ActivePlugin {
  readonly plugin: Plugin;
  readonly use: PluginUse;
}

/** Runs hooks: one after another, each in its time, none in another's way. */
export class PluginRunner {
  readonly plugins: readonly ActivePlugin[];
  readonly #report: (outcome: Outcome) => void;

  constructor(uses: readonly PluginUse[], known: ReadonlyMap<string, Plugin>, report: (outcome: Outcome) => void) {
    this.#report = report;
    this.plugins = uses.flatMap((use) => {
      const plugin = known.get(use.name);
      return plugin ? [{ plugin, use }] : []; // one of a newer version of the database
    });
  }

  /** Those with a hook, in order. */
  having(hook: keyof Hooks): readonly ActivePlugin[] {
    return this.plugins.filter(({ plugin }) => plugin.hooks[hook]);
  }

  /**
   * Runs a hook within its budget. A failure, a config that does not fit and a hook that takes too long are reported, and
   * then it is as if the plugin were not there: undefined.
   */
  async run<Result>(
    { plugin, use }: ActivePlugin,
    hook: keyof Hooks,
    work: (config: unknown, signal: AbortSignal) => Promise<Result> | Result,
  ): Promise<Result | undefined> {
    const about = { plugin: plugin.name, hook, failuresBefore: use.failures };
    const limit = plugin.budgets[hook];
    const control = new AbortController();
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const failure = new BudgetExceeded(limit);
      late.reject(failure);
      control.abort(failure);
    }, limit);
    try {
      const config = plugin.config.parse(use.config);
      const running = Promise.resolve(work(config, control.signal));
      running.catch(() => {}); // when it fails after its time
      const result = await Promise.race([running, late.promise]);
      this.#report(about);
      return result;
    } catch (failure) {
      this.#report({ ...about, error: failure instanceof Error ? failure.name : "Error" });
      return undefined;
    } finally {
      clearTimeout(timer);
      late.promise.catch(() => {});
    }
  }

  /** Reports what a plugin did after its hook. */
  async follow({ plugin, use }: ActivePlugin, hook: keyof Hooks, work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (failure) {
      const error = failure instanceof Error ? failure.name : "Error";
      this.#report({ plugin: plugin.name, hook, failuresBefore: use.failures, error });
    }
  }
}
