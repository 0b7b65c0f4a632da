import { defineEvents, type EventDefinitions } from '@holdfast/events'

/** The ledger keeps what others record; in its first cut it records nothing of its own. */
export const events: EventDefinitions = defineEvents({})
