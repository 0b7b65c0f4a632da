import type { Uid } from '../../platform/ports.ts'
import type { Db, KeyName } from './types.ts'

/** What stands for the tenant in the places of what belongs to no tenant. */
export const installationTenant = 'installation'

/** A type and an id, 320 characters at most. */
const subjectShape = /^[A-Za-z][A-Za-z0-9]{0,63}\/\P{C}{1,255}$/u
const purposeShape = /^[a-z][a-z0-9-]{0,62}(?:\/index)?$/

/** A name in the form in which it is a key of maps, and in the order in which rows are made. */
export function nameText({ purpose, subject = '' }: KeyName): string {
  if (!purposeShape.test(purpose)) throw new TypeError(`${purpose} is no purpose: small letters, digits and dashes`)
  if (subject !== '' && !subjectShape.test(subject)) throw new TypeError('a subject is somebody, as Person/<id>')
  return `${purpose} ${subject}`
}

/** @throws TypeError in a transaction of no tenant: what it closed would have no owner */
export function tenantOf({ tenant }: Db): string {
  if (tenant === null) throw new TypeError('keys of tenants are used in transactions of a tenant')
  return tenant
}

/** `Person/<id>` as the uid that it is. */
export function uidOf(subject: string): Uid {
  const slash = subject.indexOf('/')
  return { type: subject.slice(0, slash), id: subject.slice(slash + 1) }
}
