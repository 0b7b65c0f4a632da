import { type RawBuilder, sql } from 'kysely'

/** Versions that were believed at a moment; null: that are believed now. */
export function believedAt(at: Date | null): RawBuilder<unknown> {
  return at === null
    ? sql`recorded_to IS NULL`
    : sql`recorded_from <= ${at} AND (recorded_to IS NULL OR recorded_to > ${at})`
}

/** What is recorded without a time of its own (policies, groups, people) held as long as it was recorded. */
export function earlier(validAt: Date, recordedAt: Date | null): Date {
  return recordedAt !== null && recordedAt < validAt ? recordedAt : validAt
}
