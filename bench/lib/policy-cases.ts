/*
 * The same world for every engine: documents, folders and invoices of a company, 20 policies of roles and attributes, and the questions that are
 * asked. Each question has five entities: a person, two roles, a folder, and what it is about.
 */

/** @returns the policies in Cedar, each with its id */
export const policies: Readonly<Record<string, string>> = {
  'viewers-read':
    'permit(principal in Role::"viewer", action == Action::"read", resource is Document) when { !resource.secret };',
  'editors-write':
    'permit(principal in Role::"editor", action in [Action::"write", Action::"comment"], resource is Document) when { resource.status != "archived" };',
  'owners-read':
    'permit(principal, action == Action::"read", resource is Document) when { resource.owner == principal };',
  'owners-change':
    'permit(principal, action in [Action::"write", Action::"delete", Action::"share"], resource is Document) when { resource.owner == principal && !resource.locked };',
  'admins-all': 'permit(principal in Role::"admin", action, resource);',
  'auditors-read':
    'permit(principal in Role::"auditor", action in [Action::"read", Action::"export"], resource is Document);',
  'support-reads-public':
    'permit(principal in Role::"support", action == Action::"read", resource is Document) when { resource.visibility == "public" };',
  'locked-stays': 'forbid(principal, action == Action::"delete", resource is Document) when { resource.locked };',
  'classified-needs-mfa':
    'forbid(principal, action in [Action::"export", Action::"share"], resource is Document) when { resource.classification > 2 } unless { context.mfa };',
  'editors-approve':
    'permit(principal in Role::"editor", action == Action::"approve", resource is Document) when { resource.status == "review" && resource.owner != principal };',
  'viewers-comment-open':
    'permit(principal in Role::"viewer", action == Action::"comment", resource is Document) when { resource.tags.contains("open") };',
  'readers-read':
    'permit(principal, action == Action::"read", resource is Document) when { resource.readers.contains(principal) };',
  'managers-archive':
    'permit(principal in Role::"manager", action == Action::"archive", resource is Document) when { resource.status != "review" };',
  'managers-read':
    'permit(principal in Role::"manager", action in [Action::"read", Action::"export", Action::"share"], resource is Document);',
  'editors-create':
    'permit(principal in Role::"editor", action == Action::"create", resource is Folder) when { !resource.frozen };',
  'folder-owners':
    'permit(principal, action in [Action::"create", Action::"rename"], resource is Folder) when { resource.owner == principal };',
  suspended: 'forbid(principal, action, resource) when { principal.suspended };',
  'secret-export':
    'forbid(principal, action == Action::"export", resource is Document) when { resource.secret && !context.mfa };',
  'billing-reads':
    'permit(principal in Role::"billing", action in [Action::"read", Action::"export"], resource is Invoice);',
  'billing-approves':
    'permit(principal in Role::"billing", action == Action::"approve", resource is Invoice) when { resource.amount < 1000 };',
}

/** Who is in a role is in those too. */
const above: Readonly<Record<string, string>> = {
  editor: 'viewer',
  viewer: 'everyone',
  admin: 'everyone',
  auditor: 'viewer',
  support: 'everyone',
  manager: 'editor',
  billing: 'everyone',
}

export interface Person {
  readonly id: string
  readonly role: string
  readonly suspended: boolean
}

export interface Thing {
  readonly type: 'Document' | 'Folder' | 'Invoice'
  readonly id: string
  readonly folder: string
  readonly attributes: Readonly<Record<string, boolean | number | string | readonly string[]>>
}

export interface Case {
  readonly person: Person
  readonly action: string
  readonly thing: Thing
  readonly mfa: boolean
}

/** The role and those above it. */
export function rolesOf({ role }: Person): readonly string[] {
  const roles = [role]
  for (let next = above[role]; next !== undefined; next = above[next]) roles.push(next)
  return roles
}

const people: readonly Person[] = [
  'editor',
  'viewer',
  'editor',
  'admin',
  'auditor',
  'manager',
  'support',
  'billing',
].map((role, at) => ({ id: `person-${at}`, role, suspended: at === 2 }))

function documentOf(at: number): Thing {
  return {
    type: 'Document',
    id: `document-${at}`,
    folder: `folder-${at % 7}`,
    attributes: {
      owner: `person-${at % 8}`,
      readers: [`person-${(at + 1) % 8}`, `person-${(at + 3) % 8}`],
      tags: at % 3 === 0 ? ['open', 'draft'] : ['draft'],
      status: ['draft', 'review', 'archived'][at % 3] ?? 'draft',
      visibility: at % 2 === 0 ? 'public' : 'internal',
      classification: at % 5,
      secret: at % 4 === 0,
      locked: at % 6 === 0,
    },
  }
}

function folderOf(at: number): Thing {
  return {
    type: 'Folder',
    id: `drawer-${at}`,
    folder: `folder-${at % 7}`,
    attributes: { owner: `person-${at % 8}`, frozen: at % 2 === 0 },
  }
}

function invoiceOf(at: number): Thing {
  return { type: 'Invoice', id: `invoice-${at}`, folder: `folder-${at % 7}`, attributes: { amount: 200 * at } }
}

const actions = ['read', 'write', 'comment', 'delete', 'share', 'export', 'approve', 'archive'] as const

/** 128 questions: mostly about documents, by all roles, with every action. */
export const cases: readonly Case[] = Array.from({ length: 128 }, (_, at) => {
  const person = people[(at * 5) % people.length]
  const mfa = at % 3 === 0
  if (at % 16 === 15) return { person, action: at % 2 === 0 ? 'rename' : 'create', thing: folderOf(at), mfa }
  if (at % 16 === 7) return { person, action: at % 32 === 7 ? 'approve' : 'read', thing: invoiceOf(at % 11), mfa }
  return { person, action: actions[Math.floor(at / 2) % actions.length] ?? 'read', thing: documentOf(at), mfa }
})

/** An attribute names a person where Cedar has an entity. */
const references = new Set(['owner', 'readers'])

type Json =
  | boolean
  | number
  | string
  | { readonly __entity: { readonly type: string; readonly id: string } }
  | readonly Json[]

function toCedar(name: string, value: boolean | number | string | readonly string[]): Json {
  const one = (each: string): Json => (references.has(name) ? { __entity: { type: 'Person', id: each } } : each)
  if (typeof value === 'object') return value.map(one)
  return typeof value === 'string' ? one(value) : value
}

/** The five entities of a question, in Cedar's JSON form. */
export function entitiesOf({ person, thing }: Case) {
  const [role = '', next = ''] = rolesOf(person)
  const uid = (type: string, id: string) => ({ type, id })
  return [
    { uid: uid('Person', person.id), attrs: { suspended: person.suspended }, parents: [uid('Role', role)] },
    { uid: uid('Role', role), attrs: {}, parents: [uid('Role', next)] },
    {
      uid: uid('Role', next),
      attrs: {},
      parents: rolesOf(person)
        .slice(2, 4)
        .map((each) => uid('Role', each)),
    },
    { uid: uid('Folder', thing.folder), attrs: {}, parents: [] },
    {
      uid: uid(thing.type, thing.id),
      attrs: Object.fromEntries(Object.entries(thing.attributes).map(([name, value]) => [name, toCedar(name, value)])),
      parents: [uid('Folder', thing.folder)],
    },
  ]
}

/** What is asked, in Cedar's JSON form. */
export function requestOf({ person, action, thing, mfa }: Case) {
  return {
    principal: { type: 'Person', id: person.id },
    action: { type: 'Action', id: action },
    resource: { type: thing.type, id: thing.id },
    context: { mfa },
  }
}
