import { createHash } from 'node:crypto'
import { OpenError } from '@holdfast/envelope'
import { Fault } from '../../../../platform/errors.ts'
import type { Uid } from '../../../../platform/ports.ts'
import type { TokenKeys } from '../keys.ts'
import type { Transaction } from '../../../../platform/database/database.ts'

/** What a page token belongs to. It opens for nobody else and nothing else: all of this is authenticated with it. */
export interface Asked {
  readonly application: string
  readonly caller: Uid
  /** the search, without the page that is asked for */
  readonly query: unknown
}

export interface Position {
  /** the last candidate that was looked at: perhaps none that the caller may see, so the token is encrypted */
  readonly after: string | null
  readonly limit: number
}

const purpose = 'authzen'

/** The place that a token is encrypted for is what was asked, with a key of the tenant: nothing is kept of it. */
function placeOf({ application, caller, query }: Asked) {
  const text = JSON.stringify([application, caller.type, caller.id, ordered(query)])
  return { table: 'authzen', column: 'page', row: createHash('sha256').update(text).digest('hex') }
}

export async function writeToken(tx: Transaction, keys: TokenKeys, asked: Asked, position: Position): Promise<string> {
  const ring = await keys.ring(tx, [{ purpose }])
  return ring.close({ purpose }, placeOf(asked), JSON.stringify(position)).toString('base64url')
}

/** @returns undefined for a token that was not written for exactly this question of this caller */
export async function readToken(
  tx: Transaction,
  keys: TokenKeys,
  asked: Asked,
  token: string,
): Promise<Position | undefined> {
  try {
    const sealed = Buffer.from(token, 'base64url')
    const [plain] = await keys.openAll(tx, [{ place: placeOf(asked), sealed }])
    return plain == null ? undefined : (JSON.parse(plain.toString('utf8')) as Position)
  } catch (error) {
    if (error instanceof OpenError || (error instanceof Fault && error.error.code === 'key_missing')) return undefined
    throw error
  }
}

/** The same question is the same text, in whatever order its members stand, and no two questions are. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return ['list', ...value.map(ordered)]
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, member]) => member !== undefined)
  return [
    'members',
    ...entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, ordered(member)]),
  ]
}
