import { isEmail, tidy } from '../../text.ts'
import { isObject, textOf } from '../schema/find.ts'
import type { Resource } from '../schema/attribute.ts'

interface Address {
  readonly value: string
  readonly primary: boolean
  readonly type: string | undefined
}

export function emailsOf(resource: Resource): readonly Address[] {
  const emails = resource['emails']
  if (!Array.isArray(emails)) return []
  return (emails as readonly unknown[]).flatMap((each) => {
    if (!isObject(each) || typeof each['value'] !== 'string') return []
    const { value, type, primary } = each
    return [{ value, primary: primary === true, type: typeof type === 'string' ? type.toLowerCase() : undefined }]
  })
}

/**
 * The address by which the person signs in and is written to: the primary one, else that for work, else the first, else the
 * user name, which is one with most directories.
 * @returns null when none of them is an address
 */
export function addressOf(resource: Resource): string | null {
  const emails = emailsOf(resource)
  const ranked = [
    ...emails.filter(({ primary }) => primary),
    ...emails.filter(({ type }) => type === 'work'),
    ...emails,
  ].map(({ value }) => value)
  const wanted = [...ranked, textOf(resource, 'userName') ?? ''].map((text) => tidy(text))
  return wanted.find((text) => isEmail(text)) ?? null
}

/** Where nothing can be sent to (RFC 2606, section 2): a person must have an address, and SCIM needs none. */
export function placeholderAddress(id: string): string {
  return `${id}@provisioned.invalid`
}

/** The name that consoles and letters show: 1 to 200 characters, none of them a control character. */
export function nameOf(resource: Resource): string {
  const name = isObject(resource['name']) ? resource['name'] : {}
  const parts = [textOf(name, 'givenName'), textOf(name, 'familyName')].filter((part) => part !== undefined).join(' ')
  const candidates = [textOf(resource, 'displayName'), textOf(name, 'formatted'), parts, textOf(resource, 'userName')]
  for (const candidate of candidates) {
    const text = tidy((candidate ?? '').replaceAll(/\p{C}/gu, ' '))
      .slice(0, 200)
      .trim()
      .toWellFormed()
    if (text !== '') return text
  }
  return '[no name]'
}
