import { attribute, type ResourceType } from './attribute.ts'

/** RFC 7643, section 4.2. Groups have people in them, no groups: how groups nest is for operators to say. */
export const groupType: ResourceType = {
  name: 'Group',
  endpoint: '/Groups',
  description: 'Groups',
  core: {
    id: 'urn:ietf:params:scim:schemas:core:2.0:Group',
    name: 'Group',
    description: 'A group of people.',
    attributes: [
      attribute('displayName', 'Its name; unique among the groups of the connection.', { required: true }),
      attribute('members', 'The people of this connection who are in it.', {
        type: 'complex',
        multiValued: true,
        subAttributes: [
          attribute('value', 'The id of the user.', { caseExact: true, mutability: 'immutable' }),
          attribute('$ref', 'Its address.', {
            type: 'reference',
            caseExact: true,
            referenceTypes: ['User'],
            mutability: 'immutable',
          }),
          attribute('type', 'Always User.', { canonicalValues: ['User'], mutability: 'immutable' }),
        ],
      }),
    ],
  },
  extensions: [],
}
