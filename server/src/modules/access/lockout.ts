import { compile, createEntities, createSchema, evaluate } from '@holdfast/policy'
import { policySetJson } from './rules.ts'

// Nobody's: a real operator may be exempted by name, and then leave.
const operator = { type: 'Person', id: '00000000-0000-0000-0000-000000000000' }

/**
 * Whether these policies of the application `holdfast` leave an operator the way back: to write and to delete policies.
 * A forbid overrides every permit, and nobody but its operators could take it away.
 */
export function leavesWayBack(
  policies: readonly { readonly name: string; readonly kind: 'policy' | 'template'; readonly parsed: unknown }[],
  schema: Readonly<Record<string, unknown>>,
  application: string,
): boolean {
  const set = compile(policySetJson(policies))
  const entities = createEntities([
    ...createSchema(schema).actions,
    { uid: operator, parents: [{ type: 'Group', id: 'admins' }] },
  ])
  return ['viewApplication', 'writePolicy', 'deletePolicy'].every((id) => {
    const request = {
      principal: operator,
      action: { type: 'Action', id },
      resource: { type: 'Application', id: application },
    }
    return evaluate(set, request, entities, { onError: 'deny' }).decision === 'allow'
  })
}
