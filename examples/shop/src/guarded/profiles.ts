import { type Holdfast, type Principal, sql } from '@holdfast/sdk'
import { z } from 'zod'
import type { Database } from '../database/connection.ts'
import { text } from './body.ts'
import { notFound } from './problem.ts'
import { Profile } from './resources.ts'

export const ProfileChange = z
  .strictObject({
    displayName: text().trim().min(1).max(80).optional(),
    email: z.email().max(254).optional(),
    phone: z
      .string()
      .regex(/^\+?[0-9 ()-]{5,30}$/, 'must be a telephone number')
      .optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'must change something')

export interface Shown extends Record<string, unknown> {
  id: string
}

interface Guarded {
  database: Database
  holdfast: Holdfast
}

/** One profile, of it what this principal may see. @throws ShopError 404 */
export async function readProfile({ database, holdfast }: Guarded, principal: Principal, id: string): Promise<Shown> {
  const columns = holdfast.columns(principal, Profile, { alias: 'p' })
  const { rows } = await database.query<Shown>(
    sql`SELECT p.person_id AS id, ${columns.list} FROM profiles p WHERE p.person_id = ${id}`,
  )
  const [profile] = rows.map((row) => columns.pick(row))
  // Nothing but the id: whoever may see nothing of it is not told that it is there.
  if (profile === undefined || Object.keys(profile).length === 1) throw notFound('profile')
  return profile
}

/**
 * The first hundred profiles that this principal may see by name, of each what they may see of that one: one statement, in which PostgreSQL
 * decides for each row and each field. What is hidden never leaves it.
 */
export async function listProfiles({ database, holdfast }: Guarded, principal: Principal): Promise<Shown[]> {
  const columns = holdfast.columns(principal, Profile, { alias: 'p' })
  const named = holdfast.filter(principal, 'viewName', Profile, { alias: 'p' })
  const { rows } = await database.query<Shown>(
    sql`SELECT p.person_id AS id, ${columns.list} FROM profiles p WHERE ${named}
        ORDER BY p.display_name, p.person_id LIMIT 100`,
  )
  return rows.map((row) => columns.pick(row))
}

/** Changes one's own profile. @throws ForbiddenError by policy; ShopError 404 */
export async function changeProfile(
  { database, holdfast }: Guarded,
  principal: Principal,
  id: string,
  change: z.infer<typeof ProfileChange>,
): Promise<void> {
  await database.transaction(async (tx) => {
    const { rows } = await tx.query<{ person_id: string }>(
      'SELECT person_id FROM profiles WHERE person_id = $1 FOR UPDATE',
      [id],
    )
    const row = rows[0]
    if (row === undefined) throw notFound('profile')
    holdfast.require(principal, 'editProfile', Profile.of(row))
    await tx.query(
      `UPDATE profiles SET display_name = coalesce($2, display_name), email = coalesce($3, email),
                           phone = coalesce($4, phone)
       WHERE person_id = $1`,
      [id, change.displayName ?? null, change.email ?? null, change.phone ?? null],
    )
  })
}
