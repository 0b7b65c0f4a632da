import { z } from 'zod'
import { emailKey, isEmail, tidy } from './text.ts'
import { uuid } from '../../platform/uuid.ts'

/** @returns whether text can be looked up as an id; anything else is unknown without asking the database */
export function isId(text: string): boolean {
  return uuid.test(text)
}

export function isSlug(text: string): boolean {
  return Slug.safeParse(text).success
}

const Slug = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes, at most 63, beginning with a letter')

/** Shown to people: any script, no control characters, NFC. */
export const Name = z
  .string()
  .max(800)
  .transform(tidy)
  .refine((name) => name.length >= 1 && name.length <= 200, '1 to 200 characters')
  .refine((name) => !/\p{C}/u.test(name), 'no control characters')

export const Email = z
  .string()
  .max(800)
  .transform(tidy)
  .refine((email) => isEmail(email) && emailKey(email).length <= 512, 'an e-mail address, 254 characters at most')

const Groups = z.array(Slug).max(100)

export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().regex(uuid, 'the `next` of the page before').optional(),
})

export const PeopleQuery = PageQuery.extend({
  query: z
    .string()
    .max(200)
    .regex(/^\P{C}*$/u)
    .optional(),
})

/** The password is judged by sign-in; here only that it is of a size to look at. */
export const Password = z.string().max(2048)

export const NewPerson = z.strictObject({
  email: Email,
  name: Name,
  password: Password.optional(),
  passwordHash: z
    .string()
    .max(2048)
    .optional()
    .describe('of another system, in place of a password: a PHC string, bcrypt, Django, Werkzeug, ASP.NET Identity'),
  temporary: z
    .boolean()
    .optional()
    .describe(
      'Whether the password must be changed at the first sign-in, so that whoever gave it knows it no longer; `signin.passwords.temporary` when absent.',
    ),
  groups: Groups.optional(),
})
export const PersonChange = z.strictObject({
  name: Name.optional(),
  state: z.enum(['active', 'disabled']).optional(),
  groups: Groups.optional(),
})
export const Person = z.object({
  id: z.string(),
  email: z.string(),
  /** when they showed that the address is theirs */
  emailVerifiedAt: z.iso.datetime().nullable(),
  name: z.string(),
  state: z.enum(['active', 'disabled']),
  groups: z.array(z.string()),
  hasPassword: z.boolean(),
  /** by whom the account is kept: here, or by a provisioning service */
  source: z.enum(['local', 'scim']),
  /** by which the provisioning service knows the person */
  externalId: z.string().nullable(),
  createdAt: z.iso.datetime(),
  lastSignInAt: z.iso.datetime().nullable(),
})

export const NewGroup = z.strictObject({ id: Slug, name: Name, parents: Groups.optional() })
export const GroupChange = z.strictObject({ name: Name.optional(), parents: Groups.optional() })
export const Group = z.object({
  id: z.string(),
  name: z.string(),
  parents: z.array(z.string()),
  members: z.int(),
  builtin: z.boolean().describe('there from the start: it can be neither changed nor removed'),
})

export const NewService = z.strictObject({ name: Name, application: Slug.optional(), groups: Groups.optional() })
export const ServiceChange = z.strictObject({ name: Name.optional(), groups: Groups.optional() })
export const Service = z.object({
  id: z.string(),
  name: z.string(),
  application: z.string().nullable(),
  groups: z.array(z.string()),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
  keys: z.array(
    z.object({
      id: z.string(),
      prefix: z.string(),
      createdAt: z.iso.datetime(),
      lastUsedAt: z.iso.datetime().nullable(),
    }),
  ),
})
const Trust = z.object({ keys: z.array(z.record(z.string(), z.unknown())) })
export const CreatedKey = z.object({ key: z.string(), trust: Trust })
export const CreatedService = CreatedKey.extend({ service: Service })

export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable() })

export type NewPerson = z.output<typeof NewPerson>
export type PersonChange = z.output<typeof PersonChange>
export type Person = z.output<typeof Person>
export type NewGroup = z.output<typeof NewGroup>
export type GroupChange = z.output<typeof GroupChange>
export type Group = z.output<typeof Group>
export type NewService = z.output<typeof NewService>
export type ServiceChange = z.output<typeof ServiceChange>
export type Service = z.output<typeof Service>
export type CreatedKey = z.output<typeof CreatedKey>
export type CreatedService = z.output<typeof CreatedService>
export type PageQuery = z.output<typeof PageQuery>
export type PeopleQuery = z.output<typeof PeopleQuery>
export interface Page<Item> {
  items: Item[]
  next: string | null
}
