import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Tally } from '../report.ts'
import { authzen } from './index.ts'
import { startTarget, type Target } from './target.ts'

// The runner against a real server: what it must see, and what it must not let pass.

const user = (id: string) => ({ type: 'user', id })
const doc = { type: 'doc', id: '1' }
const edit = { name: 'edit' }
const asked = { subject: user('wanda'), action: edit, resource: doc }
const policies =
  'permit (principal in Group::"writers", action == Action::"edit", resource) unless { resource has locked && resource.locked };'
const entities = [
  { uid: user('wanda'), attrs: {}, parents: [{ type: 'Group', id: 'writers' }] },
  { uid: user('zoe'), attrs: {}, parents: [] },
  { uid: doc, attrs: {}, parents: [] },
]
const refused = { ...asked, subject: user('zoe') }

let target: Target
const scratch = mkdtempSync(join(tmpdir(), 'holdfast-authzen-play-'))
beforeAll(async () => {
  target = await startTarget()
}, 120_000)
afterAll(async () => {
  await target.stop()
  rmSync(scratch, { recursive: true })
})

async function play(files: Readonly<Record<string, unknown>>): Promise<string[]> {
  const folder = mkdtempSync(join(scratch, 'f-'))
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  }
  const lines: string[] = []
  const tally = new Tally((line) => lines.push(line))
  await authzen.run(folder, { sample: undefined, url: `${target.url}/`, token: target.token }, tally)
  tally.finish()
  return lines.filter((line) => !line.startsWith('NOTE'))
}

it('passes what is as expected, at every endpoint, with and without a schema', async () => {
  const cases = [
    { request: asked, expected: true },
    { request: refused, expected: { decision: false } },
    {
      request: { action: edit, resource: doc, evaluations: [{ subject: user('wanda') }, { subject: user('zoe') }] },
      expected: [true, { decision: false }],
    },
    { request: { ...asked, subject: { type: 'user' } }, expected: { results: [user('wanda')] } },
    { request: { ...asked, resource: { type: 'doc' } }, expected: { results: [doc] } },
    { request: { subject: user('wanda'), resource: doc }, expected: { results: [edit] } },
    { request: { subject: user('wanda'), resource: { ...doc, properties: { locked: true } } }, expected: [] },
    { request: { ...asked, subject: { type: 'user' }, page: { limit: 1 } }, expected: { results: [user('wanda')] } },
    { request: { ...asked, subject: 'wanda' }, expected: { status: 400 } },
    { request: 'no JSON', status: 400, endpoint: 'evaluation' },
    { request: asked, expected: true, headers: { 'X-Request-ID': 'r-1' } },
  ]
  const schema =
    'entity Group; entity user in [Group]; entity doc { locked?: Bool }; action edit appliesTo { principal: user, resource: doc };'
  const invalid = schema.replace('locked?: Bool', '')
  expect(
    await play({
      'free.json': { policies, entities, cases },
      'typed.json': { policies, entities, cases, schema },
      'invalid.json': { policies: { one: policies }, entities, cases, schema: invalid },
      'interop.json': { policies: [policies], entities, evaluation: cases.slice(0, 2), evaluations: [cases[2]] },
      'package.json': { name: 'x' },
    }),
  ).toEqual(['36 passed, 0 failed, 0 skipped'])
})

it('knows actions that only cases name', async () => {
  const all = [
    { request: asked, expected: true },
    { request: { subject: user('wanda'), resource: doc }, expected: [edit, { name: 'view' }] },
  ]
  const open = 'permit (principal == user::"wanda", action, resource);'
  expect(await play({ 'a.json': { policies: open, entities, cases: all } })).toEqual(['2 passed, 0 failed, 0 skipped'])
})

it.each([
  ['a decision', { request: asked, expected: false }],
  [
    'a decision of a batch',
    { request: { ...asked, evaluations: [{}, { subject: user('zoe') }] }, expected: [true, true] },
  ],
  ['too few decisions', { request: { ...asked, evaluations: [{}] }, expected: [true, true] }],
  ['a result too many', { request: { ...asked, subject: { type: 'user' } }, expected: { results: [] } }],
  [
    'a result too few',
    { request: { ...asked, subject: { type: 'user' } }, expected: { results: [user('wanda'), user('zoe')] } },
  ],
  ['another status', { request: asked, expected: { status: 400 } }],
  ['a refusal', { request: { subject: 1 }, expected: true }],
])('fails on %s', async (_what, wrong) => {
  const lines = await play({ 'a.json': { policies, entities, cases: [wrong, { request: asked, expected: true }] } })
  expect(lines).toEqual([expect.stringMatching(/^FAIL a\.json#0: expected/), '1 passed, 1 failed, 0 skipped'])
})

it('lists apart what is denied since a forbid could not be evaluated', async () => {
  const closed = [policies, 'forbid (principal, action, resource) when { context.risk > 3 };']
  const cases = [
    { request: asked, expected: true },
    { request: { ...asked, evaluations: [{}, { context: { risk: 1 } }] }, expected: [true, true] },
    { request: { ...asked, evaluations: [{}, { context: { risk: 9 } }] }, expected: [true, true] },
    { request: { ...asked, context: { risk: 9 } }, expected: true },
  ]
  expect(await play({ 'a.json': { policies: closed, entities, cases } })).toEqual([
    expect.stringMatching(/^FAIL a\.json#2/),
    expect.stringMatching(/^FAIL a\.json#3/),
    expect.stringMatching(/^SKIP 2: .*ADR 9/),
    '0 passed, 2 failed, 2 skipped',
  ])
})

it('fails on what the server does not take, and on what is no JSON; skips what brings no policies', async () => {
  const cases = [{ request: asked, expected: true }]
  const lines = await play({
    '1.json': { policies: 'permit (principal', entities, cases },
    '2.json': '{',
    '3.json': { policies, entities: [{ uid: { type: 'no type', id: '1' } }], cases },
    '4.json': { cases },
    '5.json': { policies: 'permit (principal, action, resource) when { 9007199254740993 == 1 };', cases },
  })
  expect(lines).toEqual([
    expect.stringMatching(/^FAIL 1\.json#0: PUT .*422/),
    expect.stringMatching(/^FAIL 2\.json: no JSON/),
    expect.stringMatching(/^FAIL 3\.json#0: PUT .*entities/),
    'SKIP 1: a file that brings no policies',
    'SKIP 1: a literal integer beyond 2^53 - 1, which is refused when the policy is written',
    '0 passed, 3 failed, 2 skipped',
  ])
})
