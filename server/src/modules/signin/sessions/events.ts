import { accountChange, authentication, defineEvents, entityManagement } from '@holdfast/events'

export const sessionEvents = defineEvents({
  'session.started': authentication('Logon', 'A person signed in.'),
  'session.strengthened': authentication(
    'Logon',
    'A person showed more, or the same anew, in a session that they had: it has a new token.',
  ),
  'session.refused': authentication(
    'Logon',
    'A sign-in was refused; the reason says why, which the person at the form is not told.',
    { outcomes: ['refused'], written: '`POST /sign-in` `POST /sign-in/passkey`' },
  ),
  'session.ended': authentication(
    'Logoff',
    'A person signed out: the sign-in ended with all its sessions at guarded hosts.',
    { made: { user: 'person' } },
  ),
  'session.revoked': authentication(
    'Logoff',
    'A sign-in, or a session at a guarded host, was ended by somebody or something else.',
    { made: { user: 'person' } },
  ),
  'session.expired': authentication('Logoff', 'A session ended because it was unused or too old.', {
    made: { user: 'person' },
    written: 'the job `sessions.expire`',
  }),
  'session.token_reused': authentication(
    'Logon',
    'A token was used that its session had replaced: a copy of it was kept somewhere. It was refused.',
    { severity: 'High', outcomes: ['refused'], made: { user: 'person' }, written: 'every route that takes a session' },
  ),
  'session.new_device': accountChange(
    'Other',
    'A person signed in on a kind of device on which they had not signed in before.',
    { written: '`POST /sign-in` `POST /sign-in/verify` and every other way in' },
  ),
  'session.named': accountChange('Other', 'A person gave the device of a session a name.'),
  'session.required': authentication(
    'Other',
    'A session must show more from now on, until its person has done so. `why` says who wants it.',
    { severity: 'Medium' },
  ),
  'person.required': accountChange(
    'Other',
    'Every session of a person must show more from now on. `why` says who wants it.',
    { severity: 'Medium' },
  ),
  'person.requirement_lifted': accountChange(
    'Other',
    'What was demanded of the sessions of a person is not any more.',
    {
      severity: 'Medium',
    },
  ),
  'session.limits_changed': entityManagement('Update', 'How long sessions at an application last was changed.'),
})
