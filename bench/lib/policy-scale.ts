import {
  compile,
  createEntities,
  type Entities,
  type PolicyJson,
  type PolicySet,
  type Request,
  toRecord,
} from '@holdfast/policy'

/**
 * How the policies of a large set share their scopes. `rows`: each has a group and a folder of its own. `grid`: 100 groups times 100 folders, so
 * that a hundred policies name each group, and a hundred each folder.
 */
export type Shape = 'rows' | 'grid'

export interface Scaled {
  readonly set: PolicySet
  readonly questions: readonly { readonly request: Request; readonly entities: Entities }[]
}

const uid = (type: string, id: string) => ({ type, id })

/** A set of so many policies, each for a group and a folder by `in`, and 128 questions that one of them allows. */
export function scaled(shape: Shape, count: number): Scaled {
  const side = Math.round(Math.sqrt(count))
  const groupOf = (at: number) => (shape === 'grid' ? at % side : at)
  const folderOf = (at: number) => (shape === 'grid' ? Math.floor(at / side) : at)
  const policy = (at: number): PolicyJson => ({
    effect: 'permit',
    principal: { op: 'in', entity: uid('Group', `group-${groupOf(at)}`) },
    action: { op: '==', entity: uid('Action', at % 2 === 0 ? 'read' : 'write') },
    resource: { op: 'in', entity: uid('Folder', `folder-${folderOf(at)}`) },
    conditions: [{ kind: 'unless', body: { '.': { left: { Var: 'resource' }, attr: 'secret' } } }],
  })
  const list = Array.from({ length: count }, (_, at) => [`policy-${at}`, policy(at)] as const)
  const questions = Array.from({ length: 128 }, (_, number) => {
    const at = (number * 7919) % count
    const [group, folder] = [uid('Group', `group-${groupOf(at)}`), uid('Folder', `folder-${folderOf(at)}`)]
    const [person, document] = [uid('Person', `person-${number}`), uid('Document', `document-${number}`)]
    const entities = createEntities([
      { uid: person, parents: [group, uid('Group', 'staff')] },
      { uid: group, parents: [uid('Group', 'company')] },
      { uid: folder, parents: [uid('Folder', 'root')] },
      { uid: document, attrs: { secret: false }, parents: [folder] },
    ])
    const action = uid('Action', at % 2 === 0 ? 'read' : 'write')
    return { request: { principal: person, action, resource: document, context: toRecord({}) }, entities }
  })
  return { set: compile({ staticPolicies: Object.fromEntries(list) }), questions }
}
