import { apiActivity, defineEvents, entityManagement } from '@holdfast/events'

export const events = defineEvents({
  'access.denied': apiActivity('Other', 'A caller of the management API asked for something that no policy permits.', {
    made: { operation: 'action' },
    outcomes: ['refused'],
    written: 'every route that asks the policies',
  }),
  'application.created': entityManagement('Create', 'An application was registered.'),
  'application.updated': entityManagement(
    'Update',
    'The name, hosts, upstream or public paths of an application changed.',
  ),
  'application.deleted': entityManagement('Delete', 'An application was deleted, with its policies.'),
  'schema.written': entityManagement('Update', 'The Cedar schema of an application was replaced.'),
  'policy.written': entityManagement('Update', 'A policy was created or changed.', { severity: { success: 'Low' } }),
  'policy.deleted': entityManagement('Delete', 'A policy was deleted.', { severity: { success: 'Low' } }),
  'policy.upgraded': entityManagement('Update', 'A built-in policy or schema changed with the version of Holdfast.', {
    written: 'the start of the control plane',
  }),
})
