import { actionTypes } from '../diff/actions.ts'
import type { ActionTypes } from '../diff/types.ts'
import { renderString, renderUid } from '../render.ts'
import { createSchema, type Schema, type SchemaJson } from '../schema/schema.ts'
import { isTypeName } from '../shape.ts'
import { attributeCondition, mayBeIn } from './condition.ts'
import { type PermissionInput, readRoles, type RoleInput, type RolesInput } from './read.ts'
import type { Assignment, CompiledRoles, RolesFlaw } from './types.ts'

/** Marks the policies that come from such a file: whoever applies one again knows which to change, and which to take away. */
export const ROLES_SOURCE = 'roles.yaml'

/** How long the name of a policy may be. */
const NAME = 100

/**
 * Makes Cedar of a file of roles (plain data, as its YAML or JSON gives it). Names must be of the schema: types, and actions that apply to them.
 * The texts still have to be validated by `@holdfast/policy/authoring`: conditions are Cedar that people wrote.
 */
export function compileRoles(
  file: unknown,
  schemaJson: SchemaJson,
):
  | { readonly ok: true; readonly compiled: CompiledRoles }
  | { readonly ok: false; readonly flaws: readonly RolesFlaw[] } {
  const flaws: RolesFlaw[] = []
  const input = readRoles(file, flaws)
  const maker = new Maker(createSchema(schemaJson), actionTypes(schemaJson), input, flaws)
  const compiled = maker.compile()
  return flaws.length > 0 ? { ok: false, flaws } : { ok: true, compiled }
}

/** Permissions of one role on one type under the same conditions. */
interface Merged {
  readonly role: RoleInput
  readonly on: string
  readonly when: readonly string[]
  readonly actions: Map<string, ActionTypes>
  readonly path: RolesFlaw['path']
}

class Maker {
  readonly #schema: Schema
  readonly #actions: readonly ActionTypes[]
  readonly #input: RolesInput
  readonly #flaws: RolesFlaw[]

  constructor(schema: Schema, actions: readonly ActionTypes[], input: RolesInput, flaws: RolesFlaw[]) {
    this.#schema = schema
    this.#actions = actions
    this.#input = input
    this.#flaws = flaws
  }

