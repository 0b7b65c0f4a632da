import type { LearnedRequest } from '@holdfast/bundle'
import { clientOf } from '@holdfast/http-guard'
import { createLearner, type Learner } from '@holdfast/inspection'
import type { Inbound } from '../inbound.ts'
import { Telling } from '../telling.ts'

const flushMs = 10_000
/** What an unknown name is told by: nothing else that was found teaches. */
const unknowns: ReadonlySet<string> = new Set(['schema_violated', 'path_unknown', 'content_type_refused'])

export interface LearningOptions {
  readonly ship: (request: LearnedRequest) => Promise<void>
}

/** Learns what the APIs are asked of which that is wanted, and tells the control plane; what cannot be told is learnt again. */
export class Learning {
  private readonly options: LearningOptions
  private readonly learners = new Map<string, Learner>()
  private readonly telling = new Telling(flushMs, () => this.shipAll())

  constructor(options: LearningOptions) {
    this.options = options
  }

  /** @param status that the client got: what the application did not take is not what it takes */
  end({ route, watch, visit, caller, address }: Inbound, status: number | null): void {
    if (route === null || watch === null || status === null || status < 200 || status >= 400) return
    if (visit.outcome !== 'passed' && !unknowns.has(visit.code ?? '')) return
    const { observed } = watch
    if (observed === null) return
    const { application } = route
    const learner = this.learners.get(application) ?? createLearner()
    this.learners.set(application, learner)
    const source = caller === null ? clientOf(address) : `${caller.principal.type} ${caller.principal.id}`
    learner.observe(observed, { source, trusted: caller !== null })
  }

  close(): Promise<void> {
    return this.telling.close()
  }

  private async shipAll(): Promise<void> {
    for (const [application, learner] of this.learners) {
      const learned = learner.take()
      if (learned === null) continue
      try {
        await this.options.ship({ application, learned: { ...learned } })
      } catch {
        // It comes again.
      }
    }
  }
}
