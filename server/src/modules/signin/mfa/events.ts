import { accountChange, authentication, defineEvents } from '@holdfast/events'

export const mfaEvents = defineEvents({
  'factor.begun': accountChange('Other', 'A person began to set an authenticator app up.'),
  'factor.enrolled': accountChange(
    'MFA Factor Enable',
    'A person enrolled a passkey, an authenticator app or recovery codes.',
    {
      outcomes: ['success', 'refused'],
    },
  ),
  'factor.renamed': accountChange('Other', 'A passkey was given another name.'),
  'factor.removed': accountChange('MFA Factor Disable', 'A person removed one of their factors.', { severity: 'Low' }),
  'factor.reset': accountChange('MFA Factor Disable', 'An operator removed every second factor of a person.', {
    severity: { success: 'Medium' },
  }),
  'recovery_code.used': authentication('Logon', 'A person used one of their recovery codes as second factor.', {
    severity: 'Medium',
    made: { user: 'person' },
    written: '`POST /sign-in/verify`',
  }),
  'factor.refused': authentication('Logon', 'A second factor was refused; the reason says why.', {
    outcomes: ['refused'],
    made: { user: 'person' },
    written: '`POST /sign-in/verify` `POST /sign-in/verify/mail`',
  }),
  'passkey.cloned': authentication(
    'Logon',
    'The counter of a passkey went back: a copy of it exists. It is accepted no more.',
    { severity: 'High', outcomes: ['refused'], made: { user: 'person' }, written: '`POST /sign-in/passkey`' },
  ),
  'sign_in_code.sent': accountChange('Other', 'A one-time code was sent to a person by e-mail.'),
})
