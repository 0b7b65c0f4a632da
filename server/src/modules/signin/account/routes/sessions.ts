import { z } from 'zod'
import { defineRoute, type Route } from '../../../../platform/http/route.ts'
import { listOwnSessions } from '../../sessions/list.ts'
import { DeviceName, endOwnSession, endOwnSessions, nameOwnSession } from '../../sessions/own.ts'
import { type Owner } from '../own.ts'
import { sessionsBody } from '../pages/sessions-page.ts'
import type { AccountTools } from '../parts.ts'
import { changed, pageRoute, post, type Shown, text } from './common.ts'
import { parsed } from './profile.ts'

const at = '/account/sessions'

export function sessionRoutes(deps: AccountTools): Route[] {
  const page: Shown = {
    at,
    action: 'viewSelf',
    async load(owner, { read, now }) {
      const { items } = await read((tx) => listOwnSessions(tx, deps, of(owner, now)))
      return () => ({ body: sessionsBody({ items, now }) })
    },
  }
  const changing = { page, action: 'changeOwnSessions' } as const
  return [
    pageRoute(deps, page, 'The page of one’s own sign-ins'),
    defineRoute({
      ...changed,
      path: `${at}/:id/name`,
      summary: 'Name the device of a sign-in of one’s own; nothing takes the name away',
      input: { form: z.object({ name: text }) },
      event: 'session.named',
      handler: ({ params: { id }, form, ...route }) =>
        post(deps, route, { ...changing, event: 'session.named', done: 'renamed' }, async ({ owner, work }) => {
          const name = form.name.trim() === '' ? null : parsed(DeviceName, form.name)
          if (name?.ok === false) return name
          return nameOwnSession(work, deps, { person: owner.person.id, id, name: name?.value ?? null })
        }),
    }),
    defineRoute({
      ...changed,
      path: `${at}/:id/end`,
      summary: 'End a sign-in of one’s own, with its sessions at guarded hosts',
      event: 'session.revoked',
      handler: ({ params: { id }, ...route }) =>
        post(deps, route, { ...changing, event: 'session.revoked', fresh: true, done: 'ended' }, ({ owner, work }) =>
          endOwnSession(work, deps, of(owner, route.now), id),
        ),
    }),
    defineRoute({
      ...changed,
      path: `${at}/end-others`,
      summary: 'End all sign-ins of one’s own but this one',
      event: 'session.revoked',
      handler: (route) =>
        post(
          deps,
          route,
          { ...changing, event: 'session.revoked', fresh: true, done: 'ended-others' },
          ({ owner, work }) => endOwnSessions(work, deps, of(owner, route.now), owner.session.id),
        ),
    }),
  ]
}

function of({ person, session }: Owner, now: Date) {
  return { person: person.id, current: session.id, now }
}
