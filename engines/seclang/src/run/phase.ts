import type { CompiledRule } from '../plan/program.ts'
import type { Phase, RuleInfo, Verdict } from '../types.ts'
import type { State } from './state.ts'

/** Bytes of a matched value that are told. */
const MOST_TOLD = 1024

const PASS: Verdict = { kind: 'pass' }

/**
 * Runs the rules of a phase. A head that no value may match costs one look at a bit.
 * @returns what is to be done now
 */
export function runPhase(state: State, phase: Phase): Verdict {
  if (state.mode === 'off' || (phase <= state.allowedThrough && phase !== 5)) return PASS
  const { rules, words, bits } = state.program.phases[phase]
  const { any } = state
  for (let at = 0; at < rules.length; ) {
    const word = words[at] ?? -1
    if (word >= 0 && ((any[word] ?? 0) & (bits[at] ?? 0)) === 0) {
      at++
      continue
    }
    const rule = rules[at]
    if (rule === undefined || state.removed?.[rule.number] === 1 || !matches(rule, state)) {
      at++
      continue
    }
    tell(rule, state)
    if (disrupt(rule, state, phase)) return state.enforced ? state.verdict : PASS
    at = rule.next ?? at + 1
  }
  return PASS
}

function matches({ links, info }: CompiledRule, state: State): boolean {
  state.rule = info
  for (const { evaluate } of links) if (!evaluate(state)) return false
  return true
}

function tell({ info, message, data, log, audit }: CompiledRule, state: State): void {
  const { severity } = info
  if (severity !== undefined && severity < state.severity) state.severity = severity
  if ((!log && !audit) || state.matches.length >= state.limits.matches) return
  state.matches.push({
    rule: info,
    message: message.expand(state),
    data: data.expand(state),
    variable: state.matchedName,
    value: state.matchedValue.slice(0, MOST_TOLD),
    log,
    audit,
  })
}

/** @returns true where the phase ends here */
function disrupt(rule: CompiledRule, state: State, phase: Phase): boolean {
  const { disruption } = rule
  if (disruption.kind === 'pass') return false
  if (disruption.kind === 'allow') {
    if (state.mode !== 'on') return false
    if (disruption.through === 'all') state.allowedThrough = 4
    if (disruption.through === 'request') state.allowedThrough = Math.max(2, state.allowedThrough)
    return true
  }
  // The first verdict stands; what is logged only goes on.
  if (phase === 5) return false
  if (state.verdict.kind === 'pass') state.verdict = verdictOf(rule, disruption.kind, state)
  state.enforced = state.mode === 'on'
  return state.enforced
}

function verdictOf(rule: CompiledRule, kind: 'deny' | 'drop' | 'redirect', state: State): Verdict {
  const about: { rule: RuleInfo; message: string } = { rule: rule.info, message: rule.message.expand(state) }
  if (kind === 'drop') return { kind, ...about }
  if (kind === 'deny') return { kind, status: rule.status ?? 403, ...about }
  return { kind, status: rule.status ?? 302, location: rule.location?.expand(state) ?? '', ...about }
}
