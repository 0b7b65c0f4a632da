import { accountChange, defineEvents, entityManagement } from '@holdfast/events'

export const passwordEvents = defineEvents({
  'password.set': accountChange('Password Change', "A person's password was set or changed."),
  'password.renewed': accountChange(
    'Password Change',
    'A hash that another system had made, or that was made at another cost, was replaced by one of today when its person signed in.',
    { written: '`POST /sign-in`' },
  ),
  'password.compromised': accountChange(
    'Password Change',
    'Somebody signed in with a password that is known from breaches: another one must be chosen.',
    { severity: 'High', written: '`POST /sign-in`' },
  ),
  'passwords.imported': entityManagement('Update', 'Password hashes of another system were taken over.', {
    severity: 'Medium',
  }),
  'passwords.exported': entityManagement(
    'Read',
    'The password hashes of people were given out. Whoever has them can guess at them.',
    { severity: 'Critical' },
  ),
})
