import { defineEvents, entityManagement } from '@holdfast/events'

export const registrationEvents = defineEvents({
  'client.registration_token_created': entityManagement(
    'Create',
    'A token was given out with which clients may register themselves with an application.',
    { severity: { success: 'Low' } },
  ),
  'client.registration_token_deleted': entityManagement(
    'Delete',
    'A token was taken back with which clients could register themselves.',
  ),
})
