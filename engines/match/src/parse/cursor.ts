import { PatternError } from '../errors.ts'
import type { PatternErrorCode } from '../types.ts'

/** What is read of a pattern, and how far. */
export type Cursor = {
  readonly source: string
  at: number
}

export function peek(cursor: Cursor, ahead = 0): string {
  return cursor.source.charAt(cursor.at + ahead)
}

export function take(cursor: Cursor, text: string): boolean {
  if (!cursor.source.startsWith(text, cursor.at)) return false
  cursor.at += text.length
  return true
}

/** @returns what a sticky expression finds here, and goes behind it */
export function takeMatch(cursor: Cursor, sticky: RegExp): RegExpExecArray | undefined {
  sticky.lastIndex = cursor.at
  const found = sticky.exec(cursor.source)
  if (found === null) return undefined
  cursor.at += found[0].length
  return found
}

export function refuse(code: PatternErrorCode, at: number, message: string): never {
  throw new PatternError(code, at, message)
}
