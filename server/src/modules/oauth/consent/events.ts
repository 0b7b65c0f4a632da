import { defineEvents, userAccess } from '@holdfast/events'

export const consentEvents = defineEvents({
  'oauth.consent_given': userAccess('Assign Privileges', 'A person agreed to what a client asked for.', {
    made: { privileges: 'scopes' },
  }),
  'oauth.consent_refused': userAccess('Other', 'A person did not agree to what a client asked for.', {
    written: '`POST /oauth/consent/:uid`',
  }),
  'oauth.consent_withdrawn': userAccess(
    'Revoke Privileges',
    'A person took back what they had allowed a client; its tokens ended.',
  ),
})
