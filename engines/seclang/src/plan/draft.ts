import { SecLangError } from '../error.ts'
import type { Action, Operator, Place, Target } from '../parse/syntax.ts'
import type { Phase } from '../types.ts'
import type { Link, RuleGroup } from './group.ts'

export type Disruption =
  | { readonly kind: 'pass' | 'deny' | 'drop' }
  | { readonly kind: 'allow'; readonly through: 'all' | 'phase' | 'request' }
  | { readonly kind: 'redirect'; readonly location: string }

/** One link of a rule, its actions told apart. */
export interface LinkDraft {
  readonly place: Place
  readonly targets: readonly Target[]
  readonly operator: Operator | undefined
  /** Names in lower case. */
  readonly transformations: readonly string[]
  readonly capture: boolean
  readonly multiMatch: boolean
  /** setvar, ctl, initcol and the like, in their order: done for each value that matches. */
  readonly effects: readonly Action[]
}

export interface RuleDraft {
  readonly id: number
  readonly phase: Phase
  readonly place: Place
  readonly links: readonly LinkDraft[]
  readonly disruption: Disruption
  readonly status: number | undefined
  readonly message: string
  readonly data: string
  readonly tags: readonly string[]
  readonly severity: number | undefined
  readonly version: string
  readonly revision: string
  readonly operator: string
  readonly log: boolean
  readonly audit: boolean
  readonly skip: number
  readonly skipAfter: string | undefined
}

const SEVERITIES = ['EMERGENCY', 'ALERT', 'CRITICAL', 'ERROR', 'WARNING', 'NOTICE', 'INFO', 'DEBUG']
const PHASES: ReadonlyMap<string, Phase> = new Map([
  ['1', 1],
  ['2', 2],
  ['request', 2],
  ['3', 3],
  ['4', 4],
  ['response', 4],
  ['5', 5],
  ['logging', 5],
])
const SANITISE = ['arg', 'matched', 'matchedbytes', 'requestheader', 'responseheader']
const EFFECTS = new Set(
  ['ctl', 'deprecatevar', 'expirevar', 'initcol', 'setenv', 'setrsc', 'setsid', 'setuid', 'setvar'].concat(
    SANITISE.flatMap((what) => [`sanitise${what}`, `sanitize${what}`]),
  ),
)
const DISRUPTIONS = new Set(['allow', 'block', 'deny', 'drop', 'pass', 'redirect'])
/** About the rule; read by name, or for people only. */
const META = ['accuracy', 'auditlog', 'capture', 'chain', 'id', 'log', 'logdata', 'maturity', 'msg', 'multimatch']
  .concat('noauditlog', 'nolog', 'pause', 'phase', 'rev', 'severity', 'skip', 'skipafter', 'status', 't', 'tag', 'ver')
  .concat('xmlns')
const KNOWN = new Set([...META, ...EFFECTS, ...DISRUPTIONS])
/** They run programs, send elsewhere or change the answer. */
const REFUSED = new Set(['append', 'exec', 'prepend', 'proxy'])

/** What a phase's rules begin with: SecDefaultAction. */
export type Defaults = ReadonlyMap<Phase, readonly Action[]>

/** @throws SecLangError action_unknown, action_invalid */
export function draftOf({ id, links }: RuleGroup, defaults: Defaults): RuleDraft {
  const [head, ...chained] = links
  if (head === undefined) throw new RangeError('a rule has a head')
  const { place } = head.source
  const phase = phaseOf(head.actions, place)
  const inherited = defaults.get(phase) ?? []
  const last = (name: string) => head.actions.findLast((action) => action.name === name)?.value
  const logging = [...inherited, ...head.actions]
  const log = logging.findLast(({ name }) => name === 'log' || name === 'nolog')?.name !== 'nolog'
  const audit = logging.findLast(({ name }) => name === 'auditlog' || name === 'noauditlog' || name === 'nolog')?.name
  return {
    id,
    phase,
    place,
    links: [linkOf(head, inherited), ...chained.map((link) => linkOf(link, inherited))],
    disruption: disruptionOf(head.actions, inherited, place),
    status: statusOf(last('status') ?? inherited.findLast(({ name }) => name === 'status')?.value, place),
    message: last('msg') ?? '',
    data: last('logdata') ?? '',
    tags: head.actions.flatMap(({ name, value }) => (name === 'tag' ? [value] : [])),
    severity: severityOf(last('severity'), place),
    version: last('ver') ?? '',
    revision: last('rev') ?? '',
    operator: operatorOf(links.at(-1)?.source.operator),
    log,
    audit: audit === undefined || audit === 'auditlog',
    skip: countOf(last('skip'), place),
    skipAfter: last('skipafter'),
  }
}

