import type { Transaction } from '../../platform/database/database.ts'

/** A transaction of a tenant, of a request's change or of a read. */
export type Db = Pick<Transaction, 'tenant' | 'kysely'>
