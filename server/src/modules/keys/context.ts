import type { WorkContext } from '../../platform/ports.ts'

/** What a job does, nobody asked for. */
export function jobContext(tenant: string): WorkContext {
  return { tenant, actor: null, source: { address: null, userAgent: null }, requestId: null }
}
