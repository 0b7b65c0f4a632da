import { defineEvents, entityManagement } from '@holdfast/events'

export const keyEvents = defineEvents({
  'key.rotated': entityManagement('Update', 'A key was replaced by a new version; the data says which, and why.', {
    severity: { success: 'Low' },
  }),
  'key.retired': entityManagement(
    'Disable',
    'A key-encryption key was destroyed, after every data key had been wrapped anew.',
    { severity: { success: 'Low' }, written: 'the job `keys.rewrap`' },
  ),
  'key.destroyed': entityManagement('Delete', 'Keys were destroyed: what they encrypted opens nowhere any more.', {
    severity: { success: 'Medium' },
  }),
})
