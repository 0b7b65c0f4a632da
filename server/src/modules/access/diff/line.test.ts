import { expect, test } from 'vitest'
import { ok } from '../../../platform/outcome.ts'
import { diffErrors } from './errors.ts'
import { createLines } from './line.ts'

const here = new AbortController().signal

function gate() {
  let open: () => void = () => {}
  const opened = new Promise<void>((done) => {
    open = done
  })
  return { open, opened }
}

test('one runs at a time for a tenant, a few wait, more are refused; nobody waits for another tenant', async () => {
  const lines = createLines(2)
  const { open, opened } = gate()
  const began: string[] = []
  const enter = (tenant: string, name: string, until: Promise<void> = Promise.resolve()) =>
    lines.enter(tenant, here, async () => {
      began.push(name)
      await until
      return ok(name)
    })
  const first = enter('a', 'first', opened)
  const others = [enter('a', 'second'), enter('a', 'third')]
  expect(await enter('a', 'fourth')).toMatchObject({
    ok: false,
    error: diffErrors.diff_busy,
    reply: { headers: { 'retry-after': '10' } },
  })
  expect(await enter('b', 'elsewhere')).toMatchObject({ ok: true, value: 'elsewhere' })
  expect(began).toEqual(['first', 'elsewhere'])
  open()
  expect(await Promise.all([first, ...others])).toMatchObject([
    { value: 'first' },
    { value: 'second' },
    { value: 'third' },
  ])
  expect(began).toEqual(['first', 'elsewhere', 'second', 'third'])
  expect(await enter('a', 'again')).toMatchObject({ ok: true, value: 'again' })
})

test('one that fails, and one whose asker is gone, keep nobody waiting', async () => {
  const lines = createLines(2)
  const { open, opened } = gate()
  const gone = new AbortController()
  let ran = false
  const broken = lines.enter('a', here, async () => {
    await opened
    throw new Error('broken')
  })
  const left = lines.enter('a', gone.signal, async () => {
    ran = true
    return ok(null)
  })
  const last = lines.enter('a', here, async () => ok('last'))
  gone.abort(new Error('gone'))
  open()
  await expect(broken).rejects.toThrow('broken')
  await expect(left).rejects.toThrow('gone')
  expect(await last).toMatchObject({ value: 'last' })
  expect(ran).toBe(false)
})
