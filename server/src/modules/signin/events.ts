import { accountChange, authentication, defineEvents, entityManagement } from '@holdfast/events'

export const signinEvents = defineEvents({
  'credential.refused': authentication(
    'Logon',
    'A credential was presented to the management API that is unknown, expired or revoked.',
    { outcomes: ['refused'], written: 'every route that is not public' },
  ),
  'handoff.issued': authentication(
    'Service Ticket Request',
    'A one-time code was issued that hands a sign-in on to a guarded host.',
  ),
  'handoff.exchanged': authentication('Logon', 'A one-time code became a session at a guarded host.'),
  'handoff.refused': authentication(
    'Service Ticket Request',
    'A hand-off was refused: a code used twice, too late, elsewhere, or an address that is not registered.',
    {
      severity: 'Medium',
      outcomes: ['refused'],
      written: '`GET /sign-in/for` `POST /sign-in` `POST /api/v1/edge/exchange`',
    },
  ),
  'setup.completed': accountChange(
    'Create',
    'The first operator enrolled; the set-up link and the bootstrap token ended.',
    {
      severity: { refused: 'High' },
    },
  ),
  'bootstrap.issued': entityManagement(
    'Create',
    'A set-up link and a bootstrap token were written to the data directory.',
    { severity: 'Medium', written: 'the first start' },
  ),
  'bootstrap.used': authentication('Logon', 'The bootstrap token was used, or was tried after its end.', {
    severity: { success: 'Low', refused: 'High' },
    outcomes: ['success', 'refused'],
    written: 'every route that the bootstrap token may use',
  }),
})
