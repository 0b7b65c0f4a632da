import { apiActivity, applicationLifecycle, defineEvents } from '@holdfast/events'

export const events = defineEvents({
  'ledger.check_started': apiActivity('Other', 'Somebody asked for the whole log to be computed again and compared.'),
  'ledger.checked': applicationLifecycle(
    'Other',
    'The whole log was computed again and compared with what is stored.',
    {
      severity: { failure: 'Critical' },
      written: 'the job `ledger.fsck`',
    },
  ),
})
