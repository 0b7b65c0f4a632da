import { field, isObject, type JsonObject } from '../shape.ts'
import type { RolesFlaw } from './types.ts'

/** One permission, as it stands in the file. */
export interface PermissionInput {
  /** Ids of actions; `*` is all that apply. */
  readonly allow: readonly string[]
  /** A type of resources. */
  readonly on: string
  /** Names of conditions that must all hold. */
  readonly when: readonly string[]
  readonly path: RolesFlaw['path']
}

export interface RoleInput {
  readonly id: string
  readonly description: string
  readonly inherits: readonly string[]
  readonly permissions: readonly PermissionInput[]
  readonly path: RolesFlaw['path']
}

/** A file of roles, in its form. */
export interface RolesInput {
  readonly roles: readonly RoleInput[]
  /** Cedar expressions by name. */
  readonly conditions: ReadonlyMap<string, string>
  readonly assignments:
    | readonly { readonly role: string; readonly to: readonly string[]; readonly path: RolesFlaw['path'] }[]
    | undefined
}

/** As the control plane takes it. */
const ROLE = /^[A-Za-z][A-Za-z0-9_.:-]{0,99}$/

/** Reads the form of a file; what is wrong with it goes into `flaws`. */
export function readRoles(json: unknown, flaws: RolesFlaw[]): RolesInput {
  const reader = new Reader(flaws)
  const file = reader.object(json, [], ['roles', 'conditions', 'assignments'])
  const roles = reader.entries(file, 'roles').map(([id, role]) => reader.role(id, role))
  if (field(file, 'roles') === undefined) flaws.push({ path: [], message: '`roles` is missing' })
  const conditions = reader.entries(file, 'conditions').map(([name, text]): [string, string] => {
    return [name, reader.text(text, ['conditions', name])]
  })
  const assignments =
    field(file, 'assignments') === undefined
      ? undefined
      : reader.entries(file, 'assignments').map(([role, to]) => {
          const path = ['assignments', role]
          return { role, to: reader.texts(to, path), path }
        })
  return { roles, conditions: new Map(conditions), assignments }
}

class Reader {
  readonly #flaws: RolesFlaw[]

  constructor(flaws: RolesFlaw[]) {
    this.#flaws = flaws
  }

  object(json: unknown, path: RolesFlaw['path'], known: readonly string[]): JsonObject {
    if (!isObject(json)) {
      this.#flaws.push({ path, message: 'expected a mapping' })
      return {}
    }
    for (const name of Object.keys(json)) {
      if (!known.includes(name))
        this.#flaws.push({ path: [...path, name], message: `there is no such field; there are ${known.join(', ')}` })
    }
    return json
  }

  entries(file: JsonObject, section: string): [string, unknown][] {
    const list = field(file, section) ?? {}
    if (isObject(list)) return Object.entries(list)
    this.#flaws.push({ path: [section], message: 'expected a mapping of names' })
    return []
  }

  text(json: unknown, path: RolesFlaw['path']): string {
    if (typeof json === 'string' && json.trim() !== '') return json.trim()
    this.#flaws.push({ path, message: 'expected text' })
    return ''
  }

  /** One text, or a list of them; nothing is none. */
  texts(json: unknown, path: RolesFlaw['path']): string[] {
    if (json === undefined || json === null) return []
    if (!Array.isArray(json)) return [this.text(json, path)]
    return (json as unknown[]).map((each, at) => this.text(each, [...path, at]))
  }

  role(id: string, json: unknown): RoleInput {
    const path = ['roles', id]
    if (!ROLE.test(id))
      this.#flaws.push({ path, message: 'the name of a role has a letter, then letters, digits, _ . : or -' })
    const role = json === null ? {} : this.object(json, path, ['description', 'inherits', 'permissions'])
    const description = field(role, 'description')
    const permissions = field(role, 'permissions') ?? []
    if (!Array.isArray(permissions)) this.#flaws.push({ path: [...path, 'permissions'], message: 'expected a list' })
    const list = Array.isArray(permissions) ? (permissions as unknown[]) : []
    return {
      id,
      path,
      description: description === undefined ? '' : this.text(description, [...path, 'description']),
      inherits: this.texts(field(role, 'inherits'), [...path, 'inherits']),
      permissions: list.map((each, at) => this.#permission(each, [...path, 'permissions', at])),
    }
  }

  #permission(json: unknown, path: RolesFlaw['path']): PermissionInput {
    const permission = this.object(json, path, ['allow', 'on', 'when'])
    const allow = this.texts(field(permission, 'allow'), [...path, 'allow'])
    if (isObject(json) && allow.length === 0) this.#flaws.push({ path, message: '`allow` names no action' })
    const on = field(permission, 'on')
    if (isObject(json) && on === undefined) this.#flaws.push({ path, message: '`on` is missing: a type of resources' })
    return {
      allow,
      on: on === undefined ? '' : this.text(on, [...path, 'on']),
      when: this.texts(field(permission, 'when'), [...path, 'when']),
      path,
    }
  }
}
