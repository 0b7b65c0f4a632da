import { sql } from 'kysely'
import { z } from 'zod'
import type { Reading } from '../types.ts'

export type ConnectedClient = z.output<typeof ConnectedClient>

export const ConnectedClient = z.object({
  client: z.string(),
  name: z.string(),
  application: z.string(),
  scopes: z.array(z.string()).describe('What it may do now, or has been allowed for the next time.'),
  consentedAt: z.iso.datetime().nullable().describe('When the person agreed; null for a client of the operators.'),
  lastAuthorizedAt: z.iso.datetime().nullable(),
  offline: z.boolean().describe('Whether it may act while the person is not signed in.'),
})

/** The clients that act for a person now, or may without asking again. */
export async function connectedClients(tx: Reading, person: string, now: Date): Promise<ConnectedClient[]> {
  const { rows } = await sql<{
    client: string
    name: string
    application: string
    scopes: string[]
    consented_at: Date | null
    last_at: Date | null
    offline: boolean
  }>`
    WITH live AS (
      SELECT client_id, max(created_at) AS last_at, bool_or(session_id IS NULL) AS offline,
        jsonb_agg(allowed) AS allowed
      FROM oauth_grants WHERE person_id = ${person}::uuid AND revoked_at IS NULL AND expires_at > ${now} GROUP BY client_id
    )
    SELECT c.client_id AS client, c.metadata ->> 'client_name' AS name, c.application_id AS application,
      g.given_at AS consented_at, live.last_at, coalesce(live.offline, false) AS offline,
      ARRAY(
        SELECT DISTINCT word FROM jsonb_path_query(
          jsonb_build_array(live.allowed, g.allowed), 'lax $[*][*].openid.scope'
        ) AS found(scope), regexp_split_to_table(found.scope #>> '{}', ' ') AS word WHERE word <> '' ORDER BY word
      ) AS scopes
    FROM oauth_clients c
    LEFT JOIN live ON live.client_id = c.client_id
    LEFT JOIN oauth_consents g ON g.client_id = c.client_id AND g.person_id = ${person}::uuid
    WHERE live.client_id IS NOT NULL OR g.client_id IS NOT NULL
    ORDER BY name, client`.execute(tx.kysely())
  return rows.map(({ client, name, application, scopes, consented_at: consentedAt, last_at: lastAt, offline }) => ({
    client,
    name,
    application,
    scopes,
    consentedAt: consentedAt?.toISOString() ?? null,
    lastAuthorizedAt: lastAt?.toISOString() ?? null,
    offline,
  }))
}
