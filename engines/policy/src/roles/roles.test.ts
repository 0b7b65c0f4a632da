import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePolicy, parseSchema, validate } from '../authoring/index.ts'
import { compile, createEntities, evaluate, type PolicyJson } from '../index.ts'
import { compileRoles } from './index.ts'

const schemaText = `
entity Role in [Role];
entity Group in [Group, Role];
entity Person in [Group, Role];
entity Service;
entity Folder;
entity Doc in [Folder] { owner: Person, readers?: Set<Person>, team?: Group, open: Bool, size: Long, "a b": Bool };
action read, edit, share appliesTo { principal: [Person, Service], resource: Doc };
action list appliesTo { principal: Person, resource: Folder };
action sweep appliesTo { principal: Service, resource: Folder };
`
const parsed = parseSchema(schemaText)
if (!parsed.ok) throw new Error('the schema is not valid')
const { schema } = parsed

const file = {
  roles: {
    editor: { inherits: ['author', 'reader'], permissions: [{ allow: '*', on: 'Doc' }] },
    reader: {
      description: 'Reads',
      permissions: [
        { allow: 'read', on: 'Doc', when: 'open' },
        { allow: ['read'], on: 'Doc', when: 'readers' },
        { allow: ['read'], on: 'Doc', when: 'team' },
        { allow: 'list', on: 'Folder' },
      ],
    },
    author: {
      permissions: [
        { allow: ['share', 'edit'], on: 'Doc', when: ['small', 'owner'] },
        { allow: ['read'], on: 'Doc', when: ['owner', 'small'] },
      ],
    },
    nobody: null,
  },
  conditions: { small: 'resource.size < 10 || resource.open' },
  assignments: { editor: 'ada@example.com', reader: ['Group::"staff"', 'Person::p1'] },
}

function compiled(json: unknown) {
  const made = compileRoles(json, schema)
  if (!made.ok) throw new Error(JSON.stringify(made.flaws))
  return made.compiled
}

