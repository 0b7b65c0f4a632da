import { type ApplicationBundle, type GatewayKeys, prepareGatewayKeys } from '@holdfast/bundle'
import {
  compile,
  createEntities,
  type Entities,
  type EntityJson,
  type PolicySet,
  type PolicySetJson,
} from '@holdfast/policy'
import { isActor, type PrincipalReference } from './principal.ts'

/** A bundle made ready to decide with: compiled once, asked many times. */
export interface Knowledge {
  readonly epoch: number
  readonly tenant: string
  readonly policies: PolicySet
  readonly entities: Entities
  readonly gateways: GatewayKeys
}

/** @throws PolicyError for a bundle that this version cannot evaluate: it is then not taken over */
export function prepareKnowledge(bundle: ApplicationBundle): Knowledge {
  const { epoch, tenant, policies, entities, gatewayKeys } = bundle
  return {
    epoch,
    tenant,
    // The engine checks the JSON itself; the bundle's shape says no more than that it is JSON.
    policies: compile(policies as PolicySetJson),
    entities: createEntities(entities as readonly EntityJson[]),
    gateways: prepareGatewayKeys(gatewayKeys),
  }
}

/** Whether the directory knows this person or service as active. */
export function isKnown({ entities }: Knowledge, { type, id }: PrincipalReference): boolean {
  return isActor(type) && entities.get({ type, id }) !== undefined
}
