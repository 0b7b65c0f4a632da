import { z } from 'zod'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok, refuse } from '../../../platform/outcome.ts'
import { errors } from '../errors.ts'
import { uidText } from '../grants/shapes.ts'
import { Uid } from '../shapes.ts'
import { findApplication } from '../store.ts'
import type { StoredEntity } from '../world/types.ts'
import { pageOfEntities, sealedAttributes } from './store.ts'
import { changeEntity, deleteEntities, type EntityTools, writeEntities } from './write.ts'

const onApplication = ({ params }: { params: { app: string } }) => ({ type: 'Application', id: params.app })
const typeName = z
  .string()
  .max(200)
  .regex(/^[A-Za-z_][A-Za-z0-9_]*(?:::[A-Za-z_][A-Za-z0-9_]*)*$/, 'the name of an entity type')
const StoredUid = Uid.extend({ type: typeName })
const values = z.record(z.string().max(200), z.unknown())
const parents = z.array(StoredUid).max(200)
const Entity = z.strictObject({
  uid: StoredUid,
  attrs: values.optional(),
  tags: values.optional(),
  parents: parents.optional(),
})
const Counts = z.object({ created: z.int(), changed: z.int() })

const EntityShape = z
  .object({
    uid: z.object({ type: z.string(), id: z.string() }),
    attrs: z.record(z.string(), z.unknown()),
    tags: z.record(z.string(), z.unknown()),
    parents: z.array(z.object({ type: z.string(), id: z.string() })),
  })
  .meta({ id: 'StoredEntity' })

const limit = perPrincipal(600, 'minute')

export function entityRoutes(tools: EntityTools): Route[] {
  const sealed = sealedAttributes(tools.keys)
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/applications/:app/entities',
      summary: 'List the stored entities of an application',
      permission: { action: 'viewEntities', resource: onApplication },
      input: {
        query: z.object({
          type: typeName.optional(),
          uid: uidText.optional(),
          limit: z.coerce.number().int().min(1).max(1000).default(100),
          cursor: uidText.optional(),
        }),
      },
      output: z.object({ items: z.array(EntityShape), next: z.string().nullable() }),
      reads: true,
      limit,
      handler: ({ read, params, query }) =>
        read(async (tx) => {
          if ((await findApplication(tx, params.app)) === undefined) {
            return refuse(errors.application_not_found, { application: params.app })
          }
          const page = { ...query, after: query.cursor, limit: query.limit + 1 }
          const found = await pageOfEntities(tx, sealed, params.app, page)
          const items = found.slice(0, query.limit).map(show)
          const last = found.length > query.limit ? items.at(-1) : undefined
          return ok({ items, next: last === undefined ? null : `${last.uid.type}::${JSON.stringify(last.uid.id)}` })
        }),
    }),
    defineRoute({
      method: 'PUT',
      path: '/api/v1/applications/:app/entities',
      summary: 'Store entities; each takes the place of the one of its name',
      permission: { action: 'writeEntities', resource: onApplication },
      input: { body: z.strictObject({ entities: z.array(Entity).min(1).max(5000) }) },
      bodyLimit: 16 * 1024 * 1024,
      output: Counts,
      event: 'entities.written',
      limit,
      handler: ({ work, params, body }) => work((tx) => writeEntities(tx, tools, params.app, body.entities)),
    }),
    defineRoute({
      method: 'PATCH',
      path: '/api/v1/applications/:app/entities',
      summary: 'Change some attributes, tags or the parents of a stored entity; null takes one away',
      permission: { action: 'writeEntities', resource: onApplication },
      input: { body: Entity },
      bodyLimit: 256 * 1024,
      output: Counts,
      event: 'entities.written',
      limit,
      handler: ({ work, params, body }) => work((tx) => changeEntity(tx, tools, params.app, body)),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/applications/:app/entities/delete',
      summary: 'Delete stored entities',
      permission: { action: 'writeEntities', resource: onApplication },
      input: { body: z.strictObject({ uids: z.array(StoredUid).min(1).max(5000) }) },
      bodyLimit: 8 * 1024 * 1024,
      output: z.object({ deleted: z.int() }),
      event: 'entities.deleted',
      limit,
      handler: ({ work, params, body }) => work((tx) => deleteEntities(tx, params.app, body.uids)),
    }),
  ]
}

function show({ uid, attrs, tags, parents: own }: StoredEntity): z.input<typeof EntityShape> {
  return { uid, attrs, tags, parents: [...own] }
}
