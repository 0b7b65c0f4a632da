import { apiActivity, defineEvents, entityManagement } from '@holdfast/events'

export const searchEvents = defineEvents({
  'log.read': apiActivity('Read', 'Somebody read the event log; readings alike within ten minutes are one event.', {
    written: 'every reading of the log',
  }),
  'search.saved': entityManagement('Create', 'A search of the log was saved.'),
  'search.changed': entityManagement('Update', 'A saved search was changed, shared or kept to its owner.'),
  'search.deleted': entityManagement('Delete', 'A saved search was deleted.'),
})
