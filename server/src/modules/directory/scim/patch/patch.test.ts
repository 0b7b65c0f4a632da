import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ScimProblem } from '../problem.ts'
import type { Resource } from '../schema/attribute.ts'
import { groupType } from '../schema/group.ts'
import { userType } from '../schema/user.ts'
import { resourceOf } from '../schema/values.ts'
import { applyPatch } from './apply.ts'
import { operationsOf } from './operations.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const babs: Resource = {
  userName: 'babs',
  active: true,
  name: { familyName: 'Jensen', givenName: 'Barbara' },
  emails: [
    { value: 'babs@jensen.org', type: 'home' },
    { value: 'bjensen@example.com', type: 'work', primary: true },
  ],
  [enterprise]: { department: 'Tours', manager: { value: '1', $ref: 'https://x.example/1' } },
}

const patched = (...operations: readonly object[]) =>
  applyPatch(babs, operationsOf(userType, { Operations: operations }), userType)

describe('a PATCH of a user', () => {
  it('adds to what has many values, once', () => {
    const more = {
      op: 'add',
      path: 'emails',
      value: [
        { value: 'b@x.org', type: 'other' },
        { value: 'babs@jensen.org', type: 'home' },
      ],
    }
    expect(patched(more)['emails']).toEqual([...(babs['emails'] as object[]), { value: 'b@x.org', type: 'other' }])
    expect(patched({ op: 'add', value: { emails: [{ value: 'b@x.org' }], nickName: 'Babs' } })).toMatchObject({
      nickName: 'Babs',
      emails: [{}, {}, { value: 'b@x.org' }],
    })
  })

  it('lets one value be the primary one', () => {
    const emails = patched({ op: 'add', path: 'emails', value: { value: 'b@x.org', primary: true } })['emails']
    expect((emails as { primary?: boolean }[]).map(({ primary }) => primary)).toEqual([undefined, false, true])
    const turned = patched({ op: 'replace', path: 'emails[type eq "home"].primary', value: true })['emails']
    expect((turned as { primary?: boolean }[]).map(({ primary }) => primary)).toEqual([true, false])
    const two = [
      { value: 'a', primary: true },
      { value: 'b', primary: true },
    ]
    expect(patched({ op: 'replace', path: 'emails', value: two })['emails']).toEqual([
      { value: 'a', primary: true },
      { value: 'b', primary: false },
    ])
  })

  it('replaces parts of what has parts, and leaves the others', () => {
    expect(patched({ op: 'replace', path: 'name', value: { familyName: 'J.' } })['name']).toEqual({
      familyName: 'J.',
      givenName: 'Barbara',
    })
    expect(patched({ op: 'replace', path: 'name.givenName', value: 'B.' })['name']).toMatchObject({ givenName: 'B.' })
    expect(
      patched({ op: 'remove', path: 'name.givenName' }, { op: 'remove', path: 'name.familyName' }),
    ).not.toHaveProperty('name')
  })

  it('removes: an attribute, some of its values, a part of them', () => {
    expect(patched({ op: 'remove', path: 'emails' })).not.toHaveProperty('emails')
    expect(patched({ op: 'remove', path: 'emails[type eq "work" and value ew "example.com"]' })['emails']).toHaveLength(
      1,
    )
    expect(patched({ op: 'remove', path: 'emails[type eq "home"].type' })['emails']).toContainEqual({
      value: 'babs@jensen.org',
    })
    expect(patched({ op: 'remove', path: 'emails[type eq "home"].value' })['emails']).toHaveLength(1)
    expect(
      patched({ op: 'remove', path: 'emails', value: [{ value: 'babs@jensen.org', type: 'home' }] })['emails'],
    ).toHaveLength(1)
    expect(patched({ op: 'replace', path: 'name.givenName', value: '' })['name']).toEqual({ familyName: 'Jensen' })
    expect(patched({ op: 'replace', path: 'emails', value: null })).not.toHaveProperty('emails')
  })

  it('knows a manager in each of the ways in which one is said', () => {
    for (const operation of [
      { op: 'Replace', path: `${enterprise}:manager`, value: '2' },
      { op: 'Add', path: `${enterprise}:manager`, value: { value: '2' } },
      { op: 'Replace', path: `${enterprise}:manager`, value: [{ value: '2' }] },
      { op: 'Replace', path: `${enterprise}.manager`, value: '2' },
      { op: 'Add', path: enterprise, value: { manager: { value: '2' } } },
      { op: 'Add', value: { [`${enterprise}:manager`]: '2' } },
      { op: 'Add', value: { [enterprise]: { manager: { value: '2' } } } },
    ]) {
      expect(patched(operation)[enterprise]).toEqual({ department: 'Tours', manager: { value: '2' } })
    }
    expect(patched({ op: 'Replace', path: `${enterprise}:manager`, value: '' })[enterprise]).toEqual({
      department: 'Tours',
    })
    expect(patched({ op: 'remove', path: enterprise })).not.toHaveProperty(enterprise)
  })

  it('does all, or nothing: what comes later sees what came before', () => {
    const made = { op: 'add', path: 'emails[type eq "other"].value', value: 'o@x.org' }
    expect(patched(made, { op: 'replace', path: 'emails[type eq "other"].primary', value: 'True' })['emails']).toEqual([
      { value: 'babs@jensen.org', type: 'home' },
      { value: 'bjensen@example.com', type: 'work', primary: false },
      { value: 'o@x.org', type: 'other', primary: true },
    ])
  })

  it.each([
    ['invalidPath', { op: 'add', path: 'nobodyKnows', value: 1 }],
    ['invalidPath', { op: 'add', path: 'emails[', value: 1 }],
    ['invalidPath', { op: 'add', path: 'name.nick', value: 'a' }],
    ['invalidPath', { op: 'add', path: 'name[familyName eq "a"]', value: 'a' }],
    ['invalidPath', { op: 'add', path: 7, value: 'a' }],
    ['mutability', { op: 'replace', path: 'id', value: '1' }],
    ['mutability', { op: 'replace', path: 'meta.version', value: '1' }],
    ['mutability', { op: 'add', path: 'groups', value: [{ value: 'admins' }] }],
    ['noTarget', { op: 'remove' }],
    ['noTarget', { op: 'replace', path: 'emails[type sw "x"].value', value: 'a' }],
    ['invalidValue', { op: 'replace', path: 'active', value: 'perhaps' }],
    ['invalidValue', { op: 'replace', path: 'title', value: {} }],
    ['invalidValue', { op: 'replace', path: 'title', value: 'a'.repeat(5000) }],
    ['invalidValue', { op: 'replace', path: 'title' }],
    ['invalidValue', { op: 'remove', path: 'userName' }],
    ['invalidValue', { op: 'replace', value: 'a' }],
    ['invalidSyntax', { op: 'move', path: 'title', value: 'a' }],
    ['invalidSyntax', 'a'],
  ])('is refused as %s: %j', (scimType, operation) => {
    expect(() => patched(operation as object)).toThrow(expect.objectContaining({ scimType }))
  })

  it('never sets what can be read only, whatever it is, and always gives a resource that would be taken by PUT', () => {
    const value = fc.jsonValue({ maxDepth: 3 })
    const path = fc.constantFrom(
      'emails',
      'emails.value',
      'emails[type eq "work"]',
      'emails[type eq "work"].value',
      'emails[primary eq "True"].type',
      'emails[not (value pr)]',
      'name',
      'name.givenName',
      'active',
      'title',
      'addresses',
      'addresses[type eq "a"].formatted',
      enterprise,
      `${enterprise}:manager`,
      `${enterprise}:manager.value`,
      'x509Certificates',
      'groups',
      'id',
      'meta',
      'schemas',
      '__proto__',
      undefined,
    )
    const operation = fc.record({ op: fc.constantFrom('add', 'Replace', 'remove'), path, value })
    fc.assert(
      fc.property(fc.array(operation, { minLength: 1, maxLength: 5 }), (operations) => {
        try {
          const after = patched(...operations)
          for (const name of ['id', 'meta', 'groups', 'schemas']) expect(after).not.toHaveProperty(name)
          expect(resourceOf(userType, JSON.parse(JSON.stringify(after)))).toEqual(after)
        } catch (error) {
          expect(error).toBeInstanceOf(ScimProblem)
        }
      }),
      { numRuns: 3000 },
    )
  })
})

