import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Person } from '../api/types.ts'
import { startReal, type RealServer } from '../testing/server.ts'
import type { Grant } from './grants.ts'

let real: RealServer
let eve = ''
const on = ['--application', 'blog']
const schema = `entity Role in [Role];
entity Group in [Group, Role];
entity Person in [Group, Role];
entity Service in [Group, Role];
entity Page { owner: Person };
action read, write appliesTo { principal: [Person, Service], resource: Page };
`

function file(name: string, content: string): string {
  const path = join(real.folder, name)
  writeFileSync(path, content)
  return path
}

async function access(...words: string[]): Promise<string> {
  const { code, out, error } = await real.cli(['access', ...words, ...on])
  expect(code, error).toBe(0)
  return out
}

beforeAll(async () => {
  real = await startReal()
  await real.json('applications', 'create', 'blog')
  await real.cli(['policies', 'schema', 'put', 'blog', file('blog.cedarschema', schema)])
  const policies = {
    writers: 'permit (principal in Role::"writer", action, resource);',
    page: 'permit (principal == ?principal, action == Action::"read", resource == ?resource);',
  }
  for (const [name, text] of Object.entries(policies)) {
    expect((await real.cli(['policies', 'put', 'blog', file(`${name}.cedar`, text)])).code).toBe(0)
  }
  eve = (await real.json<Person>('people', 'create', 'eve@example.com', '--name', 'Eve', '--no-password')).id
})
afterAll(() => real.stop())

describe('access', () => {
  it('stores what the questions are about', async () => {
    const pages = [{ uid: { type: 'Page', id: '1' }, attrs: { owner: { type: 'Person', id: eve } } }]
    expect(await access('entities', 'put', file('pages.json', JSON.stringify(pages)))).toBe('1 stored, 0 changed.\n')
    expect(await access('entities', 'list')).toContain('Page::"1"')
  })

  it('gives roles, tells who has them and who can, now and then, and takes them back', async () => {
    expect(await access('roles', 'create', 'writer', '--name', 'Writer')).toBe('Role writer is there.\n')
    expect(await access('roles', 'create', 'chief', '--parent', 'writer')).toBe('Role chief is there.\n')
    expect(await access('who-can', 'write', 'Page::1')).toBe('Nobody can.\n')
    const reason = ['--reason', 'new here']
    const told = await access('grants', 'give', 'eve@example.com', '--role', 'chief', ...reason)
    expect(told).toMatch(/^Grant \S+ \(version 1\): Person::".+" has role chief from .+ without end\.\n$/)
    const then = new Date().toISOString()
    expect(await access('grants', 'list', '--principal', 'eve@example.com')).toContain('role chief')
    expect(await access('who-can', 'write', 'Page::"1"')).toMatch(new RegExp(`Person::"${eve}" +Eve +writers`))
    expect(await access('what-can', 'eve@example.com')).toMatch(/Page::"1" +read +writers\nPage::"1" +write +writers/)
    expect(await access('explain', 'eve@example.com', 'write', 'Page::1')).toContain('permitted by writers')
    const [grant] = await real.json<Grant[]>('access', 'grants', 'list', ...on)
    expect(await access('grants', 'end', grant?.id ?? '', '--reason', 'left')).toContain('version 2')
    expect(await access('who-can', 'write', 'Page::1')).toBe('Nobody can.\n')
    expect(await access('who-can', 'write', 'Page::1', '--at', then)).toContain(eve)
    expect(await access('grants', 'show', grant?.id ?? '')).toMatch(/2 .+left\n1 .+new here\n/)
    const history = await access('history', '--principal', 'eve@example.com')
    expect(history.split('\n').filter((line) => line.includes('grant '))).toHaveLength(2)
    expect((await real.cli(['access', 'explain', 'eve@example.com', 'write', 'Page::1', ...on])).code).toBe(1)
    expect(await access('roles', 'delete', 'chief')).toBe('Role chief is gone.\n')
    expect(await access('what-can', 'eve@example.com')).toBe('Nothing of what is stored or named here.\n')
  })

  it('says what is wrong with a question, in a sentence', async () => {
    const refused = async (...words: string[]) => {
      const { code, error } = await real.cli(['access', ...words, ...on])
      return `${code} ${error}`
    }
    expect(await refused('who-can', 'wriet', 'Page::1')).toContain(
      '1 holdfast: The schema of blog has no action wriet.',
    )
    expect(await refused('who-can', 'write', 'Pages::1')).toContain('has no entity type Pages.')
    expect(await refused('what-can', eve, '--type', 'Pages')).toMatch(/^2 .*names no entity/)
    expect(await refused('history', '--role', 'writer', '--policy', 'page')).toMatch(/^2 .*cannot be used with/)
    expect(await refused('who-can', 'write', 'Page::1', '--at', '2026-03-01x')).toMatch(/^2 .*A date is needed/)
    expect(await refused('log', '--rate', '3')).toMatch(/^2 .*A number from 0 to 1 is needed/)
    expect(await refused('test', real.folder)).toContain(`There is no *.policy-test.yaml in ${real.folder}.`)
    expect(await refused('diff', 'live', real.folder, '--action', 'wriet')).toContain(
      'neither side has an action wriet',
    )
    expect((await real.cli(['access', 'receipt', 'no.jwt'])).error).toMatch(/no\.jwt cannot be read\./)
  })

  it('fills the slots of a template', async () => {
    const told = await access(
      'grants',
      'give',
      'eve@example.com',
      '--template',
      'page',
      '--resource',
      'Page::1',
      '--reason',
      'x',
    )
    expect(told).toContain('page on Page::"1"')
    expect(await access('who-can', 'read', 'Page::1')).toContain('page/')
    const neither = await real.cli(['access', 'grants', 'give', 'eve@example.com', '--reason', 'x', ...on])
    expect([neither.code, neither.error]).toEqual([2, expect.stringContaining('--role and --template')])
  })
})
