import { z } from 'zod'
import { ok } from '../outcome.ts'
import { html } from './html.ts'
import { perPrincipal } from './limit.ts'
import { defineRoute } from './route.ts'

/*
 * What must not type-check. `tsc -b` reads this file: a directive that finds no error is an error itself (TS2578).
 */
const Output = z.object({ name: z.string() })
const permission = { action: 'viewThing', resource: () => ({ type: 'Thing', id: '1' }) }
const handler = () => ok({ name: 'a' })
const common = { method: 'GET', path: '/things/:id', summary: 'Shows', limit: perPrincipal(1, 'minute') } as const

defineRoute({ ...common, permission, output: Output, reads: true, handler })
defineRoute({ ...common, permission, output: Output, event: 'thing.seen', handler })
defineRoute({ ...common, permission: { public: 'everybody may' }, output: Output, reads: true, handler })

// @ts-expect-error a route without a permission
defineRoute({ ...common, output: Output, reads: true, handler })

// @ts-expect-error public without a reason
defineRoute({ ...common, permission: 'public', output: Output, reads: true, handler })

// @ts-expect-error public without a reason, as an object
defineRoute({ ...common, permission: { public: true }, output: Output, reads: true, handler })

// @ts-expect-error an action without the resource that it is decided on
defineRoute({ ...common, permission: { action: 'viewThing' }, output: Output, reads: true, handler })

// @ts-expect-error neither an event nor the word that it only reads
defineRoute({ ...common, permission, output: Output, handler })

// @ts-expect-error an event and the word that it only reads
defineRoute({ ...common, permission, output: Output, event: 'thing.seen', reads: true, handler })

// @ts-expect-error reads is true or absent
defineRoute({ ...common, permission, output: Output, reads: false, handler })

// @ts-expect-error a route without a limit
defineRoute({ method: 'GET', path: '/', summary: 'Shows', permission, output: Output, reads: true, handler })

// @ts-expect-error an answer without a schema
defineRoute({ ...common, permission, reads: true, handler })

// @ts-expect-error an answer that its schema does not describe
defineRoute({ ...common, permission, output: Output, reads: true, handler: () => ok({ name: 7 }) })

// @ts-expect-error an answer that is no outcome
defineRoute({ ...common, permission, output: Output, reads: true, handler: () => ({ name: 'a' }) })

// @ts-expect-error a page that somebody must be permitted to see is not a thing: pages are public and look themselves
defineRoute({ ...common, permission, output: 'page', reads: true, handler: () => ok(html`<p>`) })

// @ts-expect-error a page made of text that was not escaped
defineRoute({ ...common, permission: { public: 'a form' }, output: 'page', reads: true, handler: () => ok('<p>') })

defineRoute({
  ...common,
  permission,
  output: Output,
  reads: true,
  // @ts-expect-error a parameter that the path does not have
  handler: ({ params }) => ok({ name: params.name }),
})

defineRoute({
  ...common,
  permission,
  output: Output,
  reads: true,
  // @ts-expect-error a body that no schema describes
  handler: ({ body }) => ok({ name: body.name }),
})

defineRoute({
  ...common,
  permission: { public: 'everybody may' },
  output: Output,
  reads: true,
  // @ts-expect-error a public route may have no caller
  handler: ({ caller }) => ok({ name: caller.name }),
})
