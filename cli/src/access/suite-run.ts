import { explain } from '@holdfast/policy'
import { createCoverage, type PolicyCoverage } from '@holdfast/policy/diff'
import type { CheckedRules } from './policy-files.ts'
import { readSuite } from './suite.ts'
import { type Case, casesOf } from './suite-cases.ts'
import { suiteWorlds } from './suite-world.ts'
import type { YamlFile } from './yaml-file.ts'

/** What came of one expectation. */
export interface Ruling {
  readonly case: Case
  readonly passed: boolean
  readonly decision: 'allow' | 'deny'
  /** Names of the policies that decided, templates by their own. */
  readonly by: readonly string[]
  /** Why, in words. */
  readonly text: string
}

/** What came of one file. */
export interface SuiteResult {
  readonly file: string
  readonly name: string
  readonly rulings: readonly Ruling[]
  /** Milliseconds. */
  readonly took: number
}

/** A file and the rules that it is about. */
export interface Planned {
  readonly file: YamlFile
  readonly rules: CheckedRules
}

export interface Results {
  readonly suites: readonly SuiteResult[]
  readonly coverage: readonly PolicyCoverage[]
}

/** @param only tests whose names contain this; undefined: all. @throws Failure (`file_invalid`) */
export function runSuites(planned: readonly Planned[], only: string | undefined): Results {
  const seen = new Map<string, PolicyCoverage>()
  const suites = planned.map(({ file, rules }) => {
    for (const name of Object.keys(rules.templates))
      note(seen, untried(name, rules.templates[name]?.effect ?? 'permit'))
    return runSuite(file, rules, only, seen)
  })
  return { suites, coverage: [...seen.values()].toSorted((a, b) => (a.policy < b.policy ? -1 : 1)) }
}

const untried = (policy: string, effect: 'permit' | 'forbid'): PolicyCoverage => ({
  policy,
  effect,
  decisive: false,
  conditions: [],
})

function runSuite(
  file: YamlFile,
  rules: CheckedRules,
  only: string | undefined,
  seen: Map<string, PolicyCoverage>,
): SuiteResult {
  const suite = readSuite(file)
  const { names, at } = suiteWorlds(file, suite, rules)
  const cases = casesOf(file, suite, rules, names).filter(({ test }) => only === undefined || test.includes(only))
  const began = performance.now()
  const coverages = new Map<object, ReturnType<typeof createCoverage>>()
  const rulings = cases.map((each): Ruling => {
    const { set, entities } = at(each.now)
    let coverage = coverages.get(set)
    if (coverage === undefined) coverages.set(set, (coverage = createCoverage(set)))
    const { decision, reasons } = coverage.ask(each.request, entities)
    const by = [...new Set(reasons.map((id) => set.get(id)?.template ?? id))].toSorted()
    const passed =
      decision === each.expected && (each.by === undefined || JSON.stringify(by) === JSON.stringify(each.by))
    const text = passed ? '' : explain(set, each.request, entities, { onError: 'deny' }).text
    return { case: each, passed, decision, by, text }
  })
  const took = performance.now() - began
  const empty = createCoverage(rules.set).report()
  for (const each of [empty, ...[...coverages.values()].map((coverage) => coverage.report())].flat()) note(seen, each)
  return { file: file.name, name: suite.name ?? file.name, rulings, took }
}

/** What several files show of one policy. */
function note(seen: Map<string, PolicyCoverage>, each: PolicyCoverage): void {
  const known = seen.get(each.policy)
  if (known === undefined || known.conditions.length !== each.conditions.length) {
    seen.set(each.policy, known === undefined ? each : { ...each, decisive: known.decisive || each.decisive })
    return
  }
  const conditions = each.conditions.map((condition, at) => ({
    text: condition.text,
    decisive: condition.decisive || known.conditions[at]?.decisive === true,
  }))
  seen.set(each.policy, { ...each, decisive: known.decisive || each.decisive, conditions })
}
