/* The 20 policies of the cases as Cerbos has them: a resource policy for each type, conditions in CEL, `P` the principal and `R` the resource. */

interface Rule {
  readonly roles: readonly string[]
  readonly actions: readonly string[]
  readonly when?: string
  readonly effect?: 'EFFECT_DENY'
}

const anybody = ['*']
const own = 'R.attr.owner == P.id'
/** Policies for every type stand in each. */
const everywhere: readonly Rule[] = [
  { roles: ['admin'], actions: ['*'] },
  { roles: anybody, actions: ['*'], when: 'P.attr.suspended', effect: 'EFFECT_DENY' },
]

const rules: Readonly<Record<string, readonly Rule[]>> = {
  Document: [
    { roles: ['viewer'], actions: ['read'], when: '!R.attr.secret' },
    { roles: ['editor'], actions: ['write', 'comment'], when: 'R.attr.status != "archived"' },
    { roles: anybody, actions: ['read'], when: own },
    { roles: anybody, actions: ['write', 'delete', 'share'], when: `${own} && !R.attr.locked` },
    { roles: ['auditor'], actions: ['read', 'export'] },
    { roles: ['support'], actions: ['read'], when: 'R.attr.visibility == "public"' },
    { roles: anybody, actions: ['delete'], when: 'R.attr.locked', effect: 'EFFECT_DENY' },
    {
      roles: anybody,
      actions: ['export', 'share'],
      when: 'R.attr.classification > 2 && !P.attr.mfa',
      effect: 'EFFECT_DENY',
    },
    { roles: ['editor'], actions: ['approve'], when: 'R.attr.status == "review" && R.attr.owner != P.id' },
    { roles: ['viewer'], actions: ['comment'], when: '"open" in R.attr.tags' },
    { roles: anybody, actions: ['read'], when: 'P.id in R.attr.readers' },
    { roles: ['manager'], actions: ['archive'], when: 'R.attr.status != "review"' },
    { roles: ['manager'], actions: ['read', 'export', 'share'] },
    { roles: anybody, actions: ['export'], when: 'R.attr.secret && !P.attr.mfa', effect: 'EFFECT_DENY' },
  ],
  Folder: [
    { roles: ['editor'], actions: ['create'], when: '!R.attr.frozen' },
    { roles: anybody, actions: ['create', 'rename'], when: own },
  ],
  Invoice: [
    { roles: ['billing'], actions: ['read', 'export'] },
    { roles: ['billing'], actions: ['approve'], when: 'R.attr.amount < 1000' },
  ],
}

/** @returns the policy files by name, as JSON */
export function cerbosPolicies(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(rules).map(([resource, list]) => [
      `${resource.toLowerCase()}.json`,
      JSON.stringify({
        apiVersion: 'api.cerbos.dev/v1',
        resourcePolicy: {
          version: 'default',
          resource,
          rules: [...list, ...everywhere].map(({ roles, actions, when, effect = 'EFFECT_ALLOW' }) => ({
            roles,
            actions,
            effect,
            ...(when !== undefined && { condition: { match: { expr: when } } }),
          })),
        },
      }),
    ]),
  )
}
