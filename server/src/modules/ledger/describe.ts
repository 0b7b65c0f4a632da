import { describeEvent, type EventDefinition, type Product, type UnsequencedEvent } from '@holdfast/events'
import type { DescribedEvent } from './stored.ts'

export interface DescribeDeps {
  /** the definition of a kind; one for all that nobody has defined */
  readonly definitionOf: (kind: string) => EventDefinition
  readonly product: Product
}

/** The event in OCSF. `loggedTime` is when the log took it in, where somebody else made it. */
export type Describe = (event: UnsequencedEvent, tenant: string, loggedTime?: Date) => DescribedEvent

export function createDescribe({ definitionOf, product }: DescribeDeps): Describe {
  return (event, tenant, loggedTime) => {
    const definition = definitionOf(event.kind)
    const { document, personal } = describeEvent(event, {
      definition,
      tenant,
      product,
      loggedTime: loggedTime?.getTime(),
    })
    return { event, document, personal }
  }
}
