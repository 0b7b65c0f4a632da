import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import type { Database } from '../database/connection.ts'

/** BAD: says that every field is there and is text, and nobody has looked. Guarded: the type follows from the schema. */
export type Body = Record<string, string>

/**
 * BAD: any JSON or form is as good as any other; nothing looks at types, ranges or unknown fields.
 * Guarded: guarded/body.ts refuses what does not fit a strict schema, with 422 and the field's name.
 */
export async function readBody(c: Context): Promise<Body> {
  const form = (c.req.header('content-type') ?? '').includes('form')
  const body = form ? ((await c.req.parseBody()) as Body) : ((await c.req.json().catch(() => ({}))) as Body)
  // BAD: passwords, card numbers and session tokens go to the log as they came.
  // Guarded: it logs no bodies, no cookies and no query; Holdfast scrubs what its events carry.
  console.log(`${c.req.method} ${c.req.path} ${JSON.stringify(body)} cookie=${c.req.header('cookie') ?? ''}`)
  return body
}

export interface NaiveAccount {
  person_id: string
  display_name: string
  role: string
}

/**
 * BAD: the token is a number that counts up, put into SQL as text, never expires and is never deleted.
 * Guarded: holdfast.authenticate() on an identity token that lives a minute, of a session that can be ended.
 */
export async function whoIs(c: Context, database: Database): Promise<NaiveAccount | null> {
  const token = getCookie(c, 'session')
  if (token === undefined) return null
  const { rows } = await database.query<NaiveAccount>(
    `SELECT p.* FROM sessions s JOIN profiles p USING (person_id) WHERE s.token = ${token}`,
  )
  return rows[0] ?? null
}

/**
 * BAD: believes the role that the page sends: a header, a cookie or a query that anybody may write.
 * Guarded: the groups come from the directory, in a signed bundle; the page's word is not even read.
 */
export function claimedRole(c: Context): string {
  return c.req.header('x-role') ?? c.req.query('role') ?? getCookie(c, 'role') ?? 'customer'
}

export function wantsPage(c: Context): boolean {
  return (c.req.header('accept') ?? '').includes('text/html')
}
