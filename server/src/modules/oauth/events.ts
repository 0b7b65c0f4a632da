import { authentication, defineEvents } from '@holdfast/events'
import { consentEvents } from './consent/events.ts'

const providerEvents = defineEvents({
  'oauth.authorized': authentication(
    'Service Ticket Request',
    'A person was sent back to a client with a one-time code.',
    {
      written: '`GET /oauth/authorize`',
    },
  ),
  'oauth.refused': authentication('Service Ticket Request', 'An authorization request was refused.', {
    outcomes: ['refused'],
    written: '`GET /oauth/authorize`',
  }),
  'oauth.token_issued': authentication('Service Ticket Request', 'An access token was issued.', {
    written: '`POST /oauth/token`',
  }),
  'oauth.token_refused': authentication(
    'Service Ticket Request',
    'A request at an endpoint of OAuth was refused: the reason says why, the client is told less.',
    { outcomes: ['refused'], severity: 'Medium', written: '`POST /oauth/token` and the endpoints beside it' },
  ),
  'oauth.token_revoked': authentication('Logoff', 'An access token was revoked.', {
    written: '`POST /oauth/revoke`, and whatever ends a client',
  }),
  'oauth.grant_revoked': authentication(
    'Logoff',
    'What a person had allowed a client ended, with every code and token that came of it. The reason `refresh_reused` or `code_used` says that somebody else may have had one of them.',
    {
      made: { user: 'person' },
      severity: 'Low',
      written: '`POST /oauth/revoke`, the end of a session, reuse of a token',
    },
  ),
})

export const coreEvents = { ...providerEvents, ...consentEvents }
