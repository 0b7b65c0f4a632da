import type { CompiledLink } from '../compile/link.ts'
import type { Macro } from '../run/macro.ts'
import type { TxNames, TxValue } from '../run/tx.ts'
import type { Exclusion } from '../target/exclusion.ts'
import type { CollectionStore, Ignored, Limits, Phase, RuleInfo } from '../types.ts'
import type { Disruption } from './draft.ts'
import type { Scanner } from './scanner.ts'
import type { Settings } from './settings.ts'

/** A configuration, compiled: shared by all transactions, changed by none. */
export interface Program {
  readonly settings: Readonly<Settings>
  readonly limits: Limits
  readonly phases: Readonly<Record<Phase, PhaseProgram>>
  readonly rules: readonly RuleInfo[]
  readonly ignored: readonly Ignored[]
  /** What `Transaction.exclude` takes out; made once. */
  readonly excluded: (rule: number, target: string) => readonly Exclusion[]
  readonly scanner: Scanner
  readonly txNames: TxNames
  /** TX as each transaction finds it. */
  readonly blankTx: readonly (TxValue | undefined)[]
  readonly clock: () => number
  readonly store: CollectionStore | undefined
  readonly environment: ReadonlyMap<string, string>
}

/** The rules of one phase in their order. */
export interface PhaseProgram {
  readonly rules: readonly CompiledRule[]
  /** For each rule the word and the bit of its head among what any value may match; -1 where it must be asked. */
  readonly words: Int32Array
  readonly bits: Int32Array
}

export interface CompiledRule {
  /** Its place among all rules. */
  readonly number: number
  readonly info: RuleInfo
  readonly links: readonly CompiledLink[]
  readonly message: Macro
  readonly data: Macro
  readonly disruption: Disruption
  readonly location: Macro | undefined
  readonly status: number | undefined
  readonly log: boolean
  readonly audit: boolean
  /** Where to go on in the phase after a match; undefined is with the next. */
  readonly next: number | undefined
}
