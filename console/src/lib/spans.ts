import { count } from './words.ts'

const HOUR = 3600
const steps = [15 * 60, 30 * 60, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 24 * HOUR, 3 * 24 * HOUR, 7 * 24 * HOUR]

/** Lengths of time to choose from, in seconds, up to the most, which is the last. */
export function spansUpTo(most: number): readonly number[] {
  return [...steps.filter((step) => step < most), most]
}

/** "45 minutes", "8 hours", "3 days": the largest unit that says it exactly. */
export function spanText(seconds: number): string {
  if (seconds % (24 * HOUR) === 0) return count(seconds / (24 * HOUR), 'day')
  if (seconds % HOUR === 0) return count(seconds / HOUR, 'hour')
  return seconds % 60 === 0 ? count(seconds / 60, 'minute') : count(seconds, 'second')
}
