import type { Socket } from 'node:net'
import { Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely'
import type { PoolClient, QueryResult } from 'pg'
import type { Transaction } from './database.ts'

type Db = Pick<Transaction, 'kysely'>

export type Ask = (text: string, values: unknown[]) => Promise<QueryResult>

/** A write to a socket wakes another process: that costs more than all that is written. */
export function inOneWrite<T>(client: PoolClient, send: () => T): T {
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Socket } }).connection
  stream.cork()
  // After all that follows without waiting for anything.
  process.nextTick(() => stream.uncork())
  return send()
}

/** By what asks one connection, which Kysely may borrow but not give back. */
export function kyselyOf(ask: Ask): Kysely<never> {
  const kysely: Kysely<never> = new Kysely<never>({
    dialect: new PostgresDialect({ pool: { options: {}, connect: async () => client, end: async () => {} } }),
  })
  const client: PostgresPoolClient = {
    query: ((text: string, values: unknown[]) => {
      const answer = ask(text, values)
      sent.get(kysely)?.()
      return answer
    }) as unknown as PostgresPoolClient['query'],
    release() {},
  }
  return kysely
}

/** Who waits for the next statement to be on its way. */
const sent = new WeakMap<object, () => void>()

/**
 * Has statements of one transaction go out in this order without waiting for their answers: for those whose parameters do not
 * depend on the answers. Each still sees what those before it did, and waits for their locks.
 * @param steps each asks for one statement
 * @returns their answers; it fails as the first that failed, and in that order
 */
export async function inOrder<T extends readonly unknown[]>(
  tx: Db,
  ...steps: { readonly [N in keyof T]: () => Promise<T[N]> }
): Promise<T> {
  const answers: Promise<unknown>[] = []
  for (const step of steps) {
    const { promise: onItsWay, resolve } = Promise.withResolvers<void>()
    sent.set(tx.kysely(), resolve)
    const answer = step()
    answer.catch(() => {})
    answers.push(answer)
    await Promise.race([onItsWay, answer])
  }
  sent.delete(tx.kysely())
  return (await Promise.all(answers)) as unknown as T
}
