import { existsSync, readFileSync } from 'node:fs'
import { createSchema } from '@holdfast/policy'
import { parseSchema } from '@holdfast/policy/authoring'
import { expect, test } from 'vitest'
import { describeRoutes } from './describe.ts'
import { generated } from './generated.ts'
import { manifests } from './modules.ts'
import { carriedEvents, type Checked, isPublic } from './platform/http/route.ts'

const root = new URL('../../', import.meta.url)

test('the committed reference is what the software says (npm run generate)', async () => {
  for (const [path, text] of Object.entries(await generated())) {
    const file = new URL(path, root)
    expect(existsSync(file) ? readFileSync(file, 'utf8') : 'absent', path).toBe(text)
  }
})

test('every action of a route is in the schema of the application holdfast, and every action there is asked by somebody', async () => {
  const text = readFileSync(new URL('modules/access/own/schema.cedarschema', import.meta.url), 'utf8')
  const schema = parseSchema(text)
  if (!schema.ok) throw new Error('the schema does not parse')
  const known = new Set(createSchema(schema.schema).actions.map(({ uid }) => ('id' in uid ? uid.id : '')))
  const { routes } = await describeRoutes()
  const asked = routes.flatMap(({ permission }) =>
    isPublic(permission) ? [] : [(permission as Checked<string, object>).action],
  )
  expect(routes.length).toBeGreaterThan(40)
  expect(asked.filter((action) => !known.has(action))).toEqual([])
})

test('every event of a route is declared by a module', async () => {
  const declared = new Set(manifests.flatMap(({ events }) => Object.keys(events)))
  const { routes } = await describeRoutes()
  const undeclared = routes.flatMap(({ event }) =>
    event === null || event === carriedEvents || declared.has(event) ? [] : [event],
  )
  expect(undeclared).toEqual([])
})

test('no two routes have the same method and path, no two errors the same code', async () => {
  const { routes } = await describeRoutes()
  const places = routes.map(({ method, path }) => `${method} ${path.replaceAll(/:\w+/g, ':')}`)
  expect(new Set(places).size).toBe(places.length)
  const codes = manifests.flatMap(({ errors }) => Object.keys(errors))
  expect(new Set(codes).size).toBe(codes.length)
})
