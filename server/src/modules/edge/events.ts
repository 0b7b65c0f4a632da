import { apiActivity, applicationLifecycle, defineEvents, entityManagement } from '@holdfast/events'

export const events = defineEvents({
  'edge.attached': applicationLifecycle('Start', 'A gateway or an SDK began to serve an application.', {
    written: '`POST /api/v1/edge/sync`',
  }),
  'gateway.key_registered': entityManagement(
    'Enroll',
    'A gateway registered the key with which it signs identity tokens.',
  ),
  'revocation.effective': apiActivity(
    'Read',
    'It was found that no edge acts any more by anything older than an epoch, or that some still may.',
    {
      outcomes: ['success', 'failure'],
      written: 'every changing route that is asked to wait until all edges have the change',
    },
  ),
  'edge.left': applicationLifecycle('Stop', 'A gateway or an SDK ended, and allows nothing any more.'),
  'edge.events_refused': apiActivity('Create', 'An edge shipped events for an application that it does not serve.', {
    outcomes: ['refused'],
    written: '`POST /api/v1/edge/events`',
  }),
})
