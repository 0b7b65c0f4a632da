import { AbilityBuilder, createMongoAbility, subject } from '@casl/ability'
import { cases, type Person, rolesOf } from '../lib/policy-cases.ts'
import { announceEngine } from '../lib/policy-peer.ts'

/*
 * @casl/ability over the cases: the same rules as an application writes them, the ability of each person prepared (`prebuilt`), or built in each
 * question (`built`).
 */
const prebuilt = process.argv[2] === 'prebuilt'

function abilityOf(person: Person, mfa: boolean) {
  const { can, cannot, build } = new AbilityBuilder(createMongoAbility)
  const roles = new Set(rolesOf(person))
  const { id } = person
  if (roles.has('viewer')) can('read', 'Document', { secret: false })
  if (roles.has('editor')) can(['write', 'comment'], 'Document', { status: { $ne: 'archived' } })
  can('read', 'Document', { owner: id })
  can(['write', 'delete', 'share'], 'Document', { owner: id, locked: false })
  if (roles.has('admin')) can('manage', 'all')
  if (roles.has('auditor')) can(['read', 'export'], 'Document')
  if (roles.has('support')) can('read', 'Document', { visibility: 'public' })
  if (roles.has('editor')) can('approve', 'Document', { status: 'review', owner: { $ne: id } })
  if (roles.has('viewer')) can('comment', 'Document', { tags: 'open' })
  can('read', 'Document', { readers: id })
  if (roles.has('manager')) can('archive', 'Document', { status: { $ne: 'review' } })
  if (roles.has('manager')) can(['read', 'export', 'share'], 'Document')
  if (roles.has('editor')) can('create', 'Folder', { frozen: false })
  can(['create', 'rename'], 'Folder', { owner: id })
  if (roles.has('billing')) can(['read', 'export'], 'Invoice')
  if (roles.has('billing')) can('approve', 'Invoice', { amount: { $lt: 1000 } })
  cannot('delete', 'Document', { locked: true })
  if (!mfa) cannot(['export', 'share'], 'Document', { classification: { $gt: 2 } })
  if (!mfa) cannot('export', 'Document', { secret: true })
  if (person.suspended) cannot('manage', 'all')
  return build()
}

const abilities = cases.map(({ person, mfa }) => abilityOf(person, mfa))
const things = cases.map(({ thing }) => subject(thing.type, { ...thing.attributes }))
announceEngine((at) => {
  const one = cases[at]
  const ability = prebuilt ? abilities[at] : abilityOf(one.person, one.mfa)
  return ability.can(one.action, things[at])
})
