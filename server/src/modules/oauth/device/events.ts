import { authentication, defineEvents } from '@holdfast/events'

const made = { written: '`POST /oauth/device`' } as const

export const deviceEvents = defineEvents({
  'device.approved': authentication(
    'Service Ticket Request',
    'A person let a device act for them, by the code that it showed.',
    made,
  ),
  'device.denied': authentication(
    'Service Ticket Request',
    'A person turned a device away that asked to act for them.',
    made,
  ),
  'device.code_refused': authentication(
    'Service Ticket Request',
    'A code that a person typed for a device is none, is over or was used; or they tried too many.',
    { outcomes: ['refused'], severity: { refused: 'Low' }, written: '`GET /oauth/device` and `POST /oauth/device`' },
  ),
})
