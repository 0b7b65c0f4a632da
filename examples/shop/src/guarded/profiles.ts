import type { Holdfast, Principal } from '@holdfast/sdk'
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

/** Field -> the SQL that computes it. A masked e-mail is masked by the database: the whole one never leaves it. */
const FIELDS: Readonly<Record<string, string>> = {
  displayName: 'display_name',
  email: 'email',
  phone: 'phone',
  cardLast4: 'card_last4',
  maskedEmail: `left(email, 1) || '***@' || split_part(email, '@', 2)`,
}

export interface Shown extends Record<string, unknown> {
  id: string
}

interface Guarded {
  database: Database
  holdfast: Holdfast
}

/** One profile, of it what this principal may see. @throws ShopError 404 */
export async function readProfile(shop: Guarded, principal: Principal, id: string): Promise<Shown> {
  const { rows } = await shop.database.query<{ person_id: string }>(
    'SELECT person_id FROM profiles WHERE person_id = $1',
    [id],
  )
  const [profile] = await select(shop, principal, rows)
  if (profile === undefined) throw notFound('profile')
  return profile
}

/** The first hundred profiles, of each what this principal may see of that one. */
export async function listProfiles(shop: Guarded, principal: Principal): Promise<Shown[]> {
  const { rows } = await shop.database.query<{ person_id: string }>(
    'SELECT person_id FROM profiles ORDER BY display_name, person_id LIMIT 100',
  )
  return select(shop, principal, rows)
}

/** Reads ids first and decides; then one SELECT for each different set of fields, naming these and no other. */
async function select(shop: Guarded, principal: Principal, rows: { person_id: string }[]): Promise<Shown[]> {
  const groups = new Map<string, { fields: readonly string[]; ids: string[] }>()
  for (const row of rows) {
    const { fields } = shop.holdfast.mask(principal, Profile, row)
    const group = groups.get(fields.join()) ?? { fields, ids: [] }
    groups.set(fields.join(), group)
    group.ids.push(row.person_id)
  }
  const found = new Map<string, Shown>()
  for (const { fields, ids } of groups.values()) {
    if (fields.length === 0) continue
    for (const profile of await selectFields(shop.database, fields, ids)) found.set(profile.id, profile)
  }
  return rows.flatMap((row) => found.get(row.person_id) ?? [])
}

async function selectFields(database: Database, fields: readonly string[], ids: string[]): Promise<Shown[]> {
  // Only names of FIELDS, our own constants, become SQL.
  const columns = fields.flatMap((field) => (FIELDS[field] === undefined ? [] : [`${FIELDS[field]} AS "${field}"`]))
  const { rows } = await database.query<Shown>(
    `SELECT ${['person_id AS id', ...columns].join(', ')} FROM profiles WHERE person_id = ANY($1)`,
    [ids],
  )
  return rows
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
