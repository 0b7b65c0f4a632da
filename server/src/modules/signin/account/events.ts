import { accountChange, defineEvents } from '@holdfast/events'

export const accountEvents = defineEvents({
  'person.data_taken': accountChange('Other', 'A person took a copy of everything that is held on them.', {
    severity: 'Low',
  }),
})
