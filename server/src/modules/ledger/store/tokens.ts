import { sql } from 'kysely'
import type { Db } from '../db.ts'
import { type Tokens, tokensText } from '../index-tokens.ts'

interface TokenRow {
  readonly id: string
  readonly subject: string
  readonly address: Buffer | null
  readonly terms: string[]
}

/** The tokens of the tenant's events of these ids, each as `tokensText` has them. */
export async function selectTokens(tx: Db, ids: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<TokenRow>`
    SELECT id, '' AS subject, address_token AS address, terms::text[] AS terms FROM events
    WHERE tenant_id = current_tenant() AND id = ANY (${ids}::uuid[])
    UNION ALL
    SELECT event_id, subject, address_token, terms::text[] FROM event_subjects
    WHERE tenant_id = current_tenant() AND event_id = ANY (${ids}::uuid[])`.execute(tx.kysely())
  const byEvent = Map.groupBy(rows, ({ id }) => id)
  return new Map(
    Array.from(byEvent, ([id, own]) => [id, tokensText(own.map((row): [string, Tokens] => [row.subject, row]))]),
  )
}
