import { apiActivity, applicationLifecycle, defineEvents, entityManagement } from '@holdfast/events'

export const events = defineEvents({
  'edge.attached': applicationLifecycle('Start', 'A gateway or an SDK began to serve an application.', {
    written: '`POST /api/v1/edge/sync`',
  }),
  'gateway.key_registered': entityManagement(
    'Enroll',
    'A gateway registered the key with which it signs identity tokens.',
  ),
  'edge.events_refused': apiActivity('Create', 'An edge shipped events for an application that it does not serve.', {
    outcomes: ['refused'],
    written: '`POST /api/v1/edge/events`',
  }),
})
