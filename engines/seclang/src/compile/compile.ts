import { SecLangError } from '../error.ts'
import { buildOperator } from '../operate/registry.ts'
import { parse } from '../parse/parse.ts'
import { readActions } from '../parse/actions.ts'
import type { Action, Place, Setting, Statement } from '../parse/syntax.ts'
import { type Defaults, draftOf, type LinkDraft, phaseOf, type RuleDraft } from '../plan/draft.ts'
import { groupRules, type Marker, type RuleGroup } from '../plan/group.ts'
import type { CompiledRule, PhaseProgram, Program } from '../plan/program.ts'
import { Scanner } from '../plan/scanner.ts'
import { applySetting, defaultSettings } from '../plan/settings.ts'
import { UPDATES } from '../plan/updates.ts'
import { bytesOf } from '../run/bytes.ts'
import { macroOf } from '../run/macro.ts'
import { TxNames } from '../run/tx.ts'
import type { Exclusion } from '../target/exclusion.ts'
import { Chains } from '../transform/chain.ts'
import type { EngineOptions, Ignored, Limits, Phase, RuleInfo } from '../types.ts'
import { exclusionsOf } from './ctl.ts'
import { effectOf } from './effects.ts'
import { itemsOf } from './items.ts'
import { type CompiledLink, compileLink } from './link.ts'

const PHASES: readonly Phase[] = [1, 2, 3, 4, 5]

const LIMITS: Limits = { arguments: 2048, cookies: 512, parts: 512, depth: 64, nodes: 16_384, matches: 1024 }

const REMEMBERED = 8192

const MOST_EXCLUDED = 4096

/** Where an exclusion stands that is in no file. */
const HOST: Place = { file: 'exclusion', line: 1 }

/** What is compiled into a link, apart from the link itself. */
interface Context {
  readonly options: EngineOptions
  readonly names: TxNames
  readonly chains: Chains
  readonly drafts: readonly RuleDraft[]
}

type Step = { readonly kind: 'rule'; readonly draft: RuleDraft; readonly number: number } | Marker

/** @throws SecLangError */
export function compileProgram(options: EngineOptions): Program {
  const statements = parse(options.files, options.entries)
  const { settings, ignored, defaults, updates } = readSettings(statements)
  let groups: (RuleGroup | Marker)[] = groupRules(statements)
  for (const [update, setting] of updates) groups = update(groups, setting)
  const steps = stepsOf(groups, defaults)
  const drafts = steps.flatMap((step) => (step.kind === 'rule' ? [step.draft] : []))
  const context: Context = { options, names: new TxNames(), chains: new Chains(), drafts }
  const infos = drafts.map(infoOf)
  const rules = drafts.map((draft, number) => ruleOf(draft, number, infos[number], context))
  const links = rules.flatMap(({ links }) => links.flatMap(({ pure }) => pure ?? []))
  // It numbers the links: before the phases are made.
  const scanner = new Scanner(links, options.remembered ?? REMEMBERED)
  const limits = {
    ...LIMITS,
    ...(settings.argumentsLimit && { arguments: settings.argumentsLimit }),
    ...options.limits,
  }
  return {
    settings,
    limits: { ...limits, ...(settings.jsonDepthLimit && { depth: settings.jsonDepthLimit }) },
    scanner,
    phases: phasesOf(steps, rules),
    rules: infos,
    ignored,
    excluded: excluder(drafts),
    txNames: context.names,
    blankTx: context.names.blank(),
    clock: options.clock,
    store: options.store,
    environment: new Map([...(options.environment ?? [])].map(([name, value]) => [bytesOf(name), bytesOf(value)])),
  }
}

/** Targets that a host takes out of rules: read once each, as they come again with every request. */
function excluder(drafts: readonly RuleDraft[]): Program['excluded'] {
  const known = new Map<string, readonly Exclusion[]>()
  return (rule, target) => {
    const key = `${rule};${target}`
    let found = known.get(key)
    if (found === undefined) {
      const rules = Uint8Array.from(drafts, ({ id }) => (id === rule ? 1 : 0))
      found = rules.includes(1) ? exclusionsOf(rules, target, HOST) : []
      if (known.size < MOST_EXCLUDED) known.set(key, found)
    }
    return found
  }
}