const operatorOf = (operator: Operator | undefined): string =>
  operator === undefined ? '' : `${operator.negated ? '!' : ''}@${operator.name} ${operator.argument}`.trimEnd()

/** The phase of a SecDefaultAction's or a rule's actions; 2 where they do not say. */
export function phaseOf(actions: readonly Action[], place: Place): Phase {
  const text = actions.findLast(({ name }) => name === 'phase')?.value ?? '2'
  const phase = PHASES.get(text.toLowerCase())
  if (phase === undefined) throw invalid(place, `there is no phase ${text}`)
  return phase
}

function linkOf({ source, targets, actions }: Link, inherited: readonly Action[]): LinkDraft {
  const { place, operator } = source
  for (const { name } of actions) {
    if (REFUSED.has(name)) throw invalid(place, `${name} is not done here`)
    if (!KNOWN.has(name)) throw new SecLangError('action_unknown', `there is no action ${name}`, place.file, place.line)
  }
  return {
    place,
    targets,
    operator,
    transformations: transformationsOf([...inherited, ...actions]),
    capture: actions.some(({ name }) => name === 'capture'),
    multiMatch: actions.some(({ name }) => name === 'multimatch'),
    effects: actions.filter(({ name }) => EFFECTS.has(name)),
  }
}

/** `t:none` forgets those before it. */
function transformationsOf(actions: readonly Action[]): string[] {
  const names = actions.flatMap(({ name, value }) => (name === 't' ? [value.toLowerCase()] : []))
  return names.slice(names.lastIndexOf('none') + 1)
}

function disruptionOf(actions: readonly Action[], inherited: readonly Action[], place: Place): Disruption {
  const own = actions.findLast(({ name }) => DISRUPTIONS.has(name))
  const fallback = inherited.findLast(({ name }) => DISRUPTIONS.has(name) && name !== 'block')
  const action = own === undefined || own.name === 'block' ? fallback : own
  const value = action?.value ?? ''
  switch (action?.name) {
    case 'deny':
    case 'drop':
      return { kind: action.name }
    case 'redirect':
      return { kind: 'redirect', location: value }
    case 'allow':
      if (value === '') return { kind: 'allow', through: 'all' }
      if (value === 'phase' || value === 'request') return { kind: 'allow', through: value }
      throw invalid(place, `allow is for phase or request, not ${value}`)
    default:
      return { kind: 'pass' }
  }
}

function statusOf(text: string | undefined, place: Place): number | undefined {
  if (text === undefined) return undefined
  if (!/^[1-5]\d\d$/.test(text)) throw invalid(place, `${text} is no status`)
  return Number(text)
}

function severityOf(text: string | undefined, place: Place): number | undefined {
  if (text === undefined) return undefined
  const number = /^[0-7]$/.test(text) ? Number(text) : SEVERITIES.indexOf(text.toUpperCase())
  if (number < 0) throw invalid(place, `there is no severity ${text}`)
  return number
}

function countOf(text: string | undefined, place: Place): number {
  if (text === undefined) return 0
  if (!/^\d{1,6}$/.test(text)) throw invalid(place, `${text} is no number of rules`)
  return Number(text)
}

function invalid(place: Place, message: string): SecLangError {
  return new SecLangError('action_invalid', message, place.file, place.line)
}
