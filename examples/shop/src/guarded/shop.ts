import { HoldfastError, type Holdfast, type Principal } from '@holdfast/sdk'
import type { Context } from 'hono'
import type { Database } from '../database/connection.ts'
import { peopleOf } from './people.ts'

/** What every route stands on. */
export interface Shop {
  database: Database
  holdfast: Holdfast
  /** Who asks. @throws HoldfastError 401 when nobody is signed in, 503 when nobody can say */
  caller(c: Context): Promise<Principal>
  /** Who asks, or null on a page that is for everybody. What is offered and does not hold is still refused. */
  visitor(c: Context): Promise<Principal | null>
}

export function createShop(database: Database, holdfast: Holdfast): Shop {
  const welcome = peopleOf(database)
  const caller = async (c: Context): Promise<Principal> => {
    const principal = await holdfast.authenticate({ headers: c.req.raw.headers })
    await welcome(principal)
    return principal
  }
  return {
    database,
    holdfast,
    caller,
    visitor: async (c) => {
      try {
        return await caller(c)
      } catch (error) {
        if (error instanceof HoldfastError && error.code === 'unauthenticated') return null
        throw error
      }
    },
  }
}
