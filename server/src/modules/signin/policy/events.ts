import { defineEvents, entityManagement } from '@holdfast/events'

export const policyEvents = defineEvents({
  'sign_in.policy_changed': entityManagement('Update', 'How people sign in to the tenant was changed.', {
    severity: 'High',
  }),
})