  compile(): CompiledRoles {
    const { roles, assignments } = this.#input
    if (this.#schema.type('Role') === undefined) {
      this.#flaws.push({
        path: ['roles'],
        message:
          'the schema has no type Role: add `entity Role in [Role];`, and let people be in it: `entity Person in [Group, Role];`',
      })
    }
    const known = new Set(roles.map(({ id }) => id))
    for (const role of roles) this.#checkParents(role, known)
    const texts = new Map<string, [text: string, path: RolesFlaw['path']]>()
    for (const each of roles.flatMap((role) => this.#merge(role))) {
      const name = policyName(each)
      if (name.length > NAME)
        this.#flaws.push({ path: each.path, message: `the name ${name} is longer than ${NAME}: shorten the role's` })
      const text = this.#policy(each)
      if (texts.has(name))
        this.#flaws.push({ path: each.path, message: `another permission would be the policy ${name} too` })
      texts.set(name, [text, each.path])
    }
    const sorted = [...texts].toSorted(([a], [b]) => (a < b ? -1 : 1))
    return {
      roles: roles
        .map(({ id, description, inherits }) => ({ id, description, parents: [...new Set(inherits)].toSorted() }))
        .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      policies: Object.fromEntries(sorted.map(([name, [text]]) => [name, text])),
      origins: new Map(sorted.map(([name, [, path]]) => [name, path])),
      assignments: assignments?.flatMap(({ role, to, path }) => {
        if (!known.has(role)) this.#flaws.push({ path, message: `there is no role ${role}` })
        return to.map((text, at) => this.#assignment(role, text, [...path, at]))
      }),
    }
  }

  #checkParents({ id, inherits, path }: RoleInput, known: ReadonlySet<string>): void {
    inherits.forEach((parent, at) => {
      if (!known.has(parent))
        this.#flaws.push({ path: [...path, 'inherits', at], message: `there is no role ${parent}` })
    })
    const parents = new Map(this.#input.roles.map((role) => [role.id, role.inherits]))
    const seen = new Set<string>()
    const open = [...inherits]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (next === id) {
        this.#flaws.push({ path: [...path, 'inherits'], message: `${id} would inherit from itself` })
        return
      }
      if (!seen.has(next)) open.push(...(parents.get(next) ?? []))
      seen.add(next)
    }
  }

  #assignment(role: string, text: string, path: RolesFlaw['path']): Assignment {
    if (!text.includes('::')) return { role, to: text, path }
    const cut = text.includes('::"') ? text.indexOf('::"') : text.lastIndexOf('::')
    const type = text.slice(0, cut)
    const id = unquoted(text.slice(cut + 2))
    if (isTypeName(type) && id !== undefined && id !== '') return { role, to: { type, id }, path }
    this.#flaws.push({ path, message: `"${text}" names nobody: write an e-mail address, or a uid like Group::"a"` })
    return { role, to: text, path }
  }

  #merge(role: RoleInput): Merged[] {
    const merged = new Map<string, Merged>()
    for (const permission of role.permissions) {
      const { on, path } = permission
      const when = [...new Set(permission.when)].toSorted()
      const key = JSON.stringify([on, when])
      const known = merged.get(key) ?? { role, on, when, actions: new Map(), path }
      merged.set(key, known)
      for (const action of this.#resolve(permission)) known.actions.set(renderUid(action.action), action)
    }
    return [...merged.values()].filter(({ actions }) => actions.size > 0)
  }

  #resolve({ allow, on, path }: PermissionInput): ActionTypes[] {
    if (on === '' || allow.length === 0) return []
    if (this.#schema.type(on) === undefined) {
      this.#flaws.push({ path: [...path, 'on'], message: `the schema has no type ${on}` })
      return []
    }
    const possible = this.#actions.filter(
      ({ resources, principals }) =>
        resources.includes(on) && principals.some((type) => mayBeIn(this.#schema, type, 'Role')),
    )
    return allow.flatMap((name, at) => {
      if (name === '*') {
        if (possible.length === 0)
          this.#flaws.push({ path: [...path, 'allow'], message: `nobody who can have a role does anything to a ${on}` })
        return possible
      }
      const found = possible.filter(({ action }) => action.id === name)
      if (found.length === 0) this.#flaws.push({ path: [...path, 'allow', at], message: this.#whyNot(name, on) })
      return found
    })
  }

  #whyNot(name: string, on: string): string {
    const declared = this.#actions.filter(({ action }) => action.id === name)
    if (declared.length === 0) return `the schema has no action ${name}`
    if (!declared.some(({ resources }) => resources.includes(on))) return `${name} does not apply to ${on}`
    return `nobody who does ${name} can have a role: let them be in it, as in \`entity Person in [Group, Role];\``
  }

  #policy({ role, on, when, actions, path }: Merged): string {
    const principals = [...new Set([...actions.values()].flatMap((action) => action.principals))]
    const conditions = when.map((name) => {
      const written = this.#input.conditions.get(name)
      if (written !== undefined) return { text: `(${written})`, principal: undefined }
      const made = attributeCondition(this.#schema, on, name, principals)
      if (made === undefined) {
        this.#flaws.push({
          path: [...path, 'when'],
          message: `${name} is neither among the conditions nor an attribute of ${on} that can be one`,
        })
      }
      return made ?? { text: 'false', principal: undefined }
    })
    const types = [...new Set(conditions.flatMap(({ principal }) => principal ?? []))]
    if (types.length > 1)
      this.#flaws.push({ path: [...path, 'when'], message: `nobody is both a ${types.join(' and a ')}` })
    const uid = renderUid({ type: 'Role', id: role.id })
    const list = [...actions.keys()].toSorted()
    const lines = [
      `@doc(${renderString(sentence(role, [...actions.values()], on, when))})`,
      `@source(${renderString(ROLES_SOURCE)})`,
      'permit (',
      `  principal ${types[0] === undefined ? '' : `is ${types[0]} `}in ${uid},`,
      list.length === 1 ? `  action == ${list[0]},` : `  action in [${list.join(', ')}],`,
      `  resource is ${on}`,
      ')',
      ...(conditions.length === 0 ? [] : [`when { ${conditions.map(({ text }) => text).join(' && ')} }`]),
    ]
    return `${lines.join('\n')};\n`
  }
}

function sentence({ id }: RoleInput, actions: readonly ActionTypes[], on: string, when: readonly string[]): string {
  const names = actions.map(({ action }) => action.id).toSorted()
  return `The role ${id} may ${names.join(', ')} ${on}${when.length === 0 ? '' : ` when ${when.join(' and ')}`}.`
}

/** `role-editor-document-owner`: role, type, conditions. */
function policyName({ role, on, when }: Merged): string {
  return ['role', role.id, on, ...when].map((part) => part.toLowerCase().replaceAll(/[^a-z0-9_]+/g, '-')).join('-')
}

function unquoted(text: string): string | undefined {
  if (!text.startsWith('"')) return text
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'string' ? parsed : undefined
  } catch {
    return undefined
  }
}
