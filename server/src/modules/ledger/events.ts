import { apiActivity, applicationLifecycle, defineEvents, entityManagement } from '@holdfast/events'

export const events = defineEvents({
  'ledger.rolled_back': applicationLifecycle(
    'Other',
    'The log is not the one whose checkpoints were kept: it was set back, forked or exchanged. Nothing is appended to it.',
    { severity: 'Fatal', outcomes: ['failure'], written: 'every process that compares the log with its anchors' },
  ),
  'ledger.rollback_acknowledged': entityManagement(
    'Update',
    'An operator accepted the log as it is, though it is not the one that was anchored.',
    { severity: 'Critical' },
  ),
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
