import { defineEvents, entityManagement } from '@holdfast/events'

export const signingKeysEvents = defineEvents({
  'signing_key.published': entityManagement('Create', 'A key was published that will sign tokens later.', {
    severity: { success: 'Low' },
    written: 'the job `oauth.rotate-keys`',
  }),
  'signing_key.rotated': entityManagement(
    'Update',
    'The next key signs tokens from now on; the data says for which algorithm and why.',
    {
      severity: { success: 'Low' },
      written: '`POST /api/v1/signing-keys/rotate` and the job `oauth.rotate-keys`',
    },
  ),
  'signing_key.compromised': entityManagement('Disable', 'A key was dropped at once: what it signed is refused.', {
    severity: { success: 'High' },
    written: '`POST /api/v1/signing-keys/rotate`',
  }),
  'signing_key.deleted': entityManagement(
    'Delete',
    'A key that signed no longer is published no longer: what it signed has ended.',
    {
      severity: { success: 'Low' },
      written: 'the job `oauth.rotate-keys`',
    },
  ),
})
