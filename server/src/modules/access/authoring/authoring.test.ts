import { afterEach, describe, expect, it } from 'vitest'
import { type Authoring, createAuthoring } from './authoring.ts'

let authoring: Authoring | undefined
afterEach(async () => authoring?.close())

const plain = 'entity A; action g appliesTo { principal: [A], resource: [A] };'
const policy = 'permit (principal, action, resource);'

/** Written out it has 2^60 attributes. */
const bomb = `${Array.from({ length: 60 }, (_, n) => `type T${n} = { a: T${n + 1}, b: T${n + 1} };`).join('')}type T60 = Long; entity A { t: T0 };`

/** Every principal with every resource for every action: 27 million questions, in 9 KiB. */
function crowd(count: number): string {
  const names = (letter: string) => Array.from({ length: count }, (_, n) => `${letter}${n}`).join(', ')
  return `entity ${names('P')}; entity ${names('R')};
    action ${names('a')} appliesTo { principal: [${names('P')}], resource: [${names('R')}] };`
}

describe('checking texts', () => {
  it('answers as Cedar does', async () => {
    authoring = createAuthoring()
    expect(await authoring.parsePolicy('p', policy)).toMatchObject({ ok: true, effect: 'permit' })
    expect(await authoring.parseSchema(plain)).toMatchObject({ ok: true })
    expect(await authoring.validate({ p: policy }, plain)).toEqual([])
    expect(await authoring.parsePolicy('p', 'permit (')).toMatchObject({ ok: false })
  })

  it.each([
    ['types that name the next one twice', (it: Authoring) => it.parseSchema(bomb)],
    ['a policy under a schema of very many combinations', (it: Authoring) => it.validate({ p: policy }, crowd(300))],
  ])('gives up on %s, while everything else goes on', async (_what, attack) => {
    authoring = createAuthoring({ seconds: 1 })
    await authoring.parseSchema(plain)
    let ticks = 0
    const heart = setInterval(() => {
      ticks += 1
    }, 20)
    const attacked = attack(authoring)
    const after = authoring.parsePolicy('p', policy)
    expect(JSON.stringify(await attacked)).toMatch(/took longer than 1 s/)
    clearInterval(heart)
    expect(ticks).toBeGreaterThan(10)
    expect(await after).toMatchObject({ ok: true })
  })

  it('refuses more than it can look at', async () => {
    const busy = createAuthoring()
    authoring = busy
    const answers = await Promise.all(Array.from({ length: 200 }, () => busy.parsePolicy('p', policy)))
    expect(answers.filter(({ ok }) => ok).length).toBeGreaterThan(0)
    expect(JSON.stringify(answers.at(-1))).toMatch(/too many texts/)
  })

  it('refuses what cannot be stored: U+0000 in a string', async () => {
    authoring = createAuthoring()
    const texts = [
      'permit (principal == A::"a\\0b", action, resource);',
      '@doc("a\\u{0}b") permit (principal, action, resource);',
    ]
    for (const text of texts) expect(JSON.stringify(await authoring.parsePolicy('p', text)), text).toMatch(/U\+0000/)
    expect(JSON.stringify(await authoring.parseSchema('entity A { "a\\0b": Long };'))).toMatch(/U\+0000/)
  })
})
