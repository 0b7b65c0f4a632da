import { describeEvent, type EventDefinition, type Product, type UnsequencedEvent } from '@holdfast/events'
import type { DescribedEvent } from './stored.ts'

export interface DescribeDeps {
  /** the definition of a kind; one for all that nobody has defined */
  readonly definitionOf: (kind: string) => EventDefinition
  readonly product: Product
}

/** The event in OCSF. */
export type Describe = (event: UnsequencedEvent, tenant: string) => DescribedEvent

export function createDescribe({ definitionOf, product }: DescribeDeps): Describe {
  return (event, tenant) => {
    const { document, personal } = describeEvent(event, { definition: definitionOf(event.kind), tenant, product })
    return { event, document, personal }
  }
}