const flaws = (json: unknown) => {
  const made = compileRoles(json, schema)
  return made.ok ? [] : made.flaws.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

const role = (permission: object) => ({ roles: { r: { permissions: [permission] } } })

describe('a file of roles', () => {
  it('becomes policies that are valid, of names that say what they are', () => {
    const { policies } = compiled(file)
    expect(Object.keys(policies)).toEqual([
      'role-author-doc-owner-small',
      'role-editor-doc',
      'role-reader-doc-open',
      'role-reader-doc-readers',
      'role-reader-doc-team',
      'role-reader-folder',
    ])
    expect(validate(policies, schemaText)).toEqual([])
    expect(policies['role-author-doc-owner-small']).toBe(
      `@doc("The role author may edit, read, share Doc when owner and small.")
@source("roles.yaml")
permit (
  principal is Person in Role::"author",
  action in [Action::"edit", Action::"read", Action::"share"],
  resource is Doc
)
when { resource.owner == principal && (resource.size < 10 || resource.open) };
`,
    )
    expect(policies['role-reader-doc-readers']).toContain(
      'resource has readers && resource.readers.contains(principal)',
    )
    expect(policies['role-reader-doc-team']).toContain('resource has team && principal in resource.team')
  })

  it('is the same whatever the order of what it says', () => {
    const { roles, conditions, assignments } = file
    const turned = { assignments, conditions, roles: Object.fromEntries(Object.entries(roles).toReversed()) }
    expect(compiled(turned).policies).toEqual(compiled(file).policies)
    expect(compiled(turned).roles).toEqual(compiled(file).roles)
  })

  it('says which roles there are, and who has them', () => {
    const { roles, assignments } = compiled(file)
    expect(roles).toEqual([
      { id: 'author', description: '', parents: [] },
      { id: 'editor', description: '', parents: ['author', 'reader'] },
      { id: 'nobody', description: '', parents: [] },
      { id: 'reader', description: 'Reads', parents: [] },
    ])
    expect(assignments?.map(({ role: id, to }) => [id, to])).toEqual([
      ['editor', 'ada@example.com'],
      ['reader', { type: 'Group', id: 'staff' }],
      ['reader', { type: 'Person', id: 'p1' }],
    ])
    expect(compiled({ roles: {} }).assignments).toBeUndefined()
  })

  it('decides as it reads', () => {
    const { policies, roles } = compiled(file)
    const staticPolicies: { [name: string]: PolicyJson } = {}
    for (const [name, text] of Object.entries(policies)) {
      const policy = parsePolicy(name, text)
      if (policy.ok) staticPolicies[name] = policy.policy
    }
    const set = compile({ staticPolicies })
    const person = (id: string, of: string) => ({ uid: { type: 'Person', id }, parents: [{ type: 'Role', id: of }] })
    const doc = (id: string, size: number) => ({
      uid: { type: 'Doc', id },
      attrs: { owner: { __entity: { type: 'Person', id: 'ann' } }, open: false, size, 'a b': true },
    })
    const entities = createEntities([
      ...roles.map(({ id, parents }) => ({
        uid: { type: 'Role', id },
        parents: parents.map((up) => ({ type: 'Role', id: up })),
      })),
      person('ann', 'author'),
      person('eve', 'editor'),
      person('rob', 'reader'),
      doc('small', 1),
      doc('large', 100),
    ])
    const may = (who: string, action: string, what: string) =>
      evaluate(
        set,
        {
          principal: { type: 'Person', id: who },
          action: { type: 'Action', id: action },
          resource: { type: 'Doc', id: what },
        },
        entities,
      ).decision
    expect([may('ann', 'edit', 'small'), may('ann', 'edit', 'large')]).toEqual(['allow', 'deny'])
    expect([may('eve', 'edit', 'small'), may('eve', 'share', 'large')]).toEqual(['allow', 'allow'])
    expect([may('rob', 'read', 'small'), may('rob', 'edit', 'small')]).toEqual(['deny', 'deny'])
  })
})

describe('what is wrong with it is said with its place', () => {
  it.each([
    [[], ': expected a mapping'],
    [{}, ': `roles` is missing'],
    [{ roles: [], rules: {} }, 'rules: there is no such field'],
    [{ roles: { 'a b': null } }, 'roles.a b: the name of a role'],
    [{ roles: { a: { inherits: 'b' } } }, 'roles.a.inherits.0: there is no role b'],
    [{ roles: { a: { inherits: 'b' }, b: { inherits: 'a' } } }, 'roles.a.inherits: a would inherit from itself'],
    [role({ allow: 'read' }), 'roles.r.permissions.0: `on` is missing'],
    [role({ on: 'Doc' }), 'roles.r.permissions.0: `allow` names no action'],
    [role({ allow: 'read', on: 'Dok' }), 'roles.r.permissions.0.on: the schema has no type Dok'],
    [role({ allow: 'reed', on: 'Doc' }), 'roles.r.permissions.0.allow.0: the schema has no action reed'],
    [role({ allow: 'list', on: 'Doc' }), 'roles.r.permissions.0.allow.0: list does not apply to Doc'],
    [role({ allow: 'sweep', on: 'Folder' }), 'nobody who does sweep can have a role'],
    [role({ allow: 'read', on: 'Doc', when: 'size' }), 'roles.r.permissions.0.when: size is neither'],
    [role({ allow: 'read', on: 'Doc', unless: 'open' }), 'roles.r.permissions.0.unless: there is no such field'],
    [{ roles: {}, assignments: { a: 'x@y.z' } }, 'assignments.a: there is no role a'],
    [{ roles: { a: null }, assignments: { a: ['Group::"'] } }, 'assignments.a.0: "Group::"" names nobody'],
    [
      {
        roles: {
          a: { permissions: [{ allow: 'read', on: 'Doc', when: 'open' }] },
          'a-doc': null,
          'a.doc': null,
          A: { permissions: [{ allow: 'read', on: 'Doc', when: 'open' }] },
        },
      },
      'another permission would be the policy role-a-doc-open too',
    ],
  ])('%j', (json, message) => {
    expect(flaws(json).join('\n')).toContain(message)
  })

  it('when the schema has no roles', () => {
    const made = compileRoles({ roles: {} }, {})
    expect(made).toMatchObject({ ok: false, flaws: [{ path: ['roles'] }] })
  })
})

describe('a hostile file', () => {
  it('cannot make two policies of one: its condition does not parse', () => {
    const json = {
      ...role({ allow: 'read', on: 'Doc', when: 'x' }),
      conditions: { x: 'true) }; permit(principal, action, resource) when { (true' },
    }
    const [text = ''] = Object.values(compiled(json).policies)
    expect(parsePolicy('p', text)).toMatchObject({
      ok: false,
      findings: [{ message: 'there must be exactly one policy: give each its own name' }],
    })
  })

  it('is compiled to what parses, or refused; nothing else', () => {
    const key = fc.constantFrom(
      'roles',
      'r',
      'permissions',
      'allow',
      'on',
      'when',
      'inherits',
      'assignments',
      'conditions',
      '__proto__',
      'owner',
      'a b',
    )
    const leaf = fc.oneof(
      fc.constantFrom('read', 'Doc', '*', 'owner', 'open', 'a b', 'r', 'x@y', 'Group::"a"'),
      fc.string(),
      fc.integer(),
      fc.constant(null),
    )
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 6 },
        leaf,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
      ),
    }))
    const permission = fc.record({ allow: leaf, on: fc.constantFrom('Doc', 'Folder', ''), when: leaf })
    const likely = fc.record({
      roles: fc.dictionary(fc.string(), fc.record({ permissions: fc.array(permission) })),
      assignments: tree,
    })
    fc.assert(
      fc.property(fc.oneof(tree, likely), (json) => {
        const made = compileRoles(json, schema)
        if (!made.ok) expect(made.flaws.length).toBeGreaterThan(0)
        else
          for (const [name, text] of Object.entries(made.compiled.policies))
            expect(parsePolicy(name, text)).toMatchObject({ ok: true })
      }),
      { numRuns: 500 },
    )
  })
})
