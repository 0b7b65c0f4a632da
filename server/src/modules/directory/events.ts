import { accountChange, defineEvents, either, groupManagement, userAccess } from '@holdfast/events'

const added = ({ data }: { readonly data: Readonly<Record<string, unknown>> }) =>
  Array.isArray(data['added']) && data['added'].length > 0

export const directoryEvents = defineEvents({
  'person.created': accountChange('Create', 'A person was added.'),
  'person.updated': accountChange('Other', 'A name was changed; the data says which fields and groups.'),
  'person.email_verified': accountChange('Other', 'A person showed that their e-mail address is theirs.', {
    written: 'the pages that one-time links lead to, and sign-in by an upstream provider',
  }),
  'person.email_changed': accountChange('Other', "A person's e-mail address was changed, after it was confirmed.", {
    written: '`POST /verify-email`',
  }),
  'person.disabled': accountChange('Disable', 'A person may no longer sign in; their sessions ended with it.', {
    written: '`PATCH /api/v1/people/:id`, `PATCH /scim/v2/Users/:id`, `PUT /scim/v2/Users/:id`',
  }),
  'person.enabled': accountChange('Enable', 'A disabled person may sign in again.', {
    written: '`PATCH /api/v1/people/:id`, `PATCH /scim/v2/Users/:id`, `PUT /scim/v2/Users/:id`',
  }),
  'person.deleted': accountChange('Delete', 'A person was removed, with password, memberships and sessions.'),
  'group.created': groupManagement('Create', 'A group was added.'),
  'group.updated': groupManagement('Other', "A group's name or its parents were changed."),
  'group.deleted': groupManagement('Delete', 'A group was removed, with its memberships.'),
  'group.members_changed': groupManagement(
    either(['Add User', 'Remove User'], (event) => (added(event) ? 'Add User' : 'Remove User')),
    'People or services were put into a group or taken out of it.',
    { written: 'every route that changes the groups of a person or a service' },
  ),
  'service.created': accountChange('Create', 'A machine account was added, with its first key.'),
  'service.updated': accountChange('Other', "A machine account's name or groups were changed."),
  'service.deleted': accountChange('Delete', 'A machine account was removed, with its keys.'),
  'service.key_created': userAccess('Assign Privileges', 'A further key of a machine account was made.'),
  'service.key_deleted': userAccess('Revoke Privileges', 'A key of a machine account was removed and works no longer.'),
})
