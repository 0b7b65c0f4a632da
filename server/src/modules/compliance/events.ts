import { defineEvents, type EventDefinitions } from '@holdfast/events'

/** It only reads. */
export const events: EventDefinitions = defineEvents({})
