import type { Db, KeyName } from './types.ts'

/** What stands for the tenant in the places of what belongs to no tenant. */
export const installationTenant = 'installation'

const purposeShape = /^[a-z][a-z0-9-]{0,62}(?:\/index)?$/

/** A name in the form in which it is a key of maps, and in the order in which rows are made. */
export function nameText({ purpose, subject = '' }: KeyName): string {
  if (!purposeShape.test(purpose)) throw new TypeError(`${purpose} is no purpose: small letters, digits and dashes`)
  if (subject.length > 320) throw new TypeError('a subject has at most 320 characters')
  return `${purpose} ${subject}`
}

/** @throws TypeError in a transaction of no tenant: what it closed would have no owner */
export function tenantOf({ tenant }: Db): string {
  if (tenant === null) throw new TypeError('keys of tenants are used in transactions of a tenant')
  return tenant
}
