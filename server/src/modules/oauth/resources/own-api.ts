import type { Resource } from './store.ts'

/** Holdfast's own application is the management API: tokens for it are taken there in place of keys and cookies. */
export const ownApplication = 'holdfast'

/** With which a client stands for a person at the management API; nobody declares it. */
export const manageScope = { name: 'manage', description: 'Do in Holdfast itself whatever you may' } as const

export function withOwnScope<R extends Resource>(resource: R): R {
  if (resource.application !== ownApplication) return resource
  return { ...resource, scopes: [...resource.scopes, manageScope] }
}
