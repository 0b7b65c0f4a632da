import { INSTALLATION } from '@holdfast/bundle'
import type { EdgeRecord } from '../../client.ts'
import type { Asker } from './asker.ts'
import { catalogue, type Refusal, type RefusalCode } from './catalogue.ts'

type Told = Readonly<Record<string, unknown>> | null

/** Makes every refusal an event. That a flood of them does not become a flood of events is the edge's doing. */
export class Reporter {
  private readonly recordRefusal: (event: EdgeRecord) => string

  /** @param recordRefusal ships an event, or counts it among many alike */
  constructor(recordRefusal: (event: EdgeRecord) => string) {
    this.recordRefusal = recordRefusal
  }

  /**
   * Records the refusal of a request.
   * @param cause what only operators may read
   * @param told what else was found in it
   * @returns id of the event, or of the last one of a series that is being counted
   */
  refused(code: RefusalCode, asker: Asker, requestId: string, cause?: string, told: Told = null): string {
    const { status } = catalogue[code]
    return this.recordRefusal({
      ...describe(code, asker, requestId),
      kind: 'request.refused',
      outcome: status >= 500 ? 'failure' : 'refused',
      data: { ...request(asker), status, ...(cause !== undefined && { cause }), ...told },
    })
  }

  /** Records that a request would have been refused, were its application's protection more than a report. */
  passed(code: RefusalCode, asker: Asker, requestId: string, cause?: string): string {
    return this.recordRefusal({
      ...describe(code, asker, requestId),
      kind: 'request.reported',
      outcome: 'success',
      data: { ...request(asker), ...(cause !== undefined && { cause }) },
    })
  }

  /** Records what inspection refused. @returns as `refused` */
  blocked({ code, found }: Refusal, asker: Asker, requestId: string): string {
    const { status } = catalogue[code]
    return this.recordRefusal({
      ...describe(code, asker, requestId),
      kind: 'request.blocked',
      outcome: 'refused',
      data: { ...request(asker), status, ...found },
    })
  }

  /** Records what inspection found in a request that was let through. @returns as `refused` */
  found({ code, found }: Refusal, asker: Asker, requestId: string): string {
    return this.recordRefusal({
      ...describe(code, asker, requestId),
      kind: 'request.reported',
      outcome: 'success',
      data: { ...request(asker), ...found },
    })
  }

  /** Records that an answer was broken off after it had begun. */
  broken(code: RefusalCode, asker: Asker, requestId: string, cause: string): string {
    return this.recordRefusal({
      ...describe(code, asker, requestId),
      kind: 'response.broken',
      outcome: 'failure',
      data: { ...request(asker), cause },
    })
  }
}

function describe(reason: RefusalCode, { actor, application, address, userAgent }: Asker, requestId: string) {
  return { reason, actor, application: application ?? INSTALLATION, source: { address, userAgent }, requestId }
}

function request({ method, path, queryNames, host }: Asker): Record<string, unknown> {
  return { method, path, host, ...(queryNames.length > 0 && { query: queryNames }) }
}
