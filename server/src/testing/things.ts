import { sql } from 'kysely'
import type { Client } from 'pg'
import { z } from 'zod'
import { defineErrors } from '../platform/errors.ts'
import { perPrincipal } from '../platform/http/limit.ts'
import { defineRoute, type Route } from '../platform/http/route.ts'
import { ok, refuse } from '../platform/outcome.ts'

/** A table of a module that exists in tests only: what a change looks like, with nothing around it. */
export async function createThings(admin: Client): Promise<void> {
  await admin.query(`
    CREATE TABLE things (tenant_id uuid NOT NULL, id text NOT NULL, tries int NOT NULL DEFAULT 0, PRIMARY KEY (tenant_id, id));
    CALL isolate_by_tenant('things')`)
}

const thingErrors = defineErrors('things', {
  thing_refused: { status: 409, title: 'Refused', detail: 'The thing {id} is refused.', help: 'Choose another.' },
})

const Thing = z.strictObject({ id: z.string().min(1).max(100), note: z.string().max(10_000).optional() })

export interface ThingOptions {
  /** called inside of the transaction, after the change and its event */
  readonly meanwhile?: (id: string) => Promise<void>
}

/** Routes that change, refuse, forget their event, answer wrongly, and fail. */
export function thingRoutes({ meanwhile }: ThingOptions = {}): readonly Route[] {
  const limit = perPrincipal(100_000, 'minute')
  const permission = { action: 'createThing', resource: () => ({ type: 'Installation', id: 'installation' }) }
  const common = { permission, limit, input: { body: Thing }, output: Thing, event: 'thing.created' } as const
  const insert = (id: string) => sql`INSERT INTO things (tenant_id, id) VALUES (current_tenant(), ${id})`
  return [
    defineRoute({
      ...common,
      method: 'POST',
      path: '/api/v1/things',
      summary: 'Creates a thing',
      handler: ({ work, body }) =>
        work(async (tx) => {
          await insert(body.id).execute(tx.kysely())
          await tx.record({ kind: 'thing.created', resource: { type: 'Thing', id: body.id } })
          await meanwhile?.(body.id)
          return ok({ id: body.id }, { status: 201 })
        }),
    }),
    defineRoute({
      ...common,
      method: 'POST',
      path: '/api/v1/things/refused',
      summary: 'Counts a try, and refuses it',
      handler: ({ work, body }) =>
        work(async (tx) => {
          await sql`
            INSERT INTO things (tenant_id, id, tries) VALUES (current_tenant(), ${body.id}, 1)
            ON CONFLICT (tenant_id, id) DO UPDATE SET tries = things.tries + 1`.execute(tx.kysely())
          return refuse(thingErrors.thing_refused, { id: body.id })
        }),
    }),
    defineRoute({
      ...common,
      method: 'POST',
      path: '/api/v1/things/unrecorded',
      summary: 'Forgets its event',
      handler: ({ work, body }) =>
        work(async (tx) => {
          await insert(body.id).execute(tx.kysely())
          return ok({ id: body.id })
        }),
    }),
    defineRoute({
      ...common,
      method: 'POST',
      path: '/api/v1/things/misshapen',
      summary: 'Answers what its schema does not allow',
      handler: ({ work, body }) =>
        work(async (tx) => {
          await insert(body.id).execute(tx.kysely())
          await tx.record({ kind: 'thing.created' })
          return ok({ id: 7 } as unknown as { id: string })
        }),
    }),
    defineRoute({
      ...common,
      method: 'POST',
      path: '/api/v1/things/faulty',
      summary: 'Fails after the change',
      handler: ({ work, body }) =>
        work(async (tx) => {
          await insert(body.id).execute(tx.kysely())
          await tx.record({ kind: 'thing.created' })
          throw new Error(`the private reason: ${body.id}`)
        }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/things/:id',
      summary: 'Shows a thing',
      permission: { action: 'viewThing', resource: ({ params }) => ({ type: 'Thing', id: params.id }) },
      output: z.object({ id: z.string() }),
      reads: true,
      limit,
      handler: async ({ params, read }) => {
        const found = await read((tx) =>
          sql<{ id: string }>`SELECT id, tries FROM things WHERE id = ${params.id}`.execute(tx.kysely()),
        )
        const row = found.rows[0]
        return row === undefined ? refuse(thingErrors.thing_refused, { id: params.id }) : ok(row)
      },
    }),
  ]
}
