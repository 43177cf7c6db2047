import type { PGlite, Transaction } from "@electric-sql/pglite";
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  type TransactionSettings,
} from "kysely";

/**
 * One kysely transaction as one `pglite.transaction()`, which holds PGlite's own mutex: every other caller of the same
 * PGlite (queries, transactions, socket clients) queues behind it.
 */
class LockedConnection implements DatabaseConnection {
  readonly #pglite: PGlite;
  #transaction: Transaction | undefined;
  #end: ((rollback: boolean) => void) | undefined;
  #finished: Promise<unknown> | undefined;

  constructor(pglite: PGlite) {
    this.#pglite = pglite;
  }

  async begin(settings: TransactionSettings): Promise<void> {
    await new Promise<void>((opened, failed) => {
      this.#finished = this.#pglite.transaction(async (transaction) => {
        this.#transaction = transaction;
        const end = new Promise<boolean>((resolve) => (this.#end = resolve));
        opened();
        if (await end) await transaction.rollback();
      });
      this.#finished.catch(failed);
    });
    if (settings.isolationLevel) {
      await this.#transaction!.query(`set transaction isolation level ${settings.isolationLevel}`);
    }
  }

  async finish(rollback: boolean): Promise<void> {
    const [end, finished] = [this.#end, this.#finished];
    this.#transaction = this.#end = this.#finished = undefined;
    end?.(rollback);
    await finished;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const result = await (this.#transaction ?? this.#pglite).query<R>(query.sql, [...query.parameters]);
    return {
      rows: result.rows,
      numAffectedRows: result.affectedRows === undefined ? undefined : BigInt(result.affectedRows),
    };
  }

  streamQuery(): AsyncIterableIterator<never> {
    throw new Error("PGlite cannot stream a result");
  }
}

function lockedDriver(pglite: PGlite): Driver {
  const own = (connection: DatabaseConnection): LockedConnection => connection as LockedConnection;
  const nothing = (): Promise<void> => Promise.resolve();
  return {
    init: nothing,
    destroy: nothing,
    acquireConnection: () => Promise.resolve(new LockedConnection(pglite)),
    releaseConnection: nothing,
    beginTransaction: (connection, settings) => own(connection).begin(settings),
    commitTransaction: (connection) => own(connection).finish(false),
    rollbackTransaction: (connection) => own(connection).finish(true),
  };
}

/**
 * Gives lite's connection a kysely whose transactions exclude one another. lite's own driver sends BEGIN, SET ROLE,
 * the query and COMMIT over PGlite's single session without a lock, so that concurrent requests share one transaction
 * and one identity: of 100 concurrent answers 75 held another user's rows.
 */
export function lockPglite(connection: { driver: PGlite; kysely: unknown }): void {
  const pglite = connection.driver;
  connection.kysely = new Kysely<unknown>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createDriver: () => lockedDriver(pglite),
    },
  });
}
