import type { Resource, ResourceType } from './schema/attribute.ts'
import { isObject, textOf } from './schema/find.ts'
import type { GroupRow } from './store/groups.ts'
import type { UserRow } from './store/users.ts'
import { groupType } from './schema/group.ts'
import { userType } from './schema/user.ts'

/** Where resources are: `https://host/scim/v2`. */
export type Base = string

export const baseOf = (publicUrl: string): Base => `${publicUrl}/scim/v2`

function locationOf(base: Base, { endpoint }: ResourceType, id: string): string {
  return `${base}${endpoint}/${id}`
}

/** A weak ETag (RFC 9110, section 8.8.1): the same version says the same, if not byte for byte. */
function versionOf({ createdAt, version }: { readonly createdAt: Date; readonly version: string }): string {
  return `W/"${createdAt.getTime().toString(36)}.${version}"`
}

export type Groups = readonly { readonly id: string; readonly name: string }[]

export function userOf(base: Base, row: UserRow, groups: Groups): Resource {
  const { externalId, ...resource } = row.resource
  const extensions = userType.extensions.map(({ id }) => id).filter((id) => resource[id] !== undefined)
  return {
    schemas: [userType.core.id, ...extensions],
    id: row.id,
    ...(externalId !== undefined && { externalId }),
    ...resource,
    active: row.state === 'active',
    ...(groups.length > 0 && {
      groups: groups.map(({ id, name }) => ({
        value: id,
        $ref: locationOf(base, groupType, id),
        display: name,
        type: 'direct',
      })),
    }),
    meta: metaOf(base, userType, row),
  }
}

/** @param members undefined: they were not asked for */
export function groupOf(base: Base, row: GroupRow, members: readonly string[] | undefined): Resource {
  return {
    schemas: [groupType.core.id],
    id: row.id,
    ...(row.externalId !== null && { externalId: row.externalId }),
    displayName: row.name,
    ...(members !== undefined && {
      members: members.map((id) => ({ value: id, $ref: locationOf(base, userType, id), type: 'User' })),
    }),
    meta: metaOf(base, groupType, row),
  }
}

type Versioned = { readonly id: string; readonly createdAt: Date; readonly updatedAt: Date; readonly version: string }

function metaOf(base: Base, type: ResourceType, row: Versioned): Resource {
  return {
    resourceType: type.name,
    created: row.createdAt.toISOString(),
    lastModified: row.updatedAt.toISOString(),
    location: locationOf(base, type, row.id),
    version: versionOf(row),
  }
}

export function versionIn(resource: Resource): string {
  const { meta } = resource
  return isObject(meta) ? (textOf(meta, 'version') ?? '') : ''
}
