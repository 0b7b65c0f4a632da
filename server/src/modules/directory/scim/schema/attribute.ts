/** One attribute as RFC 7643, section 7, describes it. */
export interface Attribute {
  readonly name: string
  readonly type: 'string' | 'boolean' | 'dateTime' | 'reference' | 'binary' | 'complex'
  readonly multiValued: boolean
  readonly description: string
  readonly required: boolean
  readonly caseExact: boolean
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable'
  readonly returned: 'always' | 'default'
  readonly uniqueness: 'none' | 'server'
  readonly canonicalValues?: readonly string[]
  readonly referenceTypes?: readonly string[]
  readonly subAttributes?: readonly Attribute[]
}

export interface Schema {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly attributes: readonly Attribute[]
}

export interface ResourceType {
  readonly name: 'User' | 'Group'
  readonly endpoint: '/Users' | '/Groups'
  readonly description: string
  readonly core: Schema
  readonly extensions: readonly Schema[]
}

/** A resource, or a part of one: JSON with canonical names; an extension lies under the id of its schema. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json
}
export type Resource = JsonObject

type More = Partial<Omit<Attribute, 'name' | 'description'>>

export function attribute(name: string, description: string, more: More = {}): Attribute {
  return {
    name,
    type: 'string',
    multiValued: false,
    description,
    required: false,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...more,
  }
}

/** The shape that RFC 7643, section 2.4, gives to attributes of many values. */
export function plural(
  name: string,
  description: string,
  { kinds, ...value }: { readonly kinds?: readonly string[] } & More = {},
): Attribute {
  return attribute(name, description, {
    type: 'complex',
    multiValued: true,
    subAttributes: [
      attribute('value', 'The value.', value),
      attribute('display', 'A name of it for people to read.'),
      attribute('type', 'What it is for.', kinds === undefined ? {} : { canonicalValues: kinds }),
      attribute('primary', 'Whether it is the preferred one; one at most is.', { type: 'boolean' }),
    ],
  })
}

/** Attributes that every resource has (RFC 7643, section 3.1); they belong to no schema. */
export const common: readonly Attribute[] = [
  attribute('schemas', 'The schemas of the resource.', {
    type: 'reference',
    multiValued: true,
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
  }),
  attribute('id', 'The identifier that Holdfast gave it.', {
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
  }),
  attribute('externalId', 'The identifier that the client gave it.', { caseExact: true }),
  attribute('meta', 'About the resource itself.', {
    type: 'complex',
    mutability: 'readOnly',
    subAttributes: [
      attribute('resourceType', 'Its type.', { caseExact: true, mutability: 'readOnly' }),
      attribute('created', 'When it was added.', { type: 'dateTime', mutability: 'readOnly' }),
      attribute('lastModified', 'When it last changed.', { type: 'dateTime', mutability: 'readOnly' }),
      attribute('location', 'Its address.', { type: 'reference', caseExact: true, mutability: 'readOnly' }),
      attribute('version', 'Its ETag.', { caseExact: true, mutability: 'readOnly' }),
    ],
  }),
]

/** Names of attributes, schemas and operators differ by case in nothing (RFC 7643, section 2.1). */
export function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

export function named(attributes: readonly Attribute[] | undefined, name: string): Attribute | undefined {
  return attributes?.find((attribute) => same(attribute.name, name))
}
