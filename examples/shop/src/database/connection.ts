import { Pool, type PoolClient, type QueryResultRow } from 'pg'

/** A statement with its values, as the `sql` tag of @holdfast/sdk makes it. */
export interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
}

/** What the code needs of a connection: the pool and a transaction's client both have it. */
export interface Queryable {
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the row is what the statement's author knows, as in pg
  query<Row extends QueryResultRow>(text: string | Statement, values?: readonly unknown[]): Promise<{ rows: Row[] }>
}

export interface Database extends Queryable {
  /** Runs `work` in one READ COMMITTED transaction; what it throws rolls everything back. */
  transaction<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result>
  close(): Promise<void>
}

/** Told of every statement before it is sent, and of the rows that came: the tests read what was asked for, and what left the database. */
interface QueryLog {
  sent(text: string): void
  received(rows: readonly unknown[]): void
}

export interface DatabaseOptions {
  /** At most so many at a time. */
  connections?: number
  log?: QueryLog
  /** Is given the pool before anything is asked of it. */
  guard?: (pool: Pool) => void
}

/** @param url `postgres://…` */
export function openDatabase(
  url: string,
  { connections = 10, log = noLog, guard = ignore }: DatabaseOptions = {},
): Database {
  const pool = new Pool({ connectionString: url, max: connections, connectionTimeoutMillis: 5000 })
  // A connection that the server closes must not end the process, be it idle (the next query opens another), in a transaction (the next of
  // its statements says it) or just being closed by the pool, which listens to idle ones only.
  pool.on('error', ignore)
  pool.on('connect', (client) => void client.on('error', ignore))
  guard(pool)
  return {
    query: (text, values) => logged(pool, log).query(text, values),
    transaction: async (work) => {
      const client = await pool.connect()
      try {
        return await inTransaction(client, work, log)
      } finally {
        client.release()
      }
    },
    close: () => pool.end(),
  }
}

async function inTransaction<Result>(
  client: PoolClient,
  work: (tx: Queryable) => Promise<Result>,
  log: QueryLog,
): Promise<Result> {
  await client.query('BEGIN')
  try {
    const result = await work(logged(client, log))
    await client.query('COMMIT')
    return result
  } catch (error) {
    // A broken connection cannot roll back, and need not: the server does it when the connection is gone.
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}

function logged(connection: Pool | PoolClient, log: QueryLog): Queryable {
  return {
    query: async <Row extends QueryResultRow>(statement: string | Statement, given: readonly unknown[] = []) => {
      const { text, values } = typeof statement === 'string' ? { text: statement, values: given } : statement
      log.sent(text)
      const result = await connection.query<Row>(text, [...values])
      // Several statements in one text have a result each.
      log.received([result].flat().flatMap(({ rows }) => rows))
      return result
    },
  }
}

const noLog: QueryLog = { sent: ignore, received: ignore }

function ignore(): void {}
