import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok } from '../../../platform/outcome.ts'
import { changePerson } from '../change-person.ts'
import { createPerson } from '../create-person.ts'
import { deletePerson } from '../delete-person.ts'
import { listPeople, viewPerson } from '../list-people.ts'
import { NewPerson, PeopleQuery, Person, PersonChange, pageOf } from '../shapes.ts'
import type { DirectoryTools } from '../parts.ts'
import { Deleted, installation } from './common.ts'

const person = ({ params }: { params: { id: string } }) => ({ type: 'Person', id: params.id })

export const peopleRoutes = (deps: DirectoryTools): Route[] => [
  defineRoute({
    method: 'GET',
    path: '/api/v1/people',
    summary: 'List people, newest first; `query` looks in names and e-mail addresses',
    permission: { action: 'listPeople', resource: installation },
    input: { query: PeopleQuery },
    output: pageOf(Person),
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ query, read }) => read(async (tx) => ok(await listPeople(tx, deps, query))),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/people',
    summary: 'Add a person',
    permission: { action: 'createPerson', resource: installation },
    input: { body: NewPerson },
    output: Person,
    event: 'person.created',
    limit: perPrincipal(120, 'minute'),
    handler: ({ body, caller, work }) => createPerson(work, deps, caller, body),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/v1/people/:id',
    summary: 'Show a person',
    permission: { action: 'viewPerson', resource: person },
    output: Person,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ params, read }) => read((tx) => viewPerson(tx, deps, params.id)),
  }),
  defineRoute({
    method: 'PATCH',
    path: '/api/v1/people/:id',
    summary: "Change a person's name, state or groups; disabling ends their sessions",
    permission: { action: 'updatePerson', resource: person },
    input: { body: PersonChange },
    output: Person,
    event: 'person.updated',
    limit: perPrincipal(120, 'minute'),
    handler: ({ params, body, caller, work, read }) => changePerson({ work, read }, deps, caller, params.id, body),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/api/v1/people/:id',
    summary: 'Remove a person with password, memberships and sessions',
    permission: { action: 'deletePerson', resource: person },
    output: Deleted,
    event: 'person.deleted',
    limit: perPrincipal(120, 'minute'),
    handler: ({ params, work }) => deletePerson(work, deps, params.id),
  }),
]
