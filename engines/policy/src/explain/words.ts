import type { PolicySet } from '../compile/policy-set.ts'
import type { Scope } from '../compile/scope.ts'
import { renderUid } from '../render.ts'
import type { Cause } from './causes.ts'
import type { Stopped } from './nearest.ts'
import type { ScopeStep } from './steps.ts'

/** How much of a condition a sentence quotes (`nearest.failed` has it whole), how many causes it gives and how many policies it names. */
const QUOTED = 300
const CAUSES = 3
const NAMED = 3

/** `policy "a"`, `policies "a", "b", "c" and 2 more`; of a link with its template. */
export function nameOf(set: PolicySet, ids: readonly string[]): string {
  const [first] = ids
  if (ids.length === 1 && first !== undefined) return `policy ${single(first, set.get(first)?.template ?? null)}`
  const names = ids.slice(0, NAMED).map((id) => JSON.stringify(id))
  if (ids.length > names.length) names.push(`${ids.length - names.length} more`)
  return `policies ${list(names)}`
}

function single(id: string, template: string | null): string {
  return JSON.stringify(id) + (template === null ? '' : ` (a link of the template ${JSON.stringify(template)})`)
}

function list(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`
}

/** What a permit needs that is not so. @param facts what is so instead */
export function describeNeeds({ policy, step, scopes }: Stopped, facts: readonly string[]): string {
  const nearest = `the permit ${single(policy.id, policy.template)} was nearest: it needs`
  if (step.part !== 'condition') return `${nearest} ${list(scopes.map(describeScope))}`
  return `${nearest} \`${shorten(step.text())}\`${facts.length === 0 ? '' : `, and ${list(facts)}`}`
}

function describeScope({ part, scope }: ScopeStep): string {
  return `the ${part} to be ${describeTarget(scope)}`
}

function describeTarget(scope: Scope): string {
  switch (scope.op) {
    case '==':
      return renderUid(scope.entity)
    case 'in':
      return `in ${list(scope.entities.map(renderUid))}`
    case 'is':
      return `of type ${scope.type}${scope.in === undefined ? '' : ` in ${renderUid(scope.in)}`}`
    default:
      return 'anything'
  }
}

/** What made a policy hold, as the end of a sentence. @param facts the values that show it */
export function describeCauses(causes: readonly Cause[], facts: readonly string[]): string {
  if (causes.length === 0) return ''
  const texts = causes.slice(0, CAUSES).map(({ text }) => `\`${shorten(text)}\``)
  if (causes.length > texts.length) texts.push(`${causes.length - texts.length} more`)
  return `, because ${list(texts)}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`
}

function shorten(text: string): string {
  return text.length <= QUOTED ? text : `${text.slice(0, QUOTED)} ...`
}
