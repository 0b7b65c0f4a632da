import type { OcsfEvent } from '@holdfast/events'
import type { OutgoingEvent } from '../transports/transport.ts'

/** An event on its way out, small and well-formed. */
export function outgoingEvent(
  seq: number,
  more: Partial<OutgoingEvent> & { readonly message?: string } = {},
): OutgoingEvent {
  const { message = 'Something was done.', ...rest } = more
  const id = `01990000-0000-7000-8000-${seq.toString(16).padStart(12, '0')}`
  const time = new Date(Date.UTC(2026, 0, 31, 12, 0, seq % 60))
  const document = {
    activity_id: 99,
    category_uid: 6,
    class_name: 'API Activity',
    class_uid: 6003,
    message,
    metadata: { event_code: 'thing.done', product: { name: 'Holdfast' }, sequence: seq, uid: id, version: '1.8.0' },
    severity_id: 1,
    time: time.getTime(),
    type_uid: 600_399,
  } as unknown as OcsfEvent
  return {
    is: 'event',
    seq,
    id,
    time,
    kind: 'thing.done',
    outcome: 'success',
    severity: 1,
    requestId: null,
    document,
    json: JSON.stringify(document),
    ...rest,
  }
}

export const never: AbortSignal = new AbortController().signal
