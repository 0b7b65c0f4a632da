import { describe, expect, it } from 'vitest'
import { actionOf, knownActions, nameOf } from './names.ts'
import { declaredActions, namedActions } from './search/actions.ts'
import { namedIn } from './search/named.ts'

const photo = (id: string) => ({ type: 'PhotoApp::Action', id })
const plain = (id: string) => ({ type: 'Action', id })

describe('the names of actions', () => {
  const known = [
    plain('read'),
    photo('view'),
    photo('both'),
    plain('both'),
    { type: 'Other::Action', id: 'twice' },
    photo('twice'),
  ]

  it.each([
    ['read', plain('read')],
    ['unknown', plain('unknown')],
    ['view', photo('view')],
    ['both', plain('both')],
    ['twice', plain('twice')],
    ['PhotoApp::Action::"twice"', photo('twice')],
    ['Action::"a \\"b\\" \\\\"', plain('a "b" \\')],
    ['Action::"open', plain('Action::"open')],
    ['NotAnAction::"x"', plain('NotAnAction::"x"')],
  ])('%s', (name, uid) => {
    expect(actionOf(name, known)).toEqual(uid)
  })

  it('the name that is answered means the action that was found', () => {
    for (const uid of [...known, plain('a "b" \\'), photo('x\\"')])
      expect(actionOf(nameOf(uid, known), known)).toEqual(uid)
    expect(nameOf(photo('view'), known)).toBe('view')
    expect(nameOf(photo('both'), known)).toBe('PhotoApp::Action::"both"')
  })
})

const schemaJson = {
  '': {
    entityTypes: { Doc: {} },
    actions: {
      all: {},
      read: { memberOf: [{ id: 'all' }], appliesTo: { principalTypes: ['PhotoApp::User'], resourceTypes: ['Doc'] } },
    },
  },
  PhotoApp: {
    entityTypes: { User: {} },
    actions: { view: { appliesTo: { principalTypes: ['User'], resourceTypes: ['Doc'] } } },
  },
}
const scope = (op: string, entity: object) => ({ op, entity })
const policies = {
  staticPolicies: {
    one: {
      effect: 'permit' as const,
      principal: { op: 'is' as const, entity_type: 'user', in: { entity: { type: 'team', id: 'a' } } },
      action: { op: 'in' as const, entities: [plain('read'), plain('write')] },
      resource: scope('==', { type: 'doc', id: '1' }) as never,
      conditions: [
        {
          kind: 'when' as const,
          body: { '==': { left: { Var: 'principal' }, right: { Value: { __entity: { type: 'user', id: 'u' } } } } },
        },
        { kind: 'when' as const, body: { Record: { type: { Value: 'no' }, id: { Value: 'entity' } } } },
      ],
      annotations: { type: 'annotation', id: 'no entity' },
    },
  },
  templateLinks: [{ templateId: 't', newId: 'l', values: { '?principal': { type: 'user', id: 'linked' } } }],
}

describe('what a search can find', () => {
  it('actions that a schema declares, with the types between which they are taken; no groups', () => {
    expect(declaredActions(schemaJson)).toEqual([
      { uid: plain('read'), principals: new Set(['PhotoApp::User']), resources: new Set(['Doc']) },
      { uid: photo('view'), principals: new Set(['PhotoApp::User']), resources: new Set(['Doc']) },
    ])
    expect(knownActions({ schemaJson, policies: {} })).toEqual([plain('read'), photo('view')])
  })

  it('entities that are stored, or that anything stored or any policy names; no records that look like one', () => {
    const entities = [
      {
        uid: { type: 'doc', id: '2' },
        attrs: { owner: { __entity: { type: 'user', id: 'o' } }, link: { type: 'user', id: 'record' } },
        parents: [{ __entity: { type: 'folder', id: 'f' } }],
        tags: { by: [{ __entity: { type: 'user', id: 't' } }] },
      },
    ]
    expect(Object.fromEntries(namedIn(entities, policies))).toEqual({
      doc: new Set(['2', '1']),
      folder: new Set(['f']),
      user: new Set(['o', 't', 'u', 'linked']),
      team: new Set(['a']),
      Action: new Set(['read', 'write']),
    })
  })

  it('without a schema the actions that are named, but for those that others are in', () => {
    const entities = [{ uid: plain('read'), parents: [plain('all')] }, { uid: plain('all') }, { uid: photo('view') }]
    const named = namedIn(entities, policies)
    expect(namedActions(named, entities).map(({ uid }) => uid)).toEqual([plain('read'), plain('write'), photo('view')])
    expect(knownActions({ schemaJson: {}, policies })).toEqual([plain('read'), plain('write')])
  })
})
