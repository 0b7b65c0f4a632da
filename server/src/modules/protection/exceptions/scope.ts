import { createHash } from 'node:crypto'
import type { InspectionException, InspectionSettings, RuleException } from '@holdfast/http-guard'

/** What an exception lets through, without who made it and when it ends. */
export type Scope = FindingScope | RuleScope

export interface FindingScope {
  readonly operation: string
  readonly place: InspectionException['place']
  readonly name: string
  readonly by: string
  readonly class?: string | undefined
}

export interface RuleScope {
  readonly operation: string
  readonly rule: number
  readonly variable: string
}

export type Kept = InspectionException | RuleException

export const isOfRule = <T extends Scope | Kept>(scope: T): scope is T & RuleScope => 'rule' in scope

/** Digest of what it lets through, so that two alike are one, whoever wrote them. */
export function exceptionId(scope: Scope | Kept): string {
  const parts = isOfRule(scope)
    ? ['rule', scope.operation, scope.rule, scope.variable]
    : ['finding', scope.operation, scope.place, scope.name, scope.by, scope.class ?? null]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

export const allExceptions = ({ exceptions, ruleExceptions }: InspectionSettings): readonly Kept[] => [
  ...exceptions,
  ...ruleExceptions,
]

export const isExpired = ({ expiresAt }: Kept, now: Date): boolean =>
  expiresAt !== undefined && Date.parse(expiresAt) <= now.getTime()

/** Why it lets more through than one thing: sentences, none for a narrow one. */
export function broadReasons(scope: Scope | Kept): readonly string[] {
  const { operation } = scope
  const reasons: string[] = []
  if (operation.startsWith('* ')) reasons.push('holds for every method')
  if (operation.endsWith('/**')) reasons.push('holds for every path below one')
  if (isOfRule(scope)) {
    if (!scope.variable.includes(':')) reasons.push(`holds for all of ${scope.variable}`)
  } else if (scope.class === undefined && !detectorsWithoutClass.has(scope.by)) {
    reasons.push(`holds for every class of ${scope.by}`)
  }
  return reasons
}

/** What the document of an API says has no classes. */
const detectorsWithoutClass: ReadonlySet<string> = new Set(['unknown', 'required', 'type', 'additionalProperties'])
