import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Policy, Session } from './api/types.ts'
import { openBrowser } from './lab/browser.ts'
import { freePort } from './stack/ports.ts'
import { openFolder, start, type Started } from './testing/process.ts'
import { holdfast } from './testing/run.ts'

// The main job: one command, and Holdfast guards a shop. Real processes, the real embedded PostgreSQL, the printed attacks.

let folder: string
let data: string
let url: string
let parameters: string[]
let demo: Started

const cli = (...words: string[]) => holdfast([...words, '--url', url, '--data', data], { cwd: folder })
const cookies = (name: string) => readFileSync(join(data, `demo/${name}.cookies`), 'utf8')
const policiesOfShop = async () =>
  (JSON.parse((await cli('policies', 'list', 'shop', '--json')).out) as Policy[]).map(({ name }) => name).toSorted()
const passwords = (text: string) =>
  [...text.matchAll(/(\S+@shop\.example) +(\S+)/g)].map(([, who, word]) => `${who} ${word}`)

/** @returns the ids of their sessions, at Holdfast and at the shop */
async function sessionsOf(name: string, env: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const words = ['sessions', 'list', '--person', `${name}@shop.example`, '--json', '--url', url, '--data', data]
  const { out } = await holdfast(words, { cwd: folder, env })
  return (JSON.parse(out) as Session[]).map(({ id }) => id).toSorted()
}

beforeAll(async () => {
  folder = openFolder('demo')
  data = join(folder, 'data')
  const ports = [await freePort(), await freePort(), await freePort()]
  url = `http://localhost:${ports[0]}`
  parameters = ['start', '--demo', '--ports', ports.join(','), '--data', data]
  demo = start(parameters, { cwd: folder })
  await demo.saying(/Ctrl-C stops everything/)
})
afterAll(async () => {
  demo.child.kill('SIGTERM')
  await demo.ended()
  rmSync(folder, { recursive: true, force: true })
})

describe('the demonstration', () => {
  it('says where everything is and who may sign in, and warns of nothing', () => {
    const said = demo.said()
    for (const word of ['console', 'shop', 'gateway', 'set-up link', 'admin', 'customer']) expect(said).toContain(word)
    expect(passwords(said)).toHaveLength(3)
    expect(said).not.toMatch(/warning/i)
  })

  it.runIf(hasCurl())('prints attacks, and an honest request, that end as it says', () => {
    const attacks = [...demo.said().matchAll(/^ {5}(curl .*)\n {5}-> (\d{3})/gm)]
    expect(attacks.map(([, , status]) => status)).toEqual(['422', '403', '200', '401', '403', '403', '200'])
    for (const [, command = '', status] of attacks) {
      const answer = execFileSync('sh', ['-c', `${command} -s`], { cwd: folder, encoding: 'utf8' })
      expect(answer, command).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    }
  })

  it('refuses the attacks by the shop, and does not leak what it hides', () => {
    const read = (number: number) => {
      const [, command = ''] = [...demo.said().matchAll(/^ {5}(curl .*)$/gm)][number] ?? []
      return execFileSync('sh', ['-c', `${command} -s`], { cwd: folder, encoding: 'utf8' })
    }
    expect(read(0)).toContain('"path":"price"')
    expect(read(1)).toContain('resource.author == principal')
    expect(read(2)).toContain('displayName')
    expect(read(2)).not.toMatch(/@|card/i)
  })

  it('keeps its secrets for its owner', () => {
    const demoFolder = join(data, 'demo')
    for (const name of readdirSync(demoFolder).filter((file) => /\.(?:json|cookies)$/.test(file))) {
      expect([name, statSync(join(demoFolder, name)).mode & 0o077]).toEqual([name, 0])
    }
    expect(statSync(demoFolder).mode & 0o077).toBe(0)
  })

  it('is not started twice on the same data', async () => {
    const second = start([...parameters.slice(0, 2), '--data', data], { cwd: folder })
    expect(await second.ended()).toBe(1)
    expect(second.said()).toMatch(/^holdfast: Another Holdfast is already running .*\(data_busy\)\n$/)
  })

  it('stops whole at SIGINT, and the next start finds it as it was', async () => {
    const before = passwords(demo.said())
    const [ben, mia] = [cookies('ben'), cookies('mia')]
    const sessions = await sessionsOf('ben')
    expect((await cli('sessions', 'revoke', '--person', 'mia@shop.example')).code).toBe(0)
    const { out } = await cli('policies', 'delete', 'shop', 'customers-buy')
    expect(out).toContain('gone')
    demo.child.kill('SIGINT')
    demo.child.kill('SIGINT') // as npm does in a terminal
    expect(await demo.ended()).toBe(0)
    await expect(fetch(url)).rejects.toThrow()

    demo = start(parameters, { cwd: folder })
    await demo.saying(/Ctrl-C stops everything/)
    expect(passwords(demo.said())).toEqual(before)
    // Who is still signed in stays so, and who is not signs in anew.
    expect([cookies('ben'), await sessionsOf('ben')]).toEqual([ben, sessions])
    expect(cookies('mia')).not.toBe(mia)
    expect(await sessionsOf('mia')).toHaveLength(sessions.length)
    expect((await cli('policies', 'show', 'shop', 'customers-buy')).error).toContain('not_found')
    expect((await cli('policies', 'list', 'shop', '--json')).out).toContain('authors-delete-reviews')
  })

  it('leaves no part behind when it is killed, and mends a shop without any policy', async () => {
    // As a first start leaves it that was cut off between the application and its policies.
    const names = await policiesOfShop()
    for (const name of names) await cli('policies', 'delete', 'shop', name)
    writeFileSync(
      join(folder, 'bare.cedarschema'),
      'entity Person;\naction "get" appliesTo { principal: Person, resource: Person };\n',
    )
    expect((await cli('policies', 'schema', 'put', 'shop', 'bare.cedarschema')).code).toBe(0)
    const gateway = /gateway +(http:\S+)/.exec(demo.said())?.[1] ?? ''
    demo.child.kill('SIGKILL')
    await demo.ended()
    await expect
      .poll(() =>
        fetch(`${gateway}/.holdfast/healthz`).then(
          () => 'there',
          () => 'gone',
        ),
      )
      .toBe('gone')
    demo = start(parameters, { cwd: folder })
    await demo.saying(/Ctrl-C stops everything/)
    expect(await policiesOfShop()).toEqual([...names, 'customers-buy'].toSorted())
    expect((await cli('policies', 'schema', 'show', 'shop')).out).toContain('action viewWallet')
  })
})

