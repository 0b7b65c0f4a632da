import type { Connection, Limits, Match, RuleInfo, StoredVariable, Verdict } from '../types.ts'
import type { Program } from '../plan/program.ts'
import { COLLECTIONS } from '../target/collections.ts'
import type { Exclusion } from '../target/exclusion.ts'
import { Entry } from './entry.ts'
import { Tx } from './tx.ts'
import { Forms } from '../transform/chain.ts'

const LONG = 256

export interface MatchedVariable {
  readonly name: string
  readonly value: string
}

/** A collection that outlives the request, as one transaction sees it. */
export interface OpenCollection {
  readonly key: string
  readonly variables: Map<string, StoredVariable>
}

export type EngineMode = 'on' | 'off' | 'detectiononly'

/** All that one transaction knows. The phases fill it, the rules read and change it. */
export class State {
  readonly program: Program
  readonly connection: Connection
  readonly started: number
  /** By number of their collection; none where there is no list. */
  readonly entries: (Entry[] | undefined)[] = COLLECTIONS.map(() => undefined)
  /** Links that any value so far may satisfy: what is not in here is not asked. */
  readonly any: Int32Array
  readonly tx: Tx
  /** Values without names that change while it runs, by variable name. */
  readonly scalars: Map<string, string> = new Map()
  readonly environment: Map<string, string> = new Map()
  readonly stored: Map<string, OpenCollection> = new Map()
  readonly matches: Match[] = []
  readonly sanitised: Set<string> = new Set()

  /** MATCHED_VAR, MATCHED_VARS: of the link that matched last. */
  matched: MatchedVariable[] = []
  matchedName = ''
  matchedValue = ''
  rule: RuleInfo | undefined = undefined
  severity = 255

  mode: EngineMode
  bodyAccess: boolean
  responseBodyAccess: boolean
  forceBody = false
  processor = ''
  audit: 'on' | 'off' | 'relevantonly'
  auditParts: string

  /** Rules that ctl took out, by their number. */
  removed: Uint8Array | undefined = undefined
  exclusions: Exclusion[] | undefined = undefined

  verdict: Verdict = { kind: 'pass' }
  enforced = false
  /** `allow`: phases up to this one are over. */
  allowedThrough = 0

  constructor(program: Program, connection: Connection, started: number) {
    this.program = program
    this.connection = connection
    this.started = started
    this.any = new Int32Array(program.scanner.words)
    this.tx = new Tx(program.txNames, program.blankTx)
    const { settings } = program
    this.mode = settings.engine
    this.bodyAccess = settings.requestBodyAccess
    this.responseBodyAccess = settings.responseBodyAccess
    this.audit = settings.auditEngine
    this.auditParts = settings.auditParts
  }

  get limits(): Limits {
    return this.program.limits
  }

  /** Puts a value where rules can see it. */
  add(collection: number, key: string, value: string): void {
    const lower = key === '' ? '' : key.toLowerCase()
    // What the scan makes of a long value serves the rules too; of a short one it is made again where it is wanted.
    const forms = value.length > LONG ? new Forms(value) : undefined
    const info = this.program.scanner.look(collection, lower, value, forms)
    const entry = new Entry(key, lower, value, info, forms)
    const list = this.entries[collection]
    if (list === undefined) this.entries[collection] = [entry]
    else list.push(entry)
    if (info.idle) return
    const { any } = this
    const { bits } = info
    for (let word = 0; word < any.length; word++) any[word] = (any[word] ?? 0) | (bits[word] ?? 0)
  }

  first(collection: number, lower = ''): string | undefined {
    const list = this.entries[collection]
    if (list === undefined) return undefined
    for (const entry of list) if (entry.lower === lower) return entry.value
    return undefined
  }

  scalar(name: string): string {
    return this.scalars.get(name) ?? ''
  }
}
