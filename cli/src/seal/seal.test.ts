import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../stack/ports.ts'
import { openFolder, start, type Started } from '../testing/process.ts'
import { holdfast, type Ran, scripted, type Surroundings } from '../testing/run.ts'

/** Each starts servers, beside whatever else the machine does. */
const long = { timeout: 120_000 }

const folder = openFolder('seal')
let url: string
let server: Started
const cli = (words: readonly string[], surroundings: Surroundings = {}): Promise<Ran> =>
  holdfast([...words, '--url', url, '--data', join(folder, 'data')], { cwd: folder, ...surroundings })
const settings: string[] = []

beforeAll(async () => {
  const port = await freePort()
  url = `http://localhost:${port}`
  settings.push('--data', join(folder, 'data'), '--set', `http.listen=127.0.0.1:${port}`, '--set', `publicUrl=${url}`)
  server = start(['start', ...settings], { cwd: folder })
  await server.saying(/Holdfast is ready/)
}, 60_000)
afterAll(async () => {
  server.child.kill('SIGTERM')
  await server.ended()
  rmSync(folder, { recursive: true, force: true })
})

async function restart(env: Record<string, string> = {}): Promise<string> {
  server.child.kill('SIGTERM')
  await server.ended()
  server = start(['start', ...settings], { cwd: folder, env })
  return server.saying(/Holdfast is (?:ready|sealed)/)
}

/** What a person reads from the screen. */
const sharesIn = (text: string) => text.match(/hfu_[a-z2-7]+/g) ?? []