describe('the log', () => {
  it('verifies, and a forged event is found and named', async () => {
    const state = join(folder, 'heads.json')
    const verify = () => cli('log', 'verify', '--state', state)
    expect(await verify()).toMatchObject({ code: 0 })
    const mend = await forge(data, 5)
    const { code, error } = await verify()
    expect([code, error.includes('first bad event: 5')]).toEqual([1, true])
    await mend()
    expect(await verify()).toMatchObject({ code: 0 })
  })
})

describe('the first operator', () => {
  it('ends the bootstrap token, and the next start does without', async () => {
    const browser = openBrowser()
    const page = await browser.open(/set-up link +(\S+)/.exec(demo.said())?.[1] ?? '')
    const word = 'a long sentence that is mine'
    await browser.submit(page, { email: 'me@example.com', name: 'Me', password: word })
    expect((await cli('whoami')).code).toBe(1)
    demo.child.kill('SIGTERM')
    await demo.ended()
    demo = start(parameters, { cwd: folder })
    expect(await demo.saying(/Ctrl-C stops everything/)).not.toContain('set-up link')
    // From now on the demonstration's admin has to sign in to seed, and leaves nothing of it behind.
    const env = { HOLDFAST_TOKEN: browser.cookie(url, '__Host-holdfast') ?? '' }
    expect(await sessionsOf('ada', env)).toHaveLength(1)
    demo.child.kill('SIGTERM')
    expect(await demo.ended()).toBe(0)
    demo = start(parameters, { cwd: folder })
    await demo.saying(/Ctrl-C stops everything/)
    expect(await sessionsOf('ada', env)).toHaveLength(1)
  })
})

describe('a part that dies', () => {
  it('stops the whole with a sentence', async () => {
    const [pid] = execFileSync('ps', ['-eo', 'pid,ppid,args'], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes(` ${demo.child.pid} `) && line.includes('gateway/src/main'))
      .map((line) => Number(line.trim().split(' ', 1)[0]))
    process.kill(pid ?? 0, 'SIGKILL')
    expect(await demo.ended()).toBe(1)
    expect(demo.said()).toMatch(/holdfast: The gateway ended \(SIGKILL\)\..*\(part_ended\)/s)
  })
})

/** As whoever owns the database could: past the rules that keep Holdfast itself from changing an event. @returns what undoes it */
async function forge(directory: string, seq: number): Promise<() => Promise<void>> {
  const cluster = join(directory, 'postgres')
  const password = readFileSync(join(cluster, 'postgres.password'), 'utf8')
  const flip = async (): Promise<void> => {
    const client = new Client({ host: join(cluster, 'run'), user: 'postgres', password, database: 'postgres' })
    await client.connect()
    try {
      await client.query('ALTER TABLE events DISABLE TRIGGER USER')
      const { rowCount } = await client.query(
        `UPDATE events SET body = set_byte(body, 70, get_byte(body, 70) # 1)
         WHERE id = (SELECT event_id FROM log_entries WHERE seq = $1)`,
        [seq],
      )
      expect(rowCount).toBe(1)
    } finally {
      await client.end()
    }
  }
  await flip()
  return flip
}

function hasCurl(): boolean {
  try {
    return execFileSync('curl', ['--version'], { encoding: 'utf8' }).startsWith('curl')
  } catch {
    return false
  }
}