describe('a PATCH of a group', () => {
  const people = {
    displayName: 'People',
    members: [
      { value: '1', type: 'User' },
      { value: '2', type: 'User' },
    ],
  }
  const members = (...operations: readonly object[]) =>
    (
      applyPatch(people, operationsOf(groupType, { Operations: operations }), groupType)['members'] as
        | { value: string }[]
        | undefined
    )?.map(({ value }) => value)

  it('adds and removes members in each of the ways in which that is said', () => {
    expect(members({ op: 'add', path: 'members', value: [{ value: '3' }, { value: '1' }] })).toEqual(['1', '2', '3'])
    expect(members({ op: 'add', value: { members: [{ value: '3' }] } })).toEqual(['1', '2', '3'])
    expect(members({ op: 'add', path: 'members', value: '3' })).toEqual(['1', '2', '3'])
    expect(members({ op: 'remove', path: 'members[value eq "1"]' })).toEqual(['2'])
    expect(members({ op: 'remove', path: 'members[value eq "1" or value eq "2"]' })).toBeUndefined()
    expect(members({ op: 'remove', path: 'members[value eq "9"]' })).toEqual(['1', '2'])
    expect(members({ op: 'Remove', path: 'members', value: [{ value: '1' }, { value: '9' }] })).toEqual(['2'])
    expect(members({ op: 'Remove', path: 'members', value: { value: '2' } })).toEqual(['1'])
    expect(members({ op: 'replace', path: 'members', value: [] })).toBeUndefined()
    expect(members({ op: 'replace', value: { id: 'x', displayName: 'P', members: [{ value: '4' }] } })).toEqual(['4'])
    // An empty list names nobody: nobody leaves.
    expect(members({ op: 'Remove', path: 'members', value: [] })).toEqual(['1', '2'])
  })
})