describe('an installation on one machine', () => {
  let shares: string[]

  test('begins with a key file, and says so', long, async () => {
    expect(server.said()).toMatch(/The root key is sealed by file/)
    const { out } = await cli(['seal', 'status'])
    expect(out).toMatch(/kind\s+file/)
    expect(out).toMatch(/generation 1/)
    const said = (await cli(['doctor', '--set', `publicUrl=${url}`])).out
    expect(said).toMatch(/ok {4}seal .*sealed by file/)
    expect((await cli(['unseal'])).out).toMatch(/is not sealed/)
  })

  test('is sealed by shares once they were typed back', long, async () => {
    const asked = ['seal', 'change', '--to', 'shamir', '--shares', '3', '--threshold', '2']
    const given = await cli(asked, { answers: ['hfu_wrong', ''] })
    expect([given.code, given.error]).toEqual([1, expect.stringMatching(/The seal was not changed/)])
    expect(existsSync(join(folder, 'data', 'seal.key'))).toBe(true)
    expect((await cli(['seal', 'status'])).out).toMatch(/not confirmed\s+3 shares were shown/)

    const shown = await cli(asked)
    expect([shown.code, shown.error]).toEqual([0, expect.stringMatching(/Nothing is changed yet/)])
    shares = sharesIn(shown.out)
    expect(shares).toHaveLength(3)
    writeFileSync(join(folder, 'two'), `Ada:\n${shares[0]}\nBen:\n${shares[2]}\n`)
    const confirmed = await cli(['seal', 'confirm', '--share-file', 'two'])
    expect(confirmed.out).toMatch(/generation 2\) is sealed by shamir/)
    await expect.poll(() => existsSync(join(folder, 'data', 'seal.key'))).toBe(false)
  })

  test('starts sealed, tells what is needed, and is opened by several people', long, async () => {
    expect(await restart()).toMatch(/Holdfast is sealed \(shamir\).*until 2 of the 3 shares were given/)
    const refused = await cli(['people', 'list'])
    expect([refused.code, refused.error]).toEqual([1, expect.stringMatching(/\(sealed\)/)])
    expect((await cli(['seal', 'status'])).out).toMatch(/0 of 2 shares given/)
    const said = (await cli(['doctor', '--set', `publicUrl=${url}`])).out
    expect(said).toMatch(/fail {2}seal .*2 of 3 shares, 0 given/)
    expect((await cli(['unseal'])).code).toBe(2)

    const one = await cli(['unseal', '--stdin'], { stdin: `${shares[1]}\n` })
    expect(one.out).toMatch(/Still sealed: 1 of 2 shares given/)
    const typed = [`${shares[1]}`, 'nonsense', shares[2]?.toUpperCase().replaceAll(/(.{5})/g, '$1 ') ?? '']
    const two = await cli(['unseal'], { answers: typed })
    expect(two.error).toMatch(/Share 2 was given already/)
    expect(two.error).toMatch(/its checksum does not fit/)
    expect([two.code, two.out]).toEqual([0, expect.stringMatching(/is unsealed and ready/)])
    for (const { out, error } of [one, two]) for (const share of shares) expect(out + error).not.toContain(share)
    expect((await cli(['people', 'list'])).code).toBe(0)
  })

  test('changes to a passphrase, which a start finds in a file', long, async () => {
    const typo = await cli(['seal', 'change', '--to', 'passphrase'], {
      answers: ['six random words are good', 'six', 'y'],
    })
    expect(typo.error).toMatch(/not the same/)
    const passphrase = 'six random words are good'
    const said = await cli(['seal', 'change', '--to', 'passphrase'], { answers: [passphrase, passphrase, 'y'] })
    expect(said.out).toMatch(/is sealed by passphrase/)
    const file = join(folder, 'passphrase')
    writeFileSync(file, `${passphrase}\n`)
    expect(await restart({ HOLDFAST_SEAL_PASSPHRASE_FILE: file })).toMatch(/Holdfast is ready/)
    server.child.kill('SIGTERM')
    await server.ended()
    const demo = start(['start', '--demo', '--data', join(folder, 'data'), '--ports', '15001,15002,15003'], {
      cwd: folder,
    })
    expect([await demo.ended(), demo.said()]).toEqual([
      1,
      expect.stringMatching(/nobody is asked for it here.*\(sealed\)/),
    ])
    await restart()
    expect((await cli(['unseal', '--passphrase-file', 'passphrase'])).out).toMatch(/unsealed and ready/)
    expect((await cli(['seal', 'rotate', '--yes'])).out).toMatch(/generation 4: \d+ keys? wrapped anew, 1 replica told/)
  })

  test('writes shares to files of their own, for their owners alone', long, async () => {
    const words = [
      'seal',
      'change',
      '--to',
      'shamir',
      '--shares',
      '2',
      '--threshold',
      '2',
      '--share-directory',
      'shares/apart',
      '-y',
    ]
    const { out, error } = await cli(words)
    expect(out + error).not.toMatch(/hfu_/)
    expect(out).toMatch(/is sealed by shamir/)
    const files = [1, 2].map((number) => readFileSync(join(folder, 'shares/apart', `share-${number}.txt`), 'utf8'))
    expect(files.flatMap(sharesIn)).toHaveLength(2)
    const back = await cli(['seal', 'change', '--to', 'file', '--yes'])
    expect(back.out).toMatch(/is sealed by file/)
    expect(await restart()).toMatch(/Holdfast is ready/)
  })

  test('takes no options that do not go together', long, async () => {
    const words = ['seal', 'change', '--to', 'passphrase', '--threshold', '2']
    expect([(await cli(words)).code, (await cli(['seal', 'change', '--to', 'nothing'])).code]).toEqual([2, 2])
  })
})

test('a token is not sent to a server that asks for its seal', async () => {
  const fake = await scripted(({ path }) => ({
    body: { sealed: !path.endsWith('unseal'), kind: 'passphrase', shares: null },
  }))
  const env = { HOLDFAST_TOKEN: 'hfk_secret' }
  await holdfast(['unseal', '--url', fake.url, '--stdin'], { env, stdin: 'a passphrase' })
  expect(fake.asked.length).toBeGreaterThan(1)
  for (const { token } of fake.asked) expect(token).toBeUndefined()
  await fake.close()
})
