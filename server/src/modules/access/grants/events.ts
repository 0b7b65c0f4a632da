import { defineEvents, entityManagement, userAccess } from '@holdfast/events'

const low = { severity: { success: 'Low' } } as const

/** Who was given what, and what there is to give. */
export const grantEvents = defineEvents({
  'role.created': entityManagement('Create', 'A role of an application was added.'),
  'role.updated': entityManagement('Update', 'The name or the parents of a role were changed.', low),
  'role.deleted': entityManagement('Delete', 'A role that nobody had was removed.'),
  'roles.imported': entityManagement('Update', 'The roles of an application were brought to what a file says.', low),
  'grant.created': userAccess('Assign Privileges', 'Somebody was given a role, or what a template permits.', {
    ...low,
    made: { privileges: 'privileges' },
  }),
  'grant.changed': userAccess('Other', 'The time of a grant was corrected; what we said before is kept.', {
    ...low,
    made: { privileges: 'privileges' },
  }),
  'grant.ended': userAccess('Revoke Privileges', 'A grant was ended.', {
    ...low,
    made: { privileges: 'privileges' },
    written: '`POST /api/v1/applications/:app/grants/:id/end`, and whatever removes the principal',
  }),
  'entities.written': entityManagement('Update', 'Entities of an application were stored or changed.'),
  'entities.deleted': entityManagement('Delete', 'Stored entities of an application were removed.'),
})
