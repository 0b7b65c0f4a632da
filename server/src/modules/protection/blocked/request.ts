import { z } from 'zod'
import { proposeFinding, proposeRule, type Proposal } from '../exceptions/propose.ts'
import type { StoredEvent } from '../../ledger/index.ts'

/** What inspection found, as an edge told it. */
export interface Found {
  readonly kind: 'attack' | 'schema' | 'ambiguity' | 'leak'
  readonly code: string
  readonly place: 'path' | 'query' | 'header' | 'cookie' | 'body' | 'file' | 'response'
  readonly name: string
  readonly inName: boolean
  readonly decoding: readonly string[]
  readonly by: string
  readonly class: string
  readonly context: string
  readonly why: string
  readonly evidence: string
  readonly arrived: string
}

export interface FoundRule {
  readonly id: number
  readonly message: string
  readonly variable: string
  readonly evidence: string
}

/** A request that was refused, or let through with something found in it. */
export interface BlockedRequest {
  readonly event: string
  readonly at: string
  readonly requestId: string | null
  readonly mode: 'blocked' | 'reported' | 'refused'
  readonly code: string
  readonly status: number | null
  readonly method: string | null
  readonly path: string | null
  readonly query: readonly string[]
  readonly host: string | null
  /** As the document of the API names it. */
  readonly operation: string | null
  readonly address: string | null
  readonly userAgent: string | null
  readonly actor: { readonly type: string; readonly id: string } | null
  readonly application: string
  /** More than one where a flood was counted. */
  readonly count: number
  /** Of a flood: the last event that tells of one. */
  readonly last: string | null
  readonly cause: string | null
  readonly findings: readonly Found[]
  readonly rules: readonly FoundRule[]
  /** Findings that were found and not told. */
  readonly more: number
}

export const KINDS = {
  blocked: 'request.blocked',
  reported: 'request.reported',
  refused: 'request.refused',
} as const

const text = z.string().catch('')
const none = z.string().nullable().catch(null)

/** An edge is not believed to have told everything: what is missing or of another type is empty. */
const Found = z.object({
  kind: z.enum(['attack', 'schema', 'ambiguity', 'leak']),
  code: text,
  place: z.enum(['path', 'query', 'header', 'cookie', 'body', 'file', 'response']),
  name: text,
  inName: z.boolean().catch(false),
  decoding: z.array(z.string()).catch([]),
  by: text,
  class: text,
  context: text,
  why: text,
  evidence: text,
  arrived: text,
})
const FoundRule = z.object({ id: z.int(), message: text, variable: text, evidence: text })

const listOf = <T>(each: z.ZodType<T>) =>
  z
    .array(z.unknown())
    .catch([])
    .transform((items) =>
      items.slice(0, 100).flatMap((item) => {
        const parsed = each.safeParse(item)
        return parsed.success ? [parsed.data] : []
      }),
    )

const Data = z.object({
  status: z.int().nullable().catch(null),
  method: none,
  path: none,
  query: z.array(z.string()).catch([]),
  host: none,
  operation: none,
  cause: none,
  summary: z.boolean().catch(false),
  last: none,
  more: z.int().catch(0),
  findings: listOf(Found),
  rules: listOf(FoundRule),
})

const modeOf: Readonly<Record<string, BlockedRequest['mode']>> = {
  [KINDS.blocked]: 'blocked',
  [KINDS.reported]: 'reported',
  [KINDS.refused]: 'refused',
}

/** @returns undefined for an event of another kind, or one that cannot be opened */
export function requestOf({ id, view, problem }: StoredEvent): BlockedRequest | undefined {
  const mode = modeOf[view.kind]
  if (mode === undefined || view.application === null || problem !== null) return undefined
  const { summary, last, more, ...data } = Data.parse(view.data)
  return {
    event: id,
    at: view.time,
    requestId: view.requestId,
    mode,
    code: view.reason ?? '',
    ...view.source,
    actor: view.actor === null ? null : { type: view.actor.type, id: view.actor.id },
    application: view.application,
    ...data,
    count: summary ? Math.max(1, more) : 1,
    last: summary ? last : null,
    more: summary ? 0 : more,
  }
}

/** A finding, or a rule that matched, and the exception that would let it through. */
export type Told = Omit<Found, 'kind' | 'place'> & {
  readonly kind: Found['kind'] | 'rule'
  readonly place: Found['place'] | 'rule'
} & Proposal

/** Findings and rules in one list: places in it are what exceptions are made by. */
export function proposalsOf(request: BlockedRequest): readonly Told[] {
  const own = request.findings.map((finding) => ({ ...finding, ...proposeFinding(request, finding) }))
  const rules = request.rules.map((rule) => ({ ...asFound(rule), ...proposeRule(request, rule) }))
  return [...own, ...rules]
}

const asFound = ({ id, message, variable, evidence }: FoundRule) => ({
  kind: 'rule' as const,
  code: 'rule_matched',
  place: 'rule' as const,
  name: variable,
  inName: false,
  decoding: [],
  by: `rule ${id}`,
  class: '',
  context: '',
  why: message,
  evidence,
  arrived: '',
})
