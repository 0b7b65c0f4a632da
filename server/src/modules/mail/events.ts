import { apiActivity, defineEvents, entityManagement } from '@holdfast/events'

const deliverer = { written: 'the job `mail.deliver`' } as const
const whoeverSends = { written: 'whatever sends a letter' } as const

export const mailEvents = defineEvents({
  'mail.sent': apiActivity('Other', 'A letter left for the mail server, which took it.', deliverer),
  'mail.given_up': apiActivity('Other', 'A letter was not taken by the mail server, and is tried no longer.', {
    outcomes: ['failure'],
    severity: 'Medium',
    written: 'the jobs `mail.deliver` and `mail.tidy`',
  }),
  'mail.refused': apiActivity('Other', 'A letter was not sent: no mail server is configured.', {
    outcomes: ['failure'],
    severity: 'High',
    ...whoeverSends,
  }),
  'mail.limited': apiActivity('Other', 'A letter was not sent: its address has got too many of the kind.', {
    outcomes: ['refused'],
    severity: 'Medium',
    ...whoeverSends,
  }),
  'mail.tested': apiActivity('Other', 'A test letter was asked for.'),
  'mail.template_changed': entityManagement('Update', 'The words of a letter were changed.', { severity: 'Low' }),
  'mail.template_reset': entityManagement('Update', 'A letter has its built-in words again.', { severity: 'Low' }),
})
