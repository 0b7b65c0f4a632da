import { accountChange, defineEvents, entityManagement } from '@holdfast/events'

const low = { severity: { success: 'Low' } } as const
const changed = { ...low, written: '`PATCH /api/v1/applications/:app/clients/:client`' } as const

export const clientsEvents = defineEvents({
  'client.created': entityManagement('Create', 'An OAuth client of an application was registered.', low),
  'client.updated': entityManagement('Update', 'The metadata or settings of an OAuth client changed.', low),
  'client.disabled': entityManagement(
    'Disable',
    'An OAuth client may act no longer; its grants and tokens ended with it.',
    changed,
  ),
  'client.enabled': entityManagement('Enable', 'A disabled OAuth client may act again.', changed),
  'client.deleted': entityManagement(
    'Delete',
    'An OAuth client was deleted; its grants and tokens ended with it.',
    low,
  ),
  'client.secret_created': accountChange(
    'Password Reset',
    'An OAuth client got a further secret; the older ones end at the time told.',
  ),
  'client.secret_deleted': accountChange(
    'Password Change',
    'A secret of an OAuth client was deleted and works no longer.',
  ),
})
