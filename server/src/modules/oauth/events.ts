import { authentication, defineEvents } from '@holdfast/events'
import { consentEvents } from './consent/events.ts'

const providerEvents = defineEvents({
  'oauth.authorized': authentication(
    'Service Ticket Request',
    'A person was sent back to a client with a one-time code.',
    {
      written: 'the authorization endpoint',
    },
  ),
  'oauth.refused': authentication('Service Ticket Request', 'An authorization request was refused.', {
    outcomes: ['refused'],
    written: 'the authorization endpoint',
  }),
  'oauth.token_issued': authentication('Service Ticket Request', 'An access token was issued.', {
    written: 'the token endpoint',
  }),
  'oauth.token_refused': authentication(
    'Service Ticket Request',
    'A request at an endpoint of OAuth was refused: the reason says why, the client is told less.',
    { outcomes: ['refused'], severity: 'Medium', written: 'the token endpoint, and those beside it' },
  ),
  'oauth.token_revoked': authentication('Logoff', 'An access token was revoked.', {
    written: 'the revocation endpoint, and whatever ends a client',
  }),
  'oauth.grant_revoked': authentication(
    'Logoff',
    'What a person had allowed a client ended, with every code and token that came of it. The reason `refresh_reused` or `code_used` says that somebody else may have had one of them.',
    {
      made: { user: 'person' },
      severity: 'Low',
      written: 'the revocation endpoint, the end of a session, the reuse of a code or token',
    },
  ),
})

export const coreEvents = { ...providerEvents, ...consentEvents }
