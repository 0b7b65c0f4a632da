import { defineEvents, entityManagement } from '@holdfast/events'

export const exceptionEvents = defineEvents({
  'protection.exception_made': entityManagement(
    'Update',
    'What was found in a blocked request is none from now on: `data.exception` says where, `data.event` in which request.',
    { severity: 'High' },
  ),
  'protection.exception_removed': entityManagement('Update', 'An exception of the inspection was taken away.', {
    severity: 'Medium',
  }),
})
