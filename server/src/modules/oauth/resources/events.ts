import { defineEvents, entityManagement } from '@holdfast/events'

export const resourcesEvents = defineEvents({
  'application.resources_changed': entityManagement(
    'Update',
    'What access tokens for an application may be for, and the scopes of it, changed.',
  ),
})
