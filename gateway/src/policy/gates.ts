import type { GatewayApplication } from '@holdfast/bundle'
import type { Clock } from '@holdfast/sdk/edge'
import {
  createJudge,
  type Judge,
  type JudgeOptions,
  type Prepared,
  prepareRules,
  type PrincipalReference,
  type RequestInfo,
  type Rules,
} from '@holdfast/sdk/edge/decisions'
import type { Caller } from '../identity/caller.ts'

/** Decides for one application. */
export interface Gate {
  readonly application: string
  /** By what is decided now; null where that cannot be known: then nothing may be allowed. */
  rules(): Rules | null
  readonly judge: Judge
}

/** A caller as policies see it, with the request that it made. */
export interface Asking extends PrincipalReference {
  readonly session: string | null
  readonly authTime: number | null
  readonly acr: string | null
  readonly amr: readonly string[]
  readonly scopes: readonly string[] | null
  readonly info: RequestInfo
}

export function askingOf(caller: Caller, info: RequestInfo): Asking {
  const { principal, session, authTime, acr, amr, scopes } = caller
  return { type: principal.type, id: principal.id, session, authTime, acr, amr, scopes, info }
}

export interface GatesOptions {
  readonly edge: JudgeOptions['edge']
  readonly clock: Clock
  readonly random: JudgeOptions['random']
  readonly onProblem: (problem: Error) => void
}

interface Made {
  readonly epoch: number
  readonly prepared: Prepared<Rules> | null
  readonly gate: Gate
}

/** What decides for each application. Compiled once for each state of its rules, however many bundles carry it. */
export class Gates {
  private readonly options: GatesOptions
  private readonly made = new Map<string, Made>()
  private readonly judges = new Map<string, Judge>()

  constructor(options: GatesOptions) {
    this.options = options
  }

  of({ id, rules }: Pick<GatewayApplication, 'id' | 'rules'>): Gate {
    const known = this.made.get(id)
    if (rules !== undefined && known?.epoch === rules.epoch) return known.gate
    const prepared = rules === undefined ? null : this.prepare(id, rules)
    const { clock } = this.options
    const gate: Gate = {
      application: id,
      rules: () => prepared?.at(clock.now()) ?? null,
      judge: this.judgeOf(id),
    }
    if (rules === undefined) this.made.delete(id)
    else this.made.set(id, { epoch: rules.epoch, prepared, gate })
    return gate
  }

  /** Tells what was counted. */
  close(): void {
    for (const judge of this.judges.values()) judge.close()
  }

  /** Rules that cannot be evaluated allow nothing; the other applications go on. */
  private prepare(id: string, rules: NonNullable<GatewayApplication['rules']>): Prepared<Rules> | null {
    try {
      const now = this.options.clock.now()
      const prepared = prepareRules(rules, now)
      // Read now: a schema that cannot be is found here, and not with the first request.
      prepared.at(now)?.schema()
      return prepared
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.options.onProblem(new Error(`The rules of ${id} cannot be used: ${why}`))
      return null
    }
  }

  private judgeOf(application: string): Judge {
    const known = this.judges.get(application)
    if (known !== undefined) return known
    const recall = (principal: PrincipalReference): RequestInfo => (principal as Asking).info
    const judge = createJudge({ ...this.options, application, recall })
    this.judges.set(application, judge)
    return judge
  }
}
