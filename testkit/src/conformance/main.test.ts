import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { sampleByFolder } from './sample.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'holdfast-conformance-'))
afterAll(() => rmSync(scratch, { recursive: true }))

/** A corpus of our own, laid out as the Cedar one. */
function corpus(files: { readonly [name: string]: unknown }): string {
  const folder = mkdtempSync(join(scratch, 'corpus-'))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return folder
}

function run(...args: string[]): Promise<{ code: number; lines: string[] }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], (error, stdout, stderr) => {
      const lines = `${stdout}${stderr}`.trim().split('\n')
      resolve({ code: error === null ? 0 : Number(error.code), lines })
    })
  })
}

const uid = (type: string, id: string) => ({ type, id })
const request = {
  principal: uid('User', 'a'),
  action: uid('Action', 'view'),
  resource: uid('Photo', 'p'),
  context: { from: '10.0.0.1', by: uid('User', 'a') },
  decision: 'allow',
  reason: ['policy0'],
  errors: [],
}
const shared = {
  'data/schema.cedarschema': `entity User, Photo = { owner: User };
    action all; action view in [all] appliesTo { principal: User, resource: Photo, context: { from: ipaddr, by: User } };`,
  'data/entities.json': [{ uid: uid('Photo', 'p'), attrs: { owner: uid('User', 'a') }, parents: [] }],
  'tests/good.cedar': `permit(principal, action in Action::"all", resource)
    when { context.from.isInRange(ip("10.0.0.0/8")) && context.by == resource.owner };`,
  'tests/huge.cedar': 'permit(principal, action, resource) when { 9007199254740993 == 1 };',
  'tests/broken.cedar': 'permit(principal',
}
const test = (policies: string, requests: unknown[]) => ({
  policies: `tests/${policies}.cedar`,
  entities: 'data/entities.json',
  schema: 'data/schema.cedarschema',
  shouldValidate: true,
  requests,
})

describe('the conformance runner', () => {
  it('counts what passes and what is skipped, and says why', async () => {
    const folder = corpus({
      ...shared,
      'tests/1.json': test('good', [request]),
      'tests/2.json': test('huge', [request, request]),
    })
    expect(await run('cedar', folder)).toEqual({
      code: 0,
      lines: [
        'SKIP 2: a literal integer beyond 2^53 - 1, which is refused when the policy is loaded',
        '1 passed, 0 failed, 2 skipped',
      ],
    })
  })

  it.each([
    ['another decision', { ...request, decision: 'deny', reason: [] }, 'expected deny reasons [] errors []'],
    ['other reasons', { ...request, reason: ['policy1'] }, 'expected allow reasons [policy1] errors []'],
    ['an error', { ...request, errors: ['policy0'] }, 'expected allow reasons [policy0] errors [policy0]'],
  ])('fails on %s', async (_what, wrong, expected) => {
    const folder = corpus({ ...shared, 'tests/1.json': test('good', [request, wrong]) })
    expect(await run('cedar', folder)).toEqual({
      code: 1,
      lines: [
        `FAIL tests/1.json#1: ${expected} got allow reasons [policy0] errors []`,
        '1 passed, 1 failed, 0 skipped',
      ],
    })
  })

  it('fails on what does not load, request by request', async () => {
    const folder = corpus({
      ...shared,
      'tests/1.json': test('broken', [request, request]),
      'tests/2.json': test('none', [request]),
    })
    const { code, lines } = await run('cedar', folder)
    expect(code).toBe(1)
    expect(lines.at(-1)).toBe('0 passed, 3 failed, 0 skipped')
  })

  it('does not take an empty folder for a success', async () => {
    expect(await run('cedar', corpus({ 'README.md': '' }))).toEqual({
      code: 1,
      lines: ['0 passed, 0 failed, 0 skipped'],
    })
  })

  it('says how it is called', async () => {
    for (const args of [
      [],
      ['none', scratch],
      ['cedar'],
      ['cedar', join(scratch, 'none')],
      ['cedar', scratch, '--sample', '0'],
    ]) {
      expect((await run(...args)).code).toBe(2)
    }
    expect((await run()).lines[0]).toBe('Usage: npm run conformance -- NAME DIR [--sample N] [--in-process]')
  })
})

describe('sampleByFolder', () => {
  it('takes some of each folder, the same ones every time', () => {
    const names = Array.from({ length: 100 }, (_, at) => `big/${String(at).padStart(2, '0')}`)
    const sample = sampleByFolder([...names.toReversed(), 'small/a'], 4)
    expect(sample).toEqual(['big/00', 'big/25', 'big/50', 'big/75', 'small/a'])
    expect(sampleByFolder(names, undefined)).toEqual(names)
  })
})
