import { parsePolicy, parseSchema } from '@holdfast/policy/authoring'
import { sql } from 'kysely'
import type { Tx } from '../../../platform/work.ts'
import { nextEpoch } from '../../../platform/epoch.ts'
import {
  findApplication,
  insertApplication,
  listPolicies,
  touchApplications,
  writePolicy,
  writeSchema,
  deletePolicy,
} from '../store.ts'
import { writeRole } from '../roles/store.ts'
import { loadOwnPolicies, ownApplication } from './load.ts'

/** What may be had for a time: the same as the groups admins and auditors. */
const ownRoles = [
  { id: 'admin', name: 'Administrator', description: 'May do everything but pose as a gateway.' },
  { id: 'auditor', name: 'Auditor', description: 'Sees everything and changes nothing.' },
]

/**
 * Brings a tenant's built-in application up to this version's schema and policies. Called at every start: nothing
 * happens, and nothing is parsed, when the texts are those already there.
 */
export async function provisionTenant(tx: Tx, now: Date): Promise<void> {
  const own = loadOwnPolicies()
  await sql`INSERT INTO tenant_epochs (tenant_id) VALUES (current_tenant()) ON CONFLICT DO NOTHING`.execute(tx.kysely())
  const existing = await findApplication(tx, ownApplication)
  const stored = existing === undefined ? [] : await listPolicies(tx, ownApplication)
  const builtin = new Map(stored.filter((row) => row.builtin).map((row) => [row.name, row.text]))
  const same =
    existing?.schema_text === own.schema &&
    builtin.size === own.policies.size &&
    [...own.policies].every(([name, text]) => builtin.get(name) === text)
  if (same) return

  const epoch = await nextEpoch(tx)
  const schema = parseSchema(own.schema)
  if (!schema.ok) throw new Error(`The built-in schema is not valid: ${schema.findings[0]?.message}`)
  if (existing === undefined) {
    await insertApplication(tx, {
      id: ownApplication,
      name: 'Holdfast',
      upstream: null,
      publicPaths: [],
      builtin: true,
      epoch,
      schemaText: own.schema,
      schemaJson: schema.schema,
      at: now,
    })
  } else if (existing.schema_text !== own.schema) {
    await writeSchema(tx, ownApplication, own.schema, schema.schema, now)
  }
  for (const name of builtin.keys()) if (!own.policies.has(name)) await deletePolicy(tx, ownApplication, name)
  for (const [name, text] of own.policies) {
    if (builtin.get(name) === text) continue
    const parsed = parsePolicy(name, text)
    if (!parsed.ok) throw new Error(`The built-in policy ${name} is not valid: ${parsed.findings[0]?.message}`)
    await writePolicy(tx, {
      application: ownApplication,
      name,
      kind: parsed.kind,
      text,
      parsed: parsed.policy,
      effect: parsed.effect,
      builtin: true,
      by: null,
      at: now,
    })
  }
  for (const role of ownRoles) await writeRole(tx, ownApplication, { ...role, builtin: true, parents: [], at: now })
  await touchApplications(tx, epoch, ownApplication)
  await tx.record({
    kind: 'policy.upgraded',
    resource: { type: 'Application', id: ownApplication },
    application: ownApplication,
    data: { policies: [...own.policies.keys()] },
  })
}