function readSettings(statements: readonly Statement[]) {
  const settings = defaultSettings()
  const ignored: Ignored[] = []
  const defaults = new Map<Phase, readonly Action[]>()
  const updates: (readonly [NonNullable<ReturnType<typeof UPDATES.get>>, Setting])[] = []
  for (const statement of statements) {
    if (statement.kind !== 'setting') continue
    const update = UPDATES.get(statement.name)
    if (update !== undefined) updates.push([update, statement])
    else if (statement.name === 'secdefaultaction') {
      const actions = readActions(statement.words[0] ?? '')
      defaults.set(phaseOf(actions, statement.place), actions)
    } else {
      const told = applySetting(settings, statement)
      if (told !== undefined) ignored.push(told)
    }
  }
  return { settings, ignored, defaults, updates }
}

function stepsOf(groups: readonly (RuleGroup | Marker)[], defaults: Defaults): Step[] {
  let number = 0
  return groups.map((group) => {
    if (group.kind === 'marker') return group
    return { kind: 'rule', draft: draftOf(group, defaults), number: number++ }
  })
}

function infoOf({ id, phase, place, message, tags, severity, version, revision, operator }: RuleDraft): RuleInfo {
  return { id, phase, file: place.file, line: place.line, message, tags, severity, version, revision, operator }
}

function ruleOf(draft: RuleDraft, number: number, info: RuleInfo | undefined, context: Context): CompiledRule {
  if (info === undefined) throw new RangeError('each rule has its description')
  const { names } = context
  const { disruption, place } = draft
  const links = draft.links.map((link) => linkOf(link, number, draft.links.length > 1, context))
  return {
    number,
    info,
    links,
    message: macroOf(draft.message, names, place),
    data: macroOf(draft.data, names, place),
    disruption,
    location: disruption.kind === 'redirect' ? macroOf(disruption.location, names, place) : undefined,
    status: draft.status,
    log: draft.log,
    audit: draft.audit,
    next: undefined,
  }
}

function linkOf(draft: LinkDraft, rule: number, keepMatched: boolean, context: Context): CompiledLink {
  const { options, names, chains, drafts } = context
  const { place, operator } = draft
  const operation =
    operator === undefined
      ? undefined
      : buildOperator({
          ...operator,
          place,
          macro: macroOf(operator.argument, names, place),
          file: (name) => dataFile(options.files, name, place),
          detectors: options.detectors,
        })
  return compileLink({
    draft,
    items: itemsOf(draft.targets, names, place),
    operation,
    negated: operator?.negated ?? false,
    chain: chains.of(draft.transformations, place),
    effects: draft.effects.map((action) => effectOf(action, names, drafts, place)),
    rule,
    keepMatched,
  })
}

/** Beside the configuration file, or by its name alone. */
function dataFile(files: ReadonlyMap<string, string>, name: string, place: Place): string {
  const beside = place.file.slice(0, place.file.lastIndexOf('/') + 1) + name
  const text = files.get(beside) ?? files.get(name)
  if (text === undefined) throw new SecLangError('file_missing', `there is no file ${name}`, place.file, place.line)
  return text
}

function phasesOf(steps: readonly Step[], rules: readonly CompiledRule[]): Program['phases'] {
  const phases = PHASES.map((phase) => [phase, phaseProgram(phase, steps, rules)] as const)
  return Object.fromEntries(phases) as Record<Phase, PhaseProgram>
}

/** The rules of a phase, with the places where skips lead: a marker is where the next rule of the phase stands. */
function phaseProgram(phase: Phase, steps: readonly Step[], rules: readonly CompiledRule[]): PhaseProgram {
  const own: { readonly draft: RuleDraft; readonly rule: CompiledRule }[] = []
  const markers: { readonly label: string; readonly at: number }[] = []
  for (const step of steps) {
    if (step.kind === 'marker') {
      markers.push({ label: step.label, at: own.length })
      continue
    }
    const rule = rules[step.number]
    if (step.draft.phase === phase && rule !== undefined) own.push({ draft: step.draft, rule })
  }
  const found = own.map(({ draft, rule }, at) => ({ ...rule, next: nextOf(draft, at, own.length, markers) }))
  const heads = found.map(({ links }) => links[0]?.pure?.number ?? -1)
  return {
    rules: found,
    words: Int32Array.from(heads, (number) => number >> 5),
    bits: Int32Array.from(heads, (number) => 1 << (number & 31)),
  }
}

type Markers = readonly { readonly label: string; readonly at: number }[]

function nextOf(
  { skip, skipAfter, place }: RuleDraft,
  at: number,
  length: number,
  markers: Markers,
): number | undefined {
  if (skipAfter === undefined) return skip === 0 ? undefined : Math.min(length, at + 1 + skip)
  const marker = markers.find(({ label, at: stands }) => label === skipAfter && stands > at)
  if (marker !== undefined) return marker.at
  throw new SecLangError('marker_missing', `no marker ${skipAfter} follows`, place.file, place.line)
}
