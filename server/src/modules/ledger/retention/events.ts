import { defineEvents, entityManagement } from '@holdfast/events'

export const retentionEvents = defineEvents({
  'retention.changed': entityManagement('Update', 'How long events of a class or kind are kept was changed.', {
    severity: 'Medium',
  }),
  'retention.reset': entityManagement('Delete', 'A rule of retention was taken away; the default applies again.', {
    severity: 'Medium',
  }),
  'hold.placed': entityManagement('Create', 'A legal hold was placed: what it names is neither pruned nor erased.', {
    severity: 'Medium',
  }),
  'hold.released': entityManagement('Delete', 'A legal hold was released.', { severity: 'Medium' }),
  'log.pruned': entityManagement('Delete', 'Events past their retention were removed; their places in the log stay.', {
    written: 'the job `ledger.prune`',
  }),
  'log.tenant_removed': entityManagement(
    'Delete',
    'Events of a deleted tenant were removed; their places in the log stay.',
    { written: 'the job `tenants.erase`' },
  ),
  'person.erased_from_log': entityManagement(
    'Delete',
    'What the log held of a person was erased with their key; the events stay, and verify.',
    { severity: 'Medium' },
  ),
})
