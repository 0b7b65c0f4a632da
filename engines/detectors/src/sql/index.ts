import type { Budget } from '../budget.ts'
import type { Bytes, Detector, Hit } from '../types.ts'

function detect(_value: Bytes, _budget: Budget): Hit | null {
  return null
}

export const sql: Detector = { name: 'sql', concerns: () => true, detect }

/** For `@detectSQLi`: what was found (`class in context`), or null. */
export function sqli(value: Bytes): string | null {
  return value === '' ? null : null
}
