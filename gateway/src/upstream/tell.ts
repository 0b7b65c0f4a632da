import type { EdgeRecord } from '@holdfast/sdk/edge'
import type { Change } from './health.ts'

/** Makes an event of each change in the state of an upstream. */
export const tellOfUpstreams =
  (record: (event: EdgeRecord) => string) =>
  (application: string, upstream: string, change: Change): void => {
    const { kind, ...data } = change
    record({
      kind: kind === 'out' ? 'upstream.out' : 'upstream.back',
      reason: null,
      actor: null,
      application,
      outcome: kind === 'out' ? 'failure' : 'success',
      data: { upstream, ...data },
    })
  }
