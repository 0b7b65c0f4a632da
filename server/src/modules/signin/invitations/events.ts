import { accountChange, defineEvents } from '@holdfast/events'

export const invitationEvents = defineEvents({
  'invitation.created': accountChange('Other', 'Somebody was invited by mail; the data says into which groups.', {
    severity: 'Low',
  }),
  'invitation.resent': accountChange(
    'Other',
    'An invitation was sent again, with a new link; the old one holds no more.',
  ),
  'invitation.revoked': accountChange('Other', 'An invitation was taken back.'),
  'invitation.accepted': accountChange('Create', 'An invitation was accepted: its address is a person now.', {
    severity: { refused: 'Medium' },
    written: '`POST /invitation` `POST /invitation/passkey` `GET /sign-in/callback/:connection`',
  }),
})
