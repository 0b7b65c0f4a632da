import { defineEvents, entityManagement } from '@holdfast/events'

export const brandingEvents = defineEvents({
  'branding.changed': entityManagement('Update', 'How the pages look at which people sign in was changed.'),
  'branding.removed': entityManagement('Delete', 'The pages at which people sign in look as they did at first.'),
})
