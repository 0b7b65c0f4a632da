import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Policy } from '../api/types.ts'
import { freePort } from '../stack/ports.ts'
import { start } from '../testing/process.ts'
import type { Surroundings } from '../testing/run.ts'
import { startReal, type RealServer } from '../testing/server.ts'

// A stranger's project: their own routes, the real frameworks, guarded by the difference that `init` writes.

let real: RealServer
beforeAll(async () => {
  real = await startReal()
})
afterAll(() => real.stop())

let project: string
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'holdfast-stranger-'))
})
afterEach(() => rmSync(project, { recursive: true, force: true }))

const file = (name: string) => readFileSync(join(project, name), 'utf8')
const init = (words: readonly string[], surroundings: Surroundings = {}) =>
  real.cli(['init', ...words], { cwd: project, ...surroundings })

function write(name: string, source: string, manifest: object): void {
  writeFileSync(join(project, name), source)
  writeFileSync(join(project, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
}

const expressModule = (port: number) => `import express from 'express'

const app = express()

app.get('/posts', (req, res) => res.send('posts'))
app.listen(${port}, '127.0.0.1', () => console.log('listening'))
`
const expressCommon = (port: number) => `const express = require('express');

const app = express();

app.get('/posts', (req, res) => { res.send('posts'); });
app.listen(${port}, '127.0.0.1', () => console.log('listening'));
`
const honoTyped = (port: number) => `import { serve } from '@hono/node-server'
import { Hono } from 'hono'

export function createApp(): Hono {
  const app = new Hono()
  app.get('/posts', (c) => c.text('posts'))
  return app
}

serve({ fetch: createApp().fetch, hostname: '127.0.0.1', port: ${port} }, () => console.log('listening'))
`

describe("a stranger's backend", () => {
  it.each([
    ['express', 'app.js', { name: '@acme/Mod Blog', type: 'module' }, 'mod-blog', expressModule],
    ['express', 'app.js', { name: 'common-blog' }, 'common-blog', expressCommon],
    ['hono', 'server.ts', { name: 'hono-blog', type: 'module' }, 'hono-blog', honoTyped],
  ] as const)('in %s (%s, %j) is guarded by it', async (framework, entry, manifest, application, source) => {
    const port = await freePort()
    write(entry, source(port), manifest)
    expect((await init([framework, '--yes'])).code).toBe(0)
    expect(file(entry).split('\n').length - source(port).split('\n').length).toBeLessThanOrEqual(3)
    expect(JSON.parse(file('package.json'))).toMatchObject({
      dependencies: { '@holdfast/sdk': expect.stringMatching(/^file:/) },
    })
    expect(statSync(join(project, '.holdfast/credentials.json')).mode & 0o777).toBe(0o600)
    expect(file('.holdfast/.gitignore')).toBe('*\n')

    symlinkSync(fileURLToPath(new URL('../../../node_modules', import.meta.url)), join(project, 'node_modules'))
    const stranger = await key(application)
    const member = await key(application, 'members')
    const app = start([], { file: join(project, entry), cwd: project })
    try {
      await app.saying(/listening/)
      const ask = (bearer: string) =>
        fetch(`http://127.0.0.1:${port}/posts`, { headers: { authorization: `Bearer ${bearer}` } })
      expect((await fetch(`http://127.0.0.1:${port}/posts`)).status).toBe(401)
      const refused = await ask(stranger)
      expect(refused.status).toBe(403)
      expect(await refused.json()).toMatchObject({
        explanation: { nearest: { policy: 'members-may-read', failed: 'principal in Group::"members"' } },
      })
      const answered = await ask(member)
      expect([answered.status, await answered.text()]).toEqual([200, 'posts'])
    } finally {
      app.child.kill('SIGTERM')
      await app.ended()
    }
  })
})

describe('init', () => {
  const blog = { name: 'idle-blog', type: 'module' }

  it('changes nothing the second time, and leaves policies as their team has them', async () => {
    write('app.js', expressModule(3000), blog)
    await init(['express', '--yes'])
    const before = [file('app.js'), file('package.json'), file('.holdfast/credentials.json')]
    await real.cli(['policies', 'delete', 'idle-blog', 'members-may-read'])
    const { code, out } = await init(['express'])
    expect([code, out]).toEqual([0, 'This project is guarded already, as idle-blog. Nothing was changed.\n'])
    expect([file('app.js'), file('package.json'), file('.holdfast/credentials.json')]).toEqual(before)
    expect((await real.json<Policy[]>('policies', 'list', 'idle-blog')).map(({ name }) => name)).toEqual([
      'admins-may-do-everything',
    ])
  })

  it('makes a new key where the old one is dead', async () => {
    write('app.js', expressModule(3000), { ...blog, name: 'keyless-blog' })
    await init(['express', '--yes'])
    const before = file('.holdfast/credentials.json')
    await real.cli(['services', 'delete', 'keyless-blog'])
    expect((await init(['express', '--yes'])).code).toBe(0)
    expect(file('.holdfast/credentials.json')).not.toBe(before)
  })

  it.each([
    ['nobody is there to agree', {}, 'Nobody is here'],
    ['the person says no', { answers: ['n'] }, 'Nothing was done'],
    ['the person just presses return', { answers: [''] }, 'Nothing was done'],
  ])('writes nothing when %s', async (_name, surroundings, sentence) => {
    write('app.js', expressModule(3000), { ...blog, name: 'never-blog' })
    const { code, error } = await init(['express'], surroundings)
    expect([code, error.includes(sentence)]).toEqual([1, true])
    expect(file('app.js')).toBe(expressModule(3000))
    expect(existsSync(join(project, '.holdfast'))).toBe(false)
    expect((await real.cli(['applications', 'show', 'never-blog'])).code).toBe(1)
  })

  it('writes when the person agrees', async () => {
    write('app.js', expressModule(3000), { ...blog, name: 'agreed-blog' })
    expect((await init(['express'], { answers: ['y'] })).code).toBe(0)
    expect(file('app.js')).toContain('@holdfast/sdk/express')
  })

  it('writes nothing when the control plane does not know the token', async () => {
    write('app.js', expressModule(3000), blog)
    const { code } = await init(['express', '--yes'], { env: { HOLDFAST_TOKEN: 'hfk_wrong' } })
    expect([code, file('app.js')]).toEqual([1, expressModule(3000)])
  })

  it('says what is missing or too many', async () => {
    expect((await init(['express'])).error).toContain('no_project')
    write('app.js', 'console.log(1)\n', blog)
    expect((await init(['express'])).error).toContain('no_application')
    expect((await init(['koa'])).code).toBe(2)
    writeFileSync(join(project, 'a.js'), expressModule(1))
    writeFileSync(join(project, 'b.js'), expressModule(2))
    const several = await init(['express', '--dry-run'])
    expect(several.error).toMatch(/several_applications\)\n {2}a\.js:3\n {2}b\.js:3\n/)
    expect((await init(['express', '--dry-run', '--entry', 'b.js'])).out).toContain('+++ b/b.js')
    writeFileSync(join(project, 'package.json'), '{')
    expect((await init(['express'])).error).toContain('is no JSON')
  })
})

async function key(application: string, group?: string): Promise<string> {
  const name = `${group ?? 'stranger'}-of-${application}`
  const words = [
    'services',
    'create',
    name,
    '--application',
    application,
    ...(group === undefined ? [] : ['--group', group]),
  ]
  return (await real.json<{ key: string }>(...words)).key
}
