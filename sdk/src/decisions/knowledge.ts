import {
  type ApplicationBundle,
  type ApplicationRules,
  type GatewayKeys,
  prepareGatewayKeys,
  prepareTokenKeys,
} from '@holdfast/bundle'
import {
  type Askers,
  compile,
  createAskers,
  createEntities,
  createSchema,
  type Entities,
  type EntityJson,
  type PolicySet,
  type PolicySetJson,
  type Schema,
} from '@holdfast/policy'
import type { TrustedTokens } from '../edge/index.ts'
import { isActor, type PrincipalReference } from '../principal.ts'
import { type Candidate, candidateWith, prepareCandidate } from './candidate.ts'
import { createSlices, type Grants } from './slices.ts'

/** What decides at one moment: compiled once, asked many times. */
export interface Rules {
  readonly epoch: number
  readonly policies: PolicySet
  readonly entities: Entities
  /** Decide by these policies and entities. Part of this knowledge, so that they never outlive a grant. */
  readonly askers: Askers
  /** The types of stored entities of which the bundle has all. */
  readonly carried: ReadonlySet<string>
  /** The types of which it has some. */
  readonly present: ReadonlySet<string>
  /** Whether the control plane found every policy strictly valid: only then may one become SQL. */
  readonly validated: boolean
  /** Policies that are compared with these and change no answer. */
  readonly candidate: Candidate | null
  /** The share of what is allowed that is logged. */
  readonly allowRate: number
  /** Whether the schema wants `context.session` for this action: then it is filled in here. */
  wantsSession(action: string): boolean
  /** Of the policies. @throws PolicyError when it cannot be read */
  schema(): Schema
}

/** The same with whom an application believes. */
export interface Knowledge extends Rules {
  readonly tenant: string
  readonly gateways: GatewayKeys
  /** Whose access tokens are accepted. */
  readonly tokens: TrustedTokens
}

/** A bundle made ready to decide with. */
export interface Prepared<K extends Rules = Knowledge> {
  readonly epoch: number
  /**
   * What decides at this moment (milliseconds since 1970): grants that have ended or not begun yet count for nothing.
   * @returns null when the grants of this moment cannot be put together; then nothing may be allowed
   */
  at(now: number): K | null
}

/**
 * @param now milliseconds since 1970
 * @throws PolicyError for a bundle that this version cannot evaluate: it is then not taken over
 */
export function prepareKnowledge(bundle: ApplicationBundle, now: number): Prepared {
  const { epoch, tenant, gatewayKeys } = bundle
  const rules = prepareRules(bundle, now)
  const gateways = prepareGatewayKeys(gatewayKeys)
  const tokens: TrustedTokens = {
    issuer: bundle.tokens.issuer,
    keys: prepareTokenKeys(bundle.tokens.keys),
    audiences: new Set(bundle.resources),
  }
  let held: { rules: Rules; knowledge: Knowledge } | null = null
  return {
    epoch,
    at: (moment) => {
      const at = rules.at(moment)
      if (at === null) return null
      if (held?.rules !== at) held = { rules: at, knowledge: { ...at, tenant, gateways, tokens } }
      return held.knowledge
    },
  }
}

/**
 * @param now milliseconds since 1970
 * @throws PolicyError for rules that this version cannot evaluate
 */
export function prepareRules(given: ApplicationRules, now: number): Prepared<Rules> {
  const { epoch, timed, validated } = given
  // The engine checks the JSON itself; the bundle's shape says no more than that it is JSON.
  const policies = compile(given.policies as PolicySetJson)
  const list = given.entities as readonly EntityJson[]
  const entities = createEntities(list)
  let schema: Schema | undefined
  const readSchema = () => (schema ??= createSchema(given.schema))
  const wanting = new Map<string, boolean>()
  const candidate = prepareCandidate(given.candidate)
  const always: Omit<Rules, keyof Grants | 'askers' | 'candidate'> = {
    epoch,
    validated,
    carried: new Set(given.bundledTypes),
    present: new Set(given.entities.map(({ uid }) => uid.type)),
    allowRate: given.decisionLog.allowRate,
    schema: readSchema,
    wantsSession: (action) => {
      const known = wanting.get(action)
      if (known !== undefined) return known
      const type = readSchema().contextType({ type: 'Action', id: action })
      const wants = type?.attributes.has('session') === true
      // Names of actions come from the application's code; the bound is for one that makes them of its input.
      if (wanting.size < 1000) wanting.set(action, wants)
      return wants
    },
  }
  const slices = createSlices({ policies, entities, list, timed }, now)
  let held: { grants: Grants; rules: Rules } | null = null
  return {
    epoch,
    at: (moment) => {
      const grants = slices(moment)
      if (grants === null) return null
      if (held?.grants !== grants) {
        const askers = createAskers(grants.policies, grants.entities)
        held = { grants, rules: { ...always, ...grants, askers, candidate: candidateWith(candidate, grants.links) } }
      }
      return held.rules
    },
  }
}

/** Whether the directory knows this person or service as active. */
export function isKnown({ entities }: Rules, { type, id }: PrincipalReference): boolean {
  return isActor(type) && entities.get({ type, id }) !== undefined
}
