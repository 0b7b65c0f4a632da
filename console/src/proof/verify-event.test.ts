import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allHold, type Check } from './check.ts'
import type { Remembered } from './memory.ts'
import { makeLog, type TestLog } from './testing/log.ts'
import { verifyEvent } from './verify-event.ts'

const log = await makeLog(20)
const now = '2026-11-22T12:00:00.000Z'

/** What is verified of event 7 of 20, by a browser that saw 10 of them; what is given replaces what is so. */
async function verdict(changes: {
  readonly text?: string
  readonly document?: unknown
  readonly id?: string
  readonly remembered?: Remembered | null
  readonly from?: TestLog
}) {
  const { from = log } = changes
  const event = from.events[6]
  return await verifyEvent({
    text: changes.text ?? (await from.proof(7, 20)),
    shown: { id: changes.id ?? event?.id ?? '', document: changes.document ?? event?.document },
    remembered: changes.remembered === undefined ? await sawTen() : changes.remembered,
    askConsistency: async (one, other) => (other > 20 ? null : await from.consistency(one, other)),
    now,
  })
}

const sawTen = async (): Promise<Remembered> => ({
  vkey: log.vkey,
  since: '2026-11-01T00:00:00.000Z',
  checkpoint: await log.checkpoint(10),
  seenAt: '2026-11-20T00:00:00.000Z',
})

const failed = (checks: readonly Check[]) => checks.filter(({ holds }) => holds !== true).map(({ name }) => name)

describe('verifyEvent', () => {
  it('holds for what was recorded, and draws its path', async () => {
    const { checks, path, remember } = await verdict({})
    expect(checks.map(({ name }) => name)).toEqual(['Key', 'Signature', 'History', 'Place', 'Content'])
    expect(allHold(checks)).toBe(true)
    expect(path).toMatchObject({ seq: 7, root: await log.root(20), checkpoint: { size: 20 } })
    expect(path?.steps).toHaveLength(5)
    expect(remember).toMatchObject({ vkey: log.vkey, since: '2026-11-01T00:00:00.000Z', seenAt: now })
    expect(remember?.checkpoint).toBe(await log.checkpoint(20))
  })

  it('takes the first key for the log’s, and says so', async () => {
    const { checks, remember } = await verdict({ remembered: null })
    expect(allHold(checks)).toBe(true)
    expect(checks[0]?.detail).toMatch(/first time/u)
    expect(remember).toMatchObject({ vkey: log.vkey, since: now })
  })

  it('notices that the key has changed, and remembers nothing of it', async () => {
    const { checks, remember } = await verdict({ from: await makeLog(20) })
    expect(failed(checks)).toContain('Key')
    expect(remember).toBeNull()
  })

  it('notices a forged entry: it is not in the tree that was signed', async () => {
    const forged = await makeLog(20, undefined, 'forged')
    const event = forged.events[6]
    const text = await log.proof(7, 20, {
      entry: btoa(String.fromCharCode(...(event?.entry ?? []))),
      opening: event?.opening,
    })
    const { checks, path } = await verdict({ text, document: event?.document })
    expect(failed(checks)).toEqual(['Place'])
    expect(path?.root).not.toEqual(await log.root(20))
  })

  it('notices that the event says something else than its entry commits to', async () => {
    const opening = (await makeLog(7, undefined, 'forged')).events[6]?.opening
    expect(failed((await verdict({ text: await log.proof(7, 20, { opening }) })).checks)).toEqual(['Content'])
  })

  it('notices that the page is shown something else than was recorded', async () => {
    const document = { ...(log.events[6]?.document as object), message: 'event 7, nothing happened' }
    expect(failed((await verdict({ document })).checks)).toEqual(['Content'])
  })

  it('notices a value of somebody’s that is another, or was added', async () => {
    const opening = log.events[6]?.opening
    const own = opening?.openings['/actor/user/name'] as object
    for (const openings of [
      { '/actor/user/name': { ...own, value: 'Eve' } },
      { ...opening?.openings, '/message': own },
      { '/actor/user/name': own, '/__proto__/x': own },
    ]) {
      const text = await log.proof(7, 20, { opening: { ...opening, openings } })
      expect(failed((await verdict({ text })).checks)).toEqual(['Content'])
    }
  })

  it('holds when something was erased, and says how much', async () => {
    const opening = { ...log.events[6]?.opening, openings: {} }
    const document = { ...(log.events[6]?.document as object), actor: { user: { name: '[erased]' } } }
    const { checks } = await verdict({ text: await log.proof(7, 20, { opening }), document })
    expect(allHold(checks)).toBe(true)
    expect(checks.at(-1)?.detail).toMatch(/One field was erased/u)
  })

  it('is no success when what was recorded cannot be shown', async () => {
    expect(failed((await verdict({ text: await log.proof(7, 20, { opening: null }) })).checks)).toEqual(['Content'])
  })

  it('notices the proof of another event', async () => {
    expect(failed((await verdict({ text: await log.proof(8, 20) })).checks)).toEqual(['Place', 'Content'])
  })

  it('notices two histories, and a log that was rolled back', async () => {
    const remembered = await sawTen()
    const forked = { ...remembered, checkpoint: remembered.checkpoint.replace(/\n10\n/u, '\n9\n') }
    expect(failed((await verdict({ remembered: forked })).checks)).toEqual(['History'])
    const longer = { ...remembered, checkpoint: remembered.checkpoint.replace('\n10\n', '\n500\n') }
    const { checks, remember } = await verdict({ remembered: longer })
    expect(failed(checks)).toEqual(['History'])
    expect(checks[2]?.detail).toMatch(/longer once/u)
    expect(remember).toBeNull()
  })

  it('takes an earlier checkpoint than the one it saw when the server shows that the later one continues it', async () => {
    const remembered = { ...(await sawTen()), checkpoint: await log.checkpoint(20) }
    const { checks, remember } = await verdict({ remembered, text: await log.proof(7, 12) })
    expect(allHold(checks)).toBe(true)
    expect(remember?.checkpoint).toBe(await log.checkpoint(20))
  })

  it('notices any change of the text, and never throws', async () => {
    const good = await log.proof(7, 20)
    const pieces = fc.constantFrom('', 'A', '=', '\n', '0', '{}', '\u2014')
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: good.length - 1 }), pieces, async (at, put) => {
        const text = good.slice(0, at) + put + good.slice(at + 1)
        fc.pre(text !== good)
        expect(allHold((await verdict({ text })).checks)).toBe(false)
      }),
    )
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        expect(allHold((await verdict({ text })).checks)).toBe(false)
      }),
    )
  })
})
