import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql } from './filters/sql.ts'
import { standingClock } from './testing/clock.ts'
import { Document, type Library, openLibrary } from './testing/library.ts'
import { until } from './testing/control-plane.ts'

let library: Library
beforeAll(async () => {
  library = await openLibrary(standingClock())
})
afterAll(() => library?.close())

const ben = { type: 'Person', id: 'ben' }
const resource = { type: 'Document', id: 'x' }

describe('grants for a time', () => {
  it('begin and end by the clock of this process, also while it is cut off, in decisions, filters and masks', async () => {
    const { control, clock, database } = library
    const from = clock.now() + 4000
    const editor = { type: 'Role', id: 'editor' }
    control.changes = { timed: [{ from, until: from + 5000, membership: { child: ben, parent: editor } }] }
    const holdfast = await library.connect()
    await holdfast.checkColumns(database.pool, [Document])
    control.broken = 500

    const seen = async () => {
      const { text, values } =
        sql`SELECT count(*)::int AS n FROM documents WHERE ${holdfast.filter(ben, 'view', Document)}`
      const { rows } = await database.pool.query<{ n: number }>(text, [...values])
      return { rows: rows[0]?.n, digest: holdfast.columns(ben, Document).always.includes('digest') }
    }
    const may = () => holdfast.can(ben, 'viewDigest', resource).allowed
    const at = async (seconds: number) => {
      clock.move(from + seconds * 1000 - clock.now())
      return { may: may(), ...(await seen()) }
    }
    const before = { may: may(), ...(await seen()) }
    const justBefore = await at(-0.001)
    const during = await at(0)
    const last = await at(4.999)
    const after = await at(5)
    expect(justBefore).toEqual(before)
    expect(last).toEqual(during)
    expect(before).toMatchObject({ may: false, digest: false })
    expect(during).toMatchObject({ may: true, digest: true })
    expect(during.rows).toBeGreaterThan(before.rows ?? 0)
    expect(after).toEqual(before)
  })

  it('allow nothing while they contradict each other: not even what was allowed before', async () => {
    const { control, clock } = library
    control.broken = null
    const now = clock.now()
    const [a, b] = [
      { type: 'Role', id: 'editor' },
      { type: 'Group', id: 'readers' },
    ]
    control.changes = {
      timed: [
        { from: null, until: null, membership: { child: a, parent: b } },
        { from: now + 5000, until: now + 7000, membership: { child: b, parent: a } },
      ],
    }
    const holdfast = await library.connect()
    const open = { uid: resource, attrs: { open: true }, parents: [] }
    const may = () => holdfast.can(ben, 'viewTitle', open)
    expect(may()).toMatchObject({ allowed: true })
    clock.move(now + 6000 - clock.now())
    expect(may()).toMatchObject({ allowed: false, code: 'policy_unavailable' })
    clock.move(now + 8000 - clock.now())
    expect(may()).toMatchObject({ allowed: true })
  })

  it('that nobody can put together now refuse the bundle whole', async () => {
    const { control } = library
    const role = { type: 'Role', id: 'editor' }
    control.changes = { timed: [{ from: null, until: null, membership: { child: role, parent: role } }] }
    const problems: string[] = []
    const holdfast = await library.begin({ onProblem: ({ message }) => void problems.push(message) })
    await until(() => problems.length > 0)
    expect(problems.join()).toContain('its own ancestor')
    expect(holdfast.can(ben, 'viewTitle', resource).code).toBe('policy_unavailable')
  })
})
