import { authentication, defineEvents } from '@holdfast/events'

export const exchangeEvents = defineEvents({
  'token.exchanged': authentication(
    'Service Ticket Request',
    'A client exchanged a token of a person for one that is for another audience (RFC 8693).',
    { written: 'the token endpoint' },
  ),
})
