import { attribute, plural, type ResourceType, type Schema } from './attribute.ts'

const places = ['work', 'home', 'other']

/** RFC 7643, section 4.1. `password` is left out on purpose: who comes by SCIM has none here. */
const user: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:User',
  name: 'User',
  description: 'A person.',
  attributes: [
    attribute('userName', 'By which the person is known to the client; unique in the tenant.', {
      required: true,
      uniqueness: 'server',
    }),
    attribute('name', 'The parts of the name.', {
      type: 'complex',
      subAttributes: [
        attribute('formatted', 'The whole name.'),
        attribute('familyName', 'The family name.'),
        attribute('givenName', 'The given name.'),
        attribute('middleName', 'The middle names.'),
        attribute('honorificPrefix', 'What stands before the name.'),
        attribute('honorificSuffix', 'What stands behind the name.'),
      ],
    }),
    attribute('displayName', 'The name that is shown.'),
    attribute('nickName', 'What the person is called.'),
    attribute('profileUrl', 'A page about the person.', { type: 'reference', referenceTypes: ['external'] }),
    attribute('title', 'The position, as "Vice President".'),
    attribute('userType', 'The relation to the organisation, as "Contractor".'),
    attribute('preferredLanguage', 'As in Accept-Language (RFC 9110, section 12.5.4).'),
    attribute('locale', 'For dates, numbers and currencies, as "en-US".'),
    attribute('timezone', 'In the IANA database of time zones.'),
    attribute('active', 'Whether the person may sign in. When it becomes false every session and token ends.', {
      type: 'boolean',
    }),
    plural('emails', 'E-mail addresses. The primary one is that by which the person signs in.', { kinds: places }),
    plural('phoneNumbers', 'Telephone numbers.', { kinds: [...places, 'mobile', 'fax', 'pager'] }),
    plural('ims', 'Addresses for instant messages.'),
    plural('photos', 'Addresses of pictures.', {
      kinds: ['photo', 'thumbnail'],
      type: 'reference',
      referenceTypes: ['external'],
      caseExact: true,
    }),
    attribute('addresses', 'Postal addresses.', {
      type: 'complex',
      multiValued: true,
      subAttributes: [
        attribute('formatted', 'The whole address.'),
        attribute('streetAddress', 'Street, house number.'),
        attribute('locality', 'The city.'),
        attribute('region', 'The state or region.'),
        attribute('postalCode', 'The postal code.'),
        attribute('country', 'ISO 3166-1, two letters.'),
        attribute('type', 'What it is for.', { canonicalValues: places }),
        attribute('primary', 'Whether it is the preferred one; one at most is.', { type: 'boolean' }),
      ],
    }),
    attribute('groups', 'The groups of this connection that the person is in.', {
      type: 'complex',
      multiValued: true,
      mutability: 'readOnly',
      subAttributes: [
        attribute('value', 'The id of the group.', { caseExact: true, mutability: 'readOnly' }),
        attribute('$ref', 'Its address.', {
          type: 'reference',
          caseExact: true,
          referenceTypes: ['Group'],
          mutability: 'readOnly',
        }),
        attribute('display', 'Its name.', { mutability: 'readOnly' }),
        attribute('type', 'Always direct.', { canonicalValues: ['direct'], mutability: 'readOnly' }),
      ],
    }),
    plural('entitlements', 'Kept and given back; they decide nothing here.'),
    plural('roles', 'Kept and given back; they decide nothing here.'),
    plural('x509Certificates', 'Kept and given back; they decide nothing here.', { type: 'binary', caseExact: true }),
  ],
}

/** RFC 7643, section 4.3. */
const enterprise: Schema = {
  id: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  name: 'EnterpriseUser',
  description: 'What organisations say of their people.',
  attributes: [
    attribute('employeeNumber', 'The number that the organisation gave.'),
    attribute('costCenter', 'The cost centre.'),
    attribute('organization', 'The organisation.'),
    attribute('division', 'The division.'),
    attribute('department', 'The department.'),
    attribute('manager', 'Whom the person reports to.', {
      type: 'complex',
      subAttributes: [
        attribute('value', 'The id of the manager.', { caseExact: true }),
        attribute('$ref', 'The address of the manager.', {
          type: 'reference',
          caseExact: true,
          referenceTypes: ['User'],
        }),
        attribute('displayName', 'The name of the manager.', { mutability: 'readOnly' }),
      ],
    }),
  ],
}

export const userType: ResourceType = {
  name: 'User',
  endpoint: '/Users',
  description: 'People',
  core: user,
  extensions: [enterprise],
}
