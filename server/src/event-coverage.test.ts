import { readdirSync, readFileSync } from 'node:fs'
import { edgeEvents } from '@holdfast/bundle'
import { beforeAll, describe, expect, test } from 'vitest'
import { configuration } from './configuration.ts'
import { describeRoutes } from './describe.ts'
import { describeKinds } from './event-catalogue.ts'
import { eventDefinitions, manifests } from './modules.ts'
import { leaves, type Shape } from './platform/config/leaves.ts'
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

  test('names routes, jobs and settings that are there', () => {
    const routes = parts.routes.map(({ method, path }) => `${method} ${path}`)
    const settings = leaves(configuration as Shape).map(({ path }) => path)
    const known = new Set([...routes, ...parts.jobKinds, ...settings])
    const named = describeKinds(parts.routes).flatMap(({ written }) =>
      [...(written ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    )
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter((name) => !known.has(name))).toEqual([])
  })

  test('may end in each way in which the source ends it', () => {
    const ends = new Map(describeKinds(parts.routes).map(({ kind, outcomes }) => [kind, Object.keys(outcomes)]))
    const said = sources.flatMap(({ path, text }) =>
      [...text.matchAll(/\bkind: '([a-z0-9_]+\.[a-z0-9_.]+)',[^{}]{0,120}?\boutcome: '(\w+)'/g)].map(
        ([, kind = '', outcome = '']) => ({
          path,
          kind,
          outcome,
        }),
      ),
    )
    expect(said.length).toBeGreaterThan(15)
    expect(said.filter(({ kind, outcome }) => ends.get(kind)?.includes(outcome) !== true)).toEqual([])
  })

  test('is defined once, and none of ours is a kind of the edges', () => {
    const all = [edgeEvents, ...manifests.map(({ events }) => events)].flatMap((events) => Object.keys(events))
    expect(all.length).toBe(eventDefinitions.size)
  })
})
