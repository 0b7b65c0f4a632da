import { readdirSync, readFileSync } from 'node:fs'
import { edgeEvents } from '@holdfast/bundle'
import { beforeAll, describe, expect, test } from 'vitest'
import { describeRoutes } from './describe.ts'
import { describeKinds } from './event-catalogue.ts'
import { eventDefinitions, manifests } from './modules.ts'
import { carriedEvents } from './platform/http/route.ts'

const root = new URL('../../', import.meta.url)
let parts: Awaited<ReturnType<typeof describeRoutes>>
beforeAll(async () => {
  parts = await describeRoutes()
})

/** The sources that run, without the definitions themselves. */
const sources = ['server/src', 'sdk/src', 'gateway/src'].flatMap((folder) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/\.test(-d)?\.ts$|(^|\/)testing\/|(^|\/)events\.ts$/.test(path))
    .map((path) => ({ path: `${folder}/${path}`, text: readFileSync(new URL(`${folder}/${path}`, root), 'utf8') })),
)
const literals = (pattern: RegExp) =>
  sources.flatMap(({ path, text }) => [...text.matchAll(pattern)].map(([, kind = '']) => ({ path, kind })))

describe('every event', () => {
  test('of a route is defined', () => {
    const undefinedOnes = parts.routes.flatMap(({ event }) =>
      event === null || event === carriedEvents || eventDefinitions.has(event) ? [] : [event],
    )
    expect(undefinedOnes).toEqual([])
  })

  test('that the source records is defined, and whatever looks like one is', () => {
    const jobs = new Set(parts.jobKinds)
    const said = literals(/\bkind: '([a-z0-9_]+(?:\.[a-z0-9_]+)+)'/g).filter(({ kind }) => !jobs.has(kind))
    expect(said.length).toBeGreaterThan(40)
    expect(said.filter(({ kind }) => !eventDefinitions.has(kind))).toEqual([])
  })

  test('that is defined is written somewhere in the source', () => {
    const said = new Set(literals(/'([a-z0-9_]+(?:\.[a-z0-9_]+)+)'/g).map(({ kind }) => kind))
    expect([...eventDefinitions.keys()].filter((kind) => !said.has(kind))).toEqual([])
  })

  test('says who writes it: a route that names it, a job, or a place', () => {
    const silent = describeKinds(parts.routes).filter(({ routes, written }) => routes.length === 0 && written === null)
    expect(silent.map(({ kind }) => kind)).toEqual([])
  })

  test('names routes and jobs that are there', () => {
    const known = new Set([...parts.routes.map(({ method, path }) => `${method} ${path}`), ...parts.jobKinds])
    const named = describeKinds(parts.routes).flatMap(({ written }) =>
      [...(written ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    )
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter((name) => !known.has(name))).toEqual([])
  })

  test('is defined once, and none of ours is a kind of the edges', () => {
    const all = [edgeEvents, ...manifests.map(({ events }) => events)].flatMap((events) => Object.keys(events))
    expect(all.length).toBe(eventDefinitions.size)
  })
})
