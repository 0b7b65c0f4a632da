import type { Attribute, Resource, ResourceType, Schema } from './attribute.ts'
import { groupType } from './group.ts'
import { userType } from './user.ts'
import { type Base } from '../show.ts'
import { pageSize } from '../list.ts'

export const resourceTypes: readonly ResourceType[] = [userType, groupType]
const schemas: readonly Schema[] = resourceTypes.flatMap(({ core, extensions }) => [core, ...extensions])

/** RFC 7643, section 5. */
export function providerConfig(base: Base): Resource {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: pageSize.most },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'The key of a service in the group provisioning, or an access token of one (RFC 6750).',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
  }
}

/** RFC 7643, section 6. */
export function resourceTypeShown(base: Base, type: ResourceType): Resource {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: type.name,
    name: type.name,
    endpoint: type.endpoint,
    description: type.description,
    schema: type.core.id,
    ...(type.extensions.length > 0 && {
      schemaExtensions: type.extensions.map(({ id }) => ({ schema: id, required: false })),
    }),
    meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${type.name}` },
  }
}

/** RFC 7643, section 7. */
export function schemasShown(base: Base): readonly Resource[] {
  return schemas.map(({ id, name, description, attributes }) => ({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
    id,
    name,
    description,
    attributes: attributes.map(attributeShown),
    meta: { resourceType: 'Schema', location: `${base}/Schemas/${id}` },
  }))
}

function attributeShown({ subAttributes, canonicalValues, referenceTypes, ...attribute }: Attribute): Resource {
  return {
    ...attribute,
    ...(canonicalValues !== undefined && { canonicalValues }),
    ...(referenceTypes !== undefined && { referenceTypes }),
    ...(subAttributes !== undefined && { subAttributes: subAttributes.map(attributeShown) }),
  }
}
