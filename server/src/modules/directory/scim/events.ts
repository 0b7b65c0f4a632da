import { accountChange, defineEvents, groupManagement } from '@holdfast/events'

export const scimEvents = defineEvents({
  'scim.group_allowed': groupManagement('Other', 'An operator let a provisioning service change who is in a group.'),
  'scim.group_disallowed': groupManagement('Other', 'A provisioning service may no longer change who is in a group.'),
  'scim.person_handed_over': accountChange('Other', 'A person is kept by a provisioning service from now on.'),
  'scim.person_released': accountChange('Other', 'A person is no longer kept by a provisioning service.'),
})
