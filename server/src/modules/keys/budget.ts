import { LRUCache } from 'lru-cache'
import type { Database } from '../../platform/database/database.ts'
import { createReserver } from './reserver.ts'

/**
 * How many messages this process may still encrypt with each key. What it may was written down before, in blocks that
 * grow with the use: a process that dies has encrypted at most what it reserved, never more.
 */
export interface Budgets {
  /** Sets so many messages apart. @returns false when the key has not so many left: it is time for the next one */
  take(key: string, messages: number): Promise<boolean>
  /** One more, from what is reserved already; false when nothing is. */
  takeOne(key: string): boolean
}

interface Budget {
  left: number
  block: number
  spent: boolean
  pending: Promise<void> | undefined
}

const firstBlock = 32
const largestBlock = 65_536

export function createBudgets(database: Pick<Database, 'aside'>, limit: number, entries: number): Budgets {
  const budgets = new LRUCache<string, Budget>({ max: entries })
  const reserver = createReserver(database, limit)
  const largest = Math.max(1, Math.min(largestBlock, Math.floor(limit / 4)))

  function of(key: string): Budget {
    const found = budgets.get(key)
    if (found !== undefined) return found
    const fresh: Budget = { left: 0, block: Math.min(firstBlock, largest), spent: false, pending: undefined }
    budgets.set(key, fresh)
    return fresh
  }

  /** One at a time for each key of this process. */
  function reserve(key: string, budget: Budget, least: number): Promise<void> {
    budget.pending ??= reserver
      .reserve({ key, least, most: Math.max(least, budget.block) })
      .then((granted) => {
        budget.left += granted
        budget.block = Math.min(budget.block * 2, largest)
        budget.spent = granted === 0
      })
      .finally(() => {
        budget.pending = undefined
      })
    return budget.pending
  }

  return {
    async take(key, messages) {
      const budget = of(key)
      while (budget.left < messages) {
        if (budget.spent) return false
        await reserve(key, budget, messages)
      }
      budget.left -= messages
      // Ahead of need, while nobody waits. What fails here fails again where somebody does.
      if (messages > 0 && !budget.spent && budget.left < budget.block / 4) void reserve(key, budget, 1).catch(() => {})
      return true
    },
    takeOne(key) {
      const budget = of(key)
      if (budget.left < 1) return false
      budget.left--
      return true
    },
  }
}
