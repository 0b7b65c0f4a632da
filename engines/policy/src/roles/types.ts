import type { Uid } from '../json.ts'

/** Something that is wrong with a file of roles: where, as keys and places, and what. */
export interface RolesFlaw {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** A role as the control plane keeps it. */
export interface RoleDraft {
  readonly id: string
  readonly description: string
  /** Roles whose permissions it has as well. */
  readonly parents: readonly string[]
}

/** Who has a role: a uid, or what people are called by (an e-mail address), to be looked up. */
export interface Assignment {
  readonly role: string
  readonly to: Uid | string
  readonly path: RolesFlaw['path']
}

/** What a file of roles means. The same file and schema give the same, byte for byte. */
export interface CompiledRoles {
  readonly roles: readonly RoleDraft[]
  /** Texts of policies, by name, in order. */
  readonly policies: { readonly [name: string]: string }
  /** Where in the file each policy comes from. */
  readonly origins: ReadonlyMap<string, RolesFlaw['path']>
  /** undefined: the file says nothing of who has a role */
  readonly assignments: readonly Assignment[] | undefined
}
