import type { Clock } from '../../../platform/clock.ts'
import type { Transaction } from '../../../platform/database/database.ts'
import type { Decide } from '../../../platform/ports.ts'
import type { Random } from '../../../platform/random.ts'
import type { Tx } from '../../../platform/work.ts'
import type { Directory } from '../../directory/index.ts'

/** What the use cases of clients need of others. */
export interface ClientTools {
  readonly clock: Clock
  readonly random: Random
  readonly directory: Pick<Directory, 'addBoundService' | 'lockHierarchy' | 'removeService' | 'service'>
  readonly applications: {
    /** @returns its name, and whether it is a part of Holdfast; undefined when there is none */
    readonly find: (
      tx: Pick<Transaction, 'tenant' | 'kysely'>,
      id: string,
    ) => Promise<{ readonly name: string; readonly builtin: boolean } | undefined>
    /** edges are told what tokens their application takes */
    readonly changed: (tx: Tx) => Promise<void>
  }
  readonly decide: Decide
  /** Ends every grant and token of a client, in the transaction of its cause. */
  readonly clientEnded: (tx: Tx, clientId: string, reason: string) => Promise<void>
}
