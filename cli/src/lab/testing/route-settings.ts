/** What the shop's gateway decides, and what that of an application that answers everything does. */
const uuid = { path: 'id', as: 'uuid' }
const review = { action: 'deleteReview', resource: { type: 'Review', id: uuid } }
const mask = {
  type: 'Profile',
  id: 'person_id',
  attributes: { owner: { member: 'person_id', entity: 'Person' } },
  fields: { viewName: ['person_id', 'display_name'], viewContact: ['email', 'phone', 'card_last4'] },
}
export const shopRoutes = [
  { method: 'DELETE', path: '/reviews/{id}', ...review },
  { method: 'POST', path: '/reviews/{id}/delete', ...review },
  { method: 'GET', path: '/profiles/{id}', mask },
  { method: 'GET', path: '/profiles', mask: { ...mask, at: '/items' } },
]

const thingMask = { at: '/list', type: 'Thing', id: 'id', fields: { view: ['id', 'name'], remove: ['price'] } }
const thing = (id: object) => ({ type: 'Thing', id })
export const thingRoutes = [
  { path: '/open/**', public: true },
  { method: 'GET', path: '/things/{id}', action: 'view', resource: thing({ path: 'id', as: 'long' }) },
  { method: 'DELETE', path: '/things/{id}', action: 'remove', resource: thing({ path: 'id', as: 'long' }) },
  { method: 'PUT', path: '/things/{id}', action: 'remove', resource: thing({ path: 'id', as: 'long' }) },
  { path: '/by-query', action: 'view', resource: thing({ query: 'id', as: 'long' }) },
  { path: '/grave', action: 'shred', resource: thing({ value: '1' }) },
  { path: '/fresh', acr: 'aal2' },
  { path: '/tried', action: 'remove', resource: thing({ value: '1' }), policy: 'report' },
  { path: '/masked', mask: thingMask },
  { path: '/almost', mask: thingMask, policy: 'report' },
  { path: '/nowhere', action: 'unheard', resource: thing({ value: '1' }) },
]
export const thingSchema = `entity Role in [Role]; entity Group in [Group, Role]; entity Person in [Group, Role]; entity Service in [Group, Role];
  entity Thing;
  action view, remove, shred appliesTo { principal: [Person, Service], resource: [Thing], context: { session?: { acr: String, level: Long, amr: Set<String>, age: Long } } };`
export const thingPolicies = {
  view: 'permit (principal is Person, action == Action::"view", resource);',
  secret: 'forbid (principal, action, resource == Thing::"42") unless { principal in Group::"keepers" };',
  remove: 'permit (principal in Group::"keepers", action == Action::"remove", resource);',
  shred: 'permit (principal is Person, action == Action::"shred", resource);',
  strong:
    '@step_up("aal2") forbid (principal, action == Action::"shred", resource) unless { context has session && context.session.level >= 2 };',
}
