import { defineEvents, entityManagement } from '@holdfast/events'

export const learnedEvents = defineEvents({
  'protection.learned_forgotten': entityManagement('Delete', 'What gateways had learnt of an API was thrown away.'),
})
