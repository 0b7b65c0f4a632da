import { defineEvents, entityManagement, userAccess } from '@holdfast/events'

const low = { severity: { success: 'Low' } } as const
const made = { privileges: 'privileges' }
const personal = ['why'] as const

/** Power for a time: who asked, who answered, and where the glass was broken. What they wrote is theirs. */
export const elevationEvents = defineEvents({
  'elevation.rule_written': entityManagement(
    'Update',
    'Who may ask for a role for a time, and who approves, was set.',
    low,
  ),
  'elevation.rule_deleted': entityManagement('Delete', 'Nobody may ask for a role for a time any more.', low),
  'elevation.requested': userAccess('Other', 'Somebody asked for a role for a time.', { made, personal }),
  'elevation.approved': userAccess(
    'Assign Privileges',
    'A request was approved, or needed no approval: somebody has a role for a time.',
    { ...low, made, personal, written: '`POST /api/v1/applications/:app/elevations` where the rule needs no approval' },
  ),
  'elevation.denied': userAccess('Other', 'A request for a role for a time was denied.', { made, personal }),
  'elevation.cancelled': userAccess('Other', 'Somebody took back what they had asked for.', { made }),
  'elevation.expired': userAccess('Other', 'Nobody answered a request in time.', {
    made,
    written: 'the job `access.expire-elevations`, and whoever comes too late',
  }),
  'elevation.ended': userAccess('Revoke Privileges', 'What somebody had for a time was ended early.', {
    ...low,
    made,
    personal,
  }),
  'access.glass_broken': userAccess(
    'Assign Privileges',
    'Somebody took a role without an approval, in an emergency. Every sink gets this, and it has to be reviewed.',
    { severity: { success: 'Critical', refused: 'High' }, made, personal },
  ),
  'access.glass_reviewed': userAccess('Other', 'Somebody else looked at why the glass was broken.', {
    severity: { success: 'Medium' },
    made,
    personal,
  }),
})
