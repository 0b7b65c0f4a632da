import type { Account } from './control-plane.ts'

export const ben: Account = { type: 'Person', id: 'ben' }
export const ada: Account = { type: 'Person', id: 'ada', groups: ['admins'] }

/** Ben may read and send, but for what lies below /admin; Ada may do everything. */
export const READERS_AND_ADMINS = `
@id("read") permit(principal, action in [Action::"get", Action::"post"], resource is Route) unless { resource.path like "/admin*" };
@id("admins") permit(principal in Group::"admins", action, resource);
`
