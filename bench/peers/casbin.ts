import { newEnforcer, newModelFromString } from 'casbin'
import { cases, rolesOf } from '../lib/policy-cases.ts'
import { announceEngine } from '../lib/policy-peer.ts'

/* node-casbin over the cases: roles by its role manager, conditions by `eval`, forbids by deny-override, enforced synchronously. */

const model = `
[request_definition]
r = sub, act, obj, ctx
[policy_definition]
p = role, type, act, rule, eft
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = (p.act == "*" || p.act == r.act) && (p.type == "*" || p.type == r.obj.type) && (p.role == "*" || g(r.sub.id, p.role)) && eval(p.rule)
`

const own = 'r.obj.owner == r.sub.id'
const rules: readonly (readonly [
  role: string,
  type: string,
  actions: readonly string[],
  rule: string,
  effect?: 'deny',
])[] = [
  ['viewer', 'Document', ['read'], '!r.obj.secret'],
  ['editor', 'Document', ['write', 'comment'], 'r.obj.status != "archived"'],
  ['*', 'Document', ['read'], own],
  ['*', 'Document', ['write', 'delete', 'share'], `${own} && !r.obj.locked`],
  ['admin', '*', ['*'], 'true'],
  ['auditor', 'Document', ['read', 'export'], 'true'],
  ['support', 'Document', ['read'], 'r.obj.visibility == "public"'],
  ['*', 'Document', ['delete'], 'r.obj.locked', 'deny'],
  ['*', 'Document', ['export', 'share'], 'r.obj.classification > 2 && !r.ctx.mfa', 'deny'],
  ['editor', 'Document', ['approve'], 'r.obj.status == "review" && r.obj.owner != r.sub.id'],
  ['viewer', 'Document', ['comment'], 'has(r.obj.tags, "open")'],
  ['*', 'Document', ['read'], 'has(r.obj.readers, r.sub.id)'],
  ['manager', 'Document', ['archive'], 'r.obj.status != "review"'],
  ['manager', 'Document', ['read', 'export', 'share'], 'true'],
  ['editor', 'Folder', ['create'], '!r.obj.frozen'],
  ['*', 'Folder', ['create', 'rename'], own],
  ['*', '*', ['*'], 'r.sub.suspended', 'deny'],
  ['*', 'Document', ['export'], 'r.obj.secret && !r.ctx.mfa', 'deny'],
  ['billing', 'Invoice', ['read', 'export'], 'true'],
  ['billing', 'Invoice', ['approve'], 'r.obj.amount < 1000'],
]

const enforcer = await newEnforcer(newModelFromString(model))
await enforcer.addFunction('has', (list: readonly string[], one: string) => list.includes(one))
for (const [role, type, actions, rule, effect = 'allow'] of rules) {
  for (const action of actions) await enforcer.addPolicy(role, type, action, rule, effect)
}
for (const { person } of cases) {
  const line = [person.id, ...rolesOf(person)]
  for (let at = 1; at < line.length; at++) await enforcer.addGroupingPolicy(line[at - 1] ?? '', line[at] ?? '')
}

const questions = cases.map(({ person, action, thing, mfa }) => {
  return [{ id: person.id, suspended: person.suspended }, action, { type: thing.type, ...thing.attributes }, { mfa }]
})
announceEngine((at) => enforcer.enforceSync(...(questions[at] ?? [])))
