import { defineEvents, entityManagement } from '@holdfast/events'

export const events = defineEvents({
  'tenant.created': entityManagement('Create', 'A tenant was made, and its first operator invited.', {
    severity: 'Medium',
  }),
  'tenant.changed': entityManagement('Update', 'The name or the hosts of a tenant were changed.', {
    severity: 'Medium',
  }),
  'tenant.suspended': entityManagement('Disable', 'A tenant was suspended: its sessions and tokens ended.', {
    severity: 'High',
  }),
  'tenant.deleted': entityManagement(
    'Delete',
    'A suspended tenant was deleted: its keys are destroyed, and its rows go.',
    {
      severity: 'Critical',
    },
  ),
  'tenant.erased': entityManagement('Delete', 'The last row of a deleted tenant is gone.', {
    severity: 'Medium',
    written: 'the job `tenants.erase`',
  }),
  'tenant.resumed': entityManagement('Enable', 'A suspended tenant is answered again.', { severity: 'Medium' }),
  'tenant.operator_invited': entityManagement('Update', 'Somebody was invited to become an operator of a tenant.', {
    severity: 'Medium',
  }),
})
