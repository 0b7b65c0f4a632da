import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { systemClock } from '../../../platform/clock.ts'
import { systemRandom } from '../../../platform/random.ts'
import { type Fixture, openFixture } from '../../../testing/fixture.ts'
import { startChild } from '../../../testing/processes/child.ts'
import { keysConfig } from '../config.ts'
import { createKeyring } from '../keyring.ts'
import type { Keyring } from '../types.ts'
import { createSealDesk } from './desk.ts'
import { keyFile } from './key-file.ts'
import { SealMismatch } from './seal.ts'

let fixture: Fixture
let folder: string
beforeEach(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  folder = mkdtempSync(join(tmpdir(), 'holdfast-reseal-'))
})
afterEach(async () => {
  await fixture.close()
  rmSync(folder, { recursive: true })
})

const path = () => join(folder, 'seal.key')
const resealing = (passphrase: string, what: string, point: string) =>
  startChild('resealing.ts', [fixture.url, fixture.tenant, path(), passphrase, what, point])

/** What an operator has at hand after the crash. */
interface Means {
  readonly passphrase?: string
  readonly shares?: readonly string[]
}

const place = { table: 'things', row: '1', column: 'secret' }

/** A replica that starts on this. @returns what `run` gives once it is unsealed, or why it stays shut */
async function replica<T>(
  { passphrase, shares }: Means,
  run: (keyring: Keyring) => Promise<T>,
): Promise<T | 'sealed' | 'mismatch'> {
  const desk = createSealDesk({
    database: fixture.database,
    clock: systemClock,
    means: { kind: 'file', file: keyFile(path()), passphrase },
    onError: () => {},
    onNote: () => {},
  })
  try {
    await desk.start()
    for (const share of shares ?? []) await desk.unseal({ share }, { address: null, userAgent: null })
    if (desk.status().sealed) return 'sealed'
    const random = systemRandom(systemClock)
    const parts = { database: fixture.database, root: desk.keeper, clock: systemClock, random }
    return await run(createKeyring({ ...parts, config: keysConfig.parse({}) }))
  } catch (error) {
    if (error instanceof SealMismatch) return 'mismatch'
    throw error
  } finally {
    await desk.stop()
  }
}

const restart = (means: Means, sealed: Buffer) =>
  replica(means, async ({ installation }) => (await installation.open(place, sealed)).toString())

/** Something that was encrypted before anything happened to the seal. */
async function closed(): Promise<Buffer> {
  const sealed = await replica({}, ({ installation }) => installation.close(place, Buffer.from('kept')))
  if (typeof sealed === 'string') throw new Error(sealed)
  return sealed
}

describe('killed while the seal is changed from a file', () => {
  test.each([
    ['passphrase', 'rewrapped', 'old'],
    ['passphrase', 'committing', 'either'],
    ['passphrase', 'committed', 'new'],
    ['shamir', 'prepared', 'old'],
    ['shamir', 'rewrapped', 'old'],
    ['shamir', 'committing', 'either'],
    ['shamir', 'committed', 'new'],
    ['file', 'written', 'old'],
    ['file', 'rewrapped', 'old'],
    ['file', 'committing', 'either'],
    ['file', 'committed', 'new'],
    ['rotate', 'rewrapped', 'old'],
    ['rotate', 'committing', 'either'],
  ])(
    'to %s, at the point "%s": the seal that opens is the %s one',
    { timeout: 120_000 },
    async (what, point, which) => {
      const sealed = await closed()
      const before = readFileSync(path(), 'utf8')
      const child = resealing('', what, point)
      const shares = what === 'shamir' ? (JSON.parse(await child.line('shares ')) as string[]) : undefined
      expect(await child.ended).toBe('SIGKILL')

      // With the key file as the crash left it. A file seal is in it either way.
      const old = await restart({}, sealed)
      const fresh =
        what === 'passphrase'
          ? await restart({ passphrase: 'the next passphrase' }, sealed)
          : what === 'shamir'
            ? await restart({ shares: [shares?.[2] ?? '', shares?.[0] ?? ''] }, sealed)
            : old
      if (what === 'file' || what === 'rotate') expect(old).toBe('kept')
      else if (which === 'old') expect(old).toBe('kept')
      else if (which === 'new') expect([old, fresh]).toEqual(['sealed', 'kept'])
      else expect([[old, fresh].includes('kept'), old === 'kept' && which === 'new']).toEqual([true, false])

      // What is left of the seal before: once the new one holds, its key is gone from the file after the next start.
      const { rows } = await fixture.admin.query<{ kind: string }>("SELECT kind FROM seals WHERE state = 'current'")
      if (rows[0]?.kind !== 'file') expect(existsSync(path())).toBe(false)
      else
        expect(keyFile(path()).keys()).toHaveLength(
          what === 'file' && readFileSync(path(), 'utf8').startsWith(before) ? 2 : 1,
        )
    },
  )
})

test('killed while a change goes back to a file: the passphrase or the file opens', { timeout: 120_000 }, async () => {
  const sealed = await closed()
  const there = resealing('', 'passphrase', 'never')
  await there.ended
  const passphrase = 'the next passphrase'
  expect(await restart({}, sealed)).toBe('sealed')
  for (const point of ['written', 'rewrapped'] as const) {
    expect(await resealing(passphrase, 'file', point).ended).toBe('SIGKILL')
    // The key that was written for nothing lies there, and opens nothing; the next change takes it.
    expect(keyFile(path()).keys()).toHaveLength(1)
    expect(await restart({ passphrase }, sealed)).toBe('kept')
  }
  expect(await resealing(passphrase, 'file', 'committed').ended).toBe('SIGKILL')
  expect(keyFile(path()).keys()).toHaveLength(1)
  expect(await restart({}, sealed)).toBe('kept')
})
