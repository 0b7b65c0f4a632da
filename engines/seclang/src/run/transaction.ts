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

  get wantsResponseBody(): boolean {
    const { mode, responseBodyAccess, scalars, program } = this.#state
    if (mode === 'off' || !responseBodyAccess) return false
    const [media = ''] = (scalars.get('RESPONSE_CONTENT_TYPE') ?? 'null').split(';', 1)
    return program.settings.responseMediaTypes.has(media.trim().toLowerCase())
  }

  get responseBodyLimit(): BodyLimit {
    const { responseBodyLimit, responseBodyLimitAction } = this.#state.program.settings
    return { bytes: responseBodyLimit, beyond: responseBodyLimitAction }
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

  end(): Audit {
    const state = this.#state
    runPhase(state, 5)
    for (const [name, { key, variables, changed }] of state.stored)
      if (changed) state.program.store?.save(name, key, variables)
    return {
      id: state.connection.id,
      matches: state.matches,
      verdict: state.verdict,
      enforced: state.enforced,
      relevant: this.#relevant(),
      parts: state.auditParts,
      get variables() {
        return new Map(state.tx.chosen(undefined))
      },
      sanitise: [...state.sanitised],
      environment: state.environment,
    }
  }

  #relevant(): boolean {
    const { audit, matches, scalars, program, verdict } = this.#state
    if (audit !== 'relevantonly') return audit === 'on'
    const { auditStatus } = program.settings
    const status = verdict.kind === 'deny' ? String(verdict.status) : (scalars.get('RESPONSE_STATUS') ?? '')
    return matches.some((match) => match.audit) && (auditStatus === undefined || auditStatus(status))
  }
}
