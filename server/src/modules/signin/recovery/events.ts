import { accountChange, authentication, defineEvents } from '@holdfast/events'

export const recoveryEvents = defineEvents({
  'recovery.asked': authentication(
    'Preauth',
    'Somebody asked to recover an account; whether there is one, a job looks.',
    {
      severity: { refused: 'Medium' },
    },
  ),
  'recovery.sent': accountChange('Password Reset', 'A one-time link to choose a new password was mailed to a person.', {
    written: 'the job `recovery.send`',
  }),
  'recovery.started': accountChange(
    'Password Reset',
    'An operator had a person mailed a one-time link to choose a new password.',
    { severity: 'Medium' },
  ),
  'recovery.unsent': authentication('Preauth', 'Nobody who may sign in has the address that was asked for.', {
    outcomes: ['refused'],
    written: 'the job `recovery.send`',
  }),
  'recovery.completed': accountChange(
    'Password Reset',
    'A person chose a new password by a link that was mailed to them; their sessions ended, their second factors stay.',
    { severity: { success: 'Low', refused: 'Medium' } },
  ),
  'email.verification_sent': accountChange(
    'Other',
    'A person was mailed a link by which they show that the address is theirs.',
  ),
  'email.change_asked': accountChange(
    'Other',
    'A person asked for another address; it must be confirmed there first.',
    {
      severity: 'Low',
    },
  ),
  'email.confirmed': accountChange('Other', 'A link was followed by which an address is confirmed.', {
    severity: { refused: 'Medium' },
  }),
})
