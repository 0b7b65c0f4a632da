import { accountChange, authentication, defineEvents, entityManagement } from '@holdfast/events'

export const federationEvents = defineEvents({
  'connection.created': entityManagement('Create', 'A connection to an upstream provider was made.', {
    severity: 'Medium',
  }),
  'connection.changed': entityManagement('Update', 'A connection to an upstream provider was changed.', {
    severity: 'Medium',
  }),
  'connection.deleted': entityManagement('Delete', 'A connection was removed, with the links of everybody to it.', {
    severity: 'Medium',
  }),
  'connection.tested': entityManagement('Other', 'A connection was tried: whether the provider answers as it should.', {
    outcomes: ['success', 'failure'],
  }),
  'upstream.begun': authentication('Preauth', 'A browser was sent to an upstream provider.'),
  'upstream.refused': authentication(
    'Logon',
    'What came back from an upstream provider was not taken; the reason says why.',
    { severity: 'Medium', outcomes: ['refused'], written: '`GET /sign-in/callback/:connection`' },
  ),
  'upstream.offered': authentication(
    'Preauth',
    'Somebody came from an upstream provider whom nobody here is: they may sign in and link it.',
    { outcomes: ['refused'], written: '`GET /sign-in/callback/:connection`' },
  ),
  'identity.linked': accountChange('Other', 'An account elsewhere was linked to a person, who had proved to be them.', {
    severity: { success: 'Low', refused: 'Medium' },
    written: 'whatever proves it: the person, an invitation, a sign-up',
  }),
  'identity.unlinked': accountChange('Other', 'An account elsewhere is no longer linked to a person.', {
    severity: 'Low',
  }),
})
