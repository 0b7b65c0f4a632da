import {
  createEntities,
  type Entities,
  type EntityJson,
  PolicyError,
  type PolicySet,
  type TemplateLinkJson,
  type Uid,
  withLinks,
} from '@holdfast/policy'
import type { CheckedRules } from './policy-files.ts'
import type { Suite } from './suite.ts'
import { Names } from './suite-names.ts'
import { type Flaw, flawed, type Path, type YamlFile } from './yaml-file.ts'

/** What a suite says there is, at one moment. */
export interface SuiteWorld {
  readonly entities: Entities
  readonly set: PolicySet
}

/** @throws Failure (`file_invalid`), which names each line */
export function suiteWorlds(
  file: YamlFile,
  suite: Suite,
  rules: CheckedRules,
): { readonly names: Names; readonly at: (now: Date | undefined) => SuiteWorld } {
  const names = new Names(suite)
  const flaws: Flaw[] = names.twice.map((name) => ({
    path: [Object.hasOwn(suite.resources, name) ? 'resources' : 'entities', name],
    message: 'something else here is called so too',
  }))
  const attempt = <T>(path: Path, make: () => T): T | undefined => {
    try {
      return make()
    } catch (error) {
      if (!(error instanceof Error)) throw error
      const deeper = error instanceof PolicyError && error.path !== '' ? error.path.split('.').slice(1) : []
      const message =
        error instanceof PolicyError && error.path !== '' ? error.message.slice(error.path.length + 2) : error.message
      flaws.push({ path: [...path, ...deeper], message })
      return undefined
    }
  }
  const fixtures = fixturesOf(suite, names, rules, attempt)
  const grants = suite.grants.map((grant, at) => {
    const path = ['grants', at]
    const to = attempt([...path, 'to'], () => toWhom(grant.to, suite, names))
    const resource =
      grant.resource === undefined ? undefined : attempt([...path, 'resource'], () => names.find(grant.resource ?? ''))
    if (grant.template !== undefined && rules.templates[grant.template] === undefined) {
      flaws.push({ path: [...path, 'template'], message: `there is no template ${grant.template}` })
    }
    const timed = grant.from !== undefined || grant.until !== undefined
    if (timed && suite.now === undefined && suite.tests.some(({ now }) => now === undefined)) {
      flaws.push({ path, message: 'a grant that begins or ends needs `now`: of the file, or of every test' })
    }
    return { ...grant, at, to, resource }
  })
  if (flaws.length > 0) throw flawed(file, flaws)

  const made = new Map<number | undefined, SuiteWorld>()
  const at = (now: Date | undefined): SuiteWorld => {
    const known = made.get(now?.getTime())
    if (known !== undefined) return known
    const inForce = grants.filter(
      ({ from, until }) =>
        now === undefined || ((from === undefined || from <= now) && (until === undefined || now < until)),
    )
    const entities = [...rules.schema.actions, ...withRoles(fixtures, inForce)]
    const links = inForce.flatMap((grant): TemplateLinkJson[] =>
      grant.template === undefined || grant.to === undefined
        ? []
        : [linkOf(grant.template, grant.at, grant.to, grant.resource)],
    )
    const world = attempt(['grants'], () => ({ entities: createEntities(entities), set: withLinks(rules.set, links) }))
    if (world === undefined) throw flawed(file, flaws)
    made.set(now?.getTime(), world)
    return world
  }
  at(suite.now)
  return { names, at }
}

function linkOf(templateId: string, at: number, to: Uid, resource: Uid | undefined): TemplateLinkJson {
  return {
    templateId,
    newId: `${templateId}/${at + 1}`,
    values: { '?principal': to, ...(resource !== undefined && { '?resource': resource }) },
  }
}

/** Whom a grant is for: a principal, or a group by its name. */
function toWhom(name: string, suite: Suite, names: Names): Uid {
  if (names.get(name) === undefined && Object.hasOwn(suite.groups, name)) return { type: 'Group', id: name }
  return names.find(name)
}

type Attempt = <T>(path: Path, make: () => T) => T | undefined

function fixturesOf(suite: Suite, names: Names, { schema, schemaText }: CheckedRules, attempt: Attempt): EntityJson[] {
  const out: EntityJson[] = []
  const typed = schemaText !== null
  const up = (type: string, list: readonly string[] = []) => list.map((id) => ({ type, id }))
  for (const [id, { in: groups, roles }] of Object.entries(suite.groups)) {
    out.push({ uid: { type: 'Group', id }, parents: [...up('Group', groups), ...up('Role', roles)] })
  }
  for (const [id, { in: roles }] of Object.entries(suite.roles))
    out.push({ uid: { type: 'Role', id }, parents: up('Role', roles) })
  for (const section of ['principals', 'resources', 'entities'] as const) {
    for (const [name, node] of Object.entries(suite[section])) {
      const path = [section, name]
      const { type = 'Person', id = name, attributes = {}, tags } = node
      const parents: readonly string[] = node.in ?? []
      const declared = schema.type(type)
      const made = attempt([...path, 'attributes'], () => {
        const attrs = declared === undefined ? attributes : names.record(attributes, declared.shape)
        const tagged =
          tags === undefined || declared?.tags === undefined ? tags : resolvedTags(tags, declared.tags, names)
        return schema.entity(
          { uid: { type, id }, attrs, ...(tagged !== undefined && { tags: tagged }) },
          typed ? 'refuse' : 'keep',
        )
      })
      const above = parents.map((parent, at) => attempt([...path, 'in', at], () => names.find(parent)))
      const groups = 'groups' in node ? up('Group', node.groups) : []
      const roles = 'roles' in node ? up('Role', node.roles) : []
      if (made !== undefined)
        out.push({ ...made, parents: [...above.filter((uid) => uid !== undefined), ...groups, ...roles] })
    }
  }
  return out
}

function resolvedTags(tags: object, type: Parameters<Names['resolve']>[1], names: Names): { [tag: string]: unknown } {
  return Object.fromEntries(Object.entries(tags).map(([tag, value]) => [tag, names.resolve(value, type)]))
}

/** The entities, with the roles that grants give. */
function withRoles(
  entities: readonly EntityJson[],
  grants: readonly { readonly to: Uid | undefined; readonly role?: string | undefined }[],
): EntityJson[] {
  const out = new Map(entities.map((entity) => [keyOf(entity.uid as Uid), entity]))
  for (const { to, role } of grants) {
    if (to === undefined || role === undefined) continue
    const entity = out.get(keyOf(to)) ?? { uid: to }
    out.set(keyOf(to), { ...entity, parents: [...(entity.parents ?? []), { type: 'Role', id: role }] })
  }
  return [...out.values()]
}

const keyOf = ({ type, id }: Uid): string => JSON.stringify([type, id])
