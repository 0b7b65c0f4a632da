import type { Holdfast, Principal } from '@holdfast/sdk'
import type { Context } from 'hono'
import type { Database } from '../database/connection.ts'
import { peopleOf } from './people.ts'

/** What every route stands on. */
export interface Shop {
  database: Database
  holdfast: Holdfast
  /** Who asks. @throws HoldfastError 401 when nobody is signed in */
  caller(c: Context): Promise<Principal>
  /** Who asks, or null on a page that is for everybody. What is offered and does not hold was refused before. */
  visitor(c: Context): Promise<Principal | null>
}

/** The middleware of @holdfast/sdk/hono has authenticated; here the principal gets a profile and a wallet. */
export function createShop(database: Database, holdfast: Holdfast): Shop {
  const welcome = peopleOf(database)
  const visitor = async (c: Context): Promise<Principal | null> => {
    const principal = c.get('principal')
    if (principal !== null) await welcome(principal)
    return principal
  }
  return {
    database,
    holdfast,
    visitor,
    caller: async (c) => (await visitor(c)) ?? holdfast.authenticate(c.req.raw),
  }
}
