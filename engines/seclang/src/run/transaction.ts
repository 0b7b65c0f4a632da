import type { Program } from '../plan/program.ts'
import { C } from '../target/collections.ts'
import type { Audit, BodyLimit, Connection, RequestHead, ResponseHead, Transaction, Verdict } from '../types.ts'
import { bytesOf } from './bytes.ts'
import { runPhase } from './phase.ts'
import { readBody } from './request-body.ts'
import { readHead } from './request.ts'
import { State } from './state.ts'

/** One request on its way through the phases. */
export class Running implements Transaction {
  readonly #state: State

  constructor(program: Program, connection: Connection) {
    this.#state = new State(program, connection, program.clock())
  }

  get wantsBody(): boolean {
    return this.#state.mode !== 'off' && this.#state.bodyAccess
  }

  get bodyLimit(): BodyLimit {
    const { requestBodyLimit, requestBodyLimitAction } = this.#state.program.settings
    return { bytes: requestBodyLimit, beyond: requestBodyLimitAction }
  }

  get readsResponseBodies(): boolean {
    return this.#state.mode !== 'off' && this.#state.responseBodyAccess
  }

  get wantsResponseBody(): boolean {
    const { scalars, program } = this.#state
    if (!this.readsResponseBodies) return false
    const [media = ''] = (scalars.get('RESPONSE_CONTENT_TYPE') ?? 'null').split(';', 1)
    return program.settings.responseMediaTypes.has(media.trim().toLowerCase())
  }

  get responseBodyLimit(): BodyLimit {
    const { responseBodyLimit, responseBodyLimitAction } = this.#state.program.settings
    return { bytes: responseBodyLimit, beyond: responseBodyLimitAction }
  }

  exclude(rule: number, target: string): void {
    const { program } = this.#state
    const found = program.excluded(rule, target)
    if (found.length > 0) this.#state.exclusions = [...(this.#state.exclusions ?? []), ...found]
  }

  request(head: RequestHead): Verdict {
    readHead(this.#state, head)
    return runPhase(this.#state, 1)
  }

  body(bytes: string, partial = false): Verdict {
    if (this.#state.mode !== 'off') readBody(this.#state, bytesOf(bytes), partial)
    return runPhase(this.#state, 2)
  }

  response({ status, protocol, headers }: ResponseHead): Verdict {
    const state = this.#state
    state.scalars.set('RESPONSE_STATUS', String(status))
    state.scalars.set('RESPONSE_PROTOCOL', protocol)
    state.scalars.set('STATUS_LINE', `${protocol} ${status}`)
    for (const header of headers) {
      const [name, value] = [bytesOf(header[0]), bytesOf(header[1])]
      state.add(C.RESPONSE_HEADERS, name, value)
      state.add(C.RESPONSE_HEADERS_NAMES, name, name)
      const lower = name.toLowerCase()
      if (lower === 'content-type') state.scalars.set('RESPONSE_CONTENT_TYPE', value)
      if (lower === 'content-length') state.scalars.set('RESPONSE_CONTENT_LENGTH', value)
    }
    return runPhase(state, 3)
  }

  responseBody(bytes: string): Verdict {
    if (this.wantsResponseBody) this.#state.add(C.RESPONSE_BODY, '', bytesOf(bytes))
    return runPhase(this.#state, 4)
  }

  end(status?: number): Audit {
    const state = this.#state
    if (status !== undefined) state.scalars.set('RESPONSE_STATUS', String(status))
    runPhase(state, 5)
    return {
      id: state.connection.id,
      matches: state.matches,
      verdict: state.verdict,
      enforced: state.enforced,
      mode: state.mode,
      relevant: this.#relevant(status),
      parts: state.auditParts,
      get variables() {
        return new Map(state.tx.chosen(undefined))
      },
      sanitise: [...state.sanitised],
      environment: state.environment,
    }
  }

  /** RelevantOnly: a rule that wants it recorded matched, or the status is one of SecAuditLogRelevantStatus. */
  #relevant(answered: number | undefined): boolean {
    const { audit, matches, scalars, program, verdict, enforced } = this.#state
    if (audit !== 'relevantonly') return audit === 'on'
    if (matches.some((match) => match.audit)) return true
    const denied = enforced && verdict.kind === 'deny' ? verdict.status : undefined
    return program.settings.auditStatuses.has(answered ?? denied ?? Number(scalars.get('RESPONSE_STATUS')))
  }
}
