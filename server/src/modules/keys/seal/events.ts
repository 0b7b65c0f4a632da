import { applicationLifecycle, defineEvents, entityManagement } from '@holdfast/events'

export const sealEvents = defineEvents({
  'seal.unsealed': applicationLifecycle('Start', 'A sealed replica was given what opens the seal, and began to work.', {
    severity: 'Low',
    written: 'a replica, once it has been unsealed',
  }),
  'seal.unseal_refused': entityManagement(
    'Activate',
    'What does not open the seal was presented to a sealed replica.',
    {
      outcomes: ['refused'],
      severity: 'High',
      written: 'a replica, once it has been unsealed',
    },
  ),
  'seal.change_prepared': entityManagement('Create', 'Shares of a new seal were shown; the present seal still holds.', {
    severity: 'Medium',
    written: '`POST /api/v1/seal/change`',
  }),
  'seal.changed': entityManagement('Update', 'The root key was sealed in another way; the seal before opens nothing.', {
    severity: 'High',
  }),
  'seal.rotated': entityManagement('Update', 'The root key was replaced by a new one under the same seal.', {
    severity: 'Medium',
  }),
})
