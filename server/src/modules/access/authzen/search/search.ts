import { PolicyError } from '@holdfast/policy'
import { z } from 'zod'
import type { Database, Transaction } from '../../../../platform/database/database.ts'
import { type Outcome, ok, refuse } from '../../../../platform/outcome.ts'
import type { Caller } from '../../../../platform/ports.ts'
import type { Read } from '../../../../platform/work.ts'
import { errors } from '../../errors.ts'
import type { TokenKeys } from '../keys.ts'
import { mostResults, type SearchRequest } from '../requests.ts'
import type { Searched } from './catalogue.ts'
import { readToken, writeToken } from './cursor.ts'
import { prepare } from './prepare.ts'
import { scan } from './scan.ts'

export interface SearchDeps {
  readonly database: Database
  readonly keys: TokenKeys
  /** @returns undefined when there is no such application */
  readonly searched: (tx: Transaction, application: string, now: Date) => Promise<Searched | undefined>
}

export interface Searching {
  readonly caller: Caller
  readonly application: string
  readonly now: Date
  readonly read: Read
  readonly signal: AbortSignal
}

/** Section 8.3. `next_token` is empty on the last page; a page may be short, or even empty, and not be the last. */
export const SearchAnswer = z
  .object({
    page: z.object({ next_token: z.string(), count: z.int() }),
    results: z.array(z.union([z.object({ type: z.string(), id: z.string() }), z.object({ name: z.string() })])),
  })
  .meta({ description: 'AuthZEN search response' })

/** One page of those that would be permitted. The world is read in one transaction, and searched outside of it. */
export async function search(
  { database, keys, searched }: SearchDeps,
  { caller, application, now, read, signal }: Searching,
  request: SearchRequest,
): Promise<Outcome<z.input<typeof SearchAnswer>>> {
  const { page } = request
  const asked = { application, caller: caller.principal, query: { ...request, page: page?.properties } }
  const token = page?.token ?? ''
  const [world, position] = await read(async (tx) => [
    await searched(tx, application, now),
    token === '' ? undefined : await readToken(tx, keys, asked, token),
  ])
  if (world === undefined) return refuse(errors.application_not_found, { application })
  const limit = Math.min(page?.limit ?? position?.limit ?? mostResults, mostResults)
  if (token !== '' && position?.limit !== limit) return refuse(errors.page_token_invalid)
  try {
    const prepared = prepare(world, request)
    const { found, next } = await scan({ ...prepared, after: position?.after ?? null, limit, signal })
    const nextToken =
      next === undefined
        ? ''
        : await database.asTenant(caller.tenant, (tx) => writeToken(tx, keys, asked, { after: next, limit }))
    return ok({ page: { next_token: nextToken, count: found.length }, results: found.map(prepared.show) })
  } catch (error) {
    if (error instanceof PolicyError) return refuse(errors.evaluation_invalid, { problem: error.message })
    throw error
  }
}
