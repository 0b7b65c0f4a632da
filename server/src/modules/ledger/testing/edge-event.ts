import type { EdgeEvent } from '@holdfast/events'
import { v7 } from 'uuid'

/** An event as an edge ships it. */
export function edgeEvent(more: Partial<EdgeEvent> = {}): EdgeEvent {
  return {
    id: v7(),
    time: new Date().toISOString(),
    kind: 'order.placed',
    outcome: 'success',
    actor: null,
    resource: null,
    application: 'shop',
    reason: null,
    source: { address: '198.51.100.4', userAgent: 'Firefox' },
    requestId: null,
    data: {},
    ...more,
  }
}
