import type { WorkContext } from '../platform/ports.ts'

export function contextOf(tenant: string, more: Partial<WorkContext> = {}): WorkContext {
  return { tenant, actor: null, source: { address: null, userAgent: null }, requestId: null, ...more }
}
