import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLogger, type Logger, scrubLine } from './logger.ts'

const card = '4111 1111 1111 1111'
const token = `hfs_${'Ab3xQ'.repeat(8)}`
const url = `https://ada:hunter2@shop.example/pay?access_token=${token}&n=1`

let folder: string
let logger: Logger
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-logger-'))
  logger = createLogger({ level: 'trace', file: join(folder, 'server.log') })
})
afterEach(() => rmSync(folder, { recursive: true }))

function lines(): string[] {
  const text = readFileSync(join(folder, 'server.log'), 'utf8')
  expect(text.endsWith('\n')).toBe(true)
  return text.trimEnd().split('\n')
}

const error = Object.assign(new Error(`card ${card} refused`, { cause: new Error(`at ${url}`) }), {
  authorization: 'Basic x',
  request: { url },
})

/** Everything that somebody can hand to a logger, each with a secret in it. */
const WAYS: readonly (readonly [what: string, log: (to: Logger) => void])[] = [
  ['a message', (to) => to.info(`paid with ${card}`)],
  ['a message with values', (to) => to.info('paid %s with %o at %j', token, { card }, { url })],
  ['a message in a format', (to) => to.info(`%s ${url}`, 'x')],
  ['a field', (to) => to.info({ note: card, url }, 'x')],
  [
    'a field by its name',
    (to) => to.info({ password: 'hunter2', headers: { cookie: 'hunter2' }, card: { number: '1234 1111' } }, 'x'),
  ],
  ['the message as a field', (to) => to.info({ msg: `token=${token}` })],
  ['the name of a field', (to) => to.info({ [token]: 1, [`k ${card}`]: 2 })],
  ['an error alone', (to) => to.error(error)],
  ['an error and a message', (to) => to.error(error, `for ${card}`)],
  ['an error under another name', (to) => to.error({ error, err: error, deep: [{ why: error }] }, 'x')],
  ['several errors', (to) => to.error(new AggregateError([error], card))],
  ['something that is thrown and no error', (to) => to.error({ error: `thrown ${token}` })],
  ['a bound field', (to) => to.child({ url, password: 'hunter2' }).info('x')],
  [
    'a bound field of a bound logger',
    (to) =>
      to
        .child({ a: 1 })
        .child({ [token]: card })
        .warn({ b: 2 }, 'x'),
  ],
  ['bindings set later', (to) => (to.setBindings({ card }), to.info('x'))],
  [
    'a map, a set, headers and an address',
    (to) =>
      to.info({
        m: new Map([['k', token]]),
        s: new Set([card]),
        h: new Headers({ cookie: 'hunter2' }),
        u: new URL(url),
      }),
  ],
  [
    'what has its own JSON',
    (to) => to.info({ it: { toJSON: () => ({ card }) }, big: 4111111111111111n, n: 4111111111111111 }),
  ],
  ['JSON in a text', (to) => to.info({ body: JSON.stringify({ password: 'hunter2', c: card }) })],
  [
    'an encoded text',
    (to) => to.info(encodeURIComponent(`?q=${card}`) + Buffer.from(`{"t":"${token}"}`).toString('base64')),
  ],
]

it.each(WAYS)('takes secrets out of %s', (_, log) => {
  log(logger)
  const written = lines()
  expect(written.length).toBe(1)
  const text = written.join('\n')
  expect(JSON.parse(text)).toMatchObject({
    level: expect.stringMatching(/^(?:info|warn|error)$/) as string,
    time: expect.any(String) as string,
  })
  expect(text).not.toMatch(/4111|1111 1|hunter2|Ab3xQ|Basic x|NDExM|JBYjN4U/)
})

it('leaves what is no secret, and writes for the owner of the process alone', () => {
  logger.info(
    { route: '/api/v1/people', status: 200, seconds: 0.01, id: '01907f3e-1111-7111-8111-111111111111' },
    'request',
  )
  expect(JSON.parse(lines()[0] ?? '')).toEqual({
    level: 'info',
    time: expect.any(String) as string,
    route: '/api/v1/people',
    status: 200,
    seconds: 0.01,
    id: '01907f3e-1111-7111-8111-111111111111',
    msg: 'request',
  })
  expect(statSync(join(folder, 'server.log')).mode & 0o777).toBe(0o600)
})

it('spells an error out under any name, with its causes', () => {
  logger.error({ error: new Error('a', { cause: new Error('b') }) }, 'x')
  expect(JSON.parse(lines()[0] ?? '')).toMatchObject({
    error: {
      name: 'Error',
      message: 'a',
      stack: expect.stringContaining('logger.test') as string,
      cause: { message: 'b' },
    },
    msg: 'x',
  })
})

it('writes one line of JSON, whatever is logged', () => {
  fc.assert(
    fc.property(
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true }),
      fc.string({ unit: 'binary' }),
      (value, text) => {
        logger.info({ value }, text)
        expect(lines().every((line) => typeof JSON.parse(line) === 'object')).toBe(true)
      },
    ),
    { numRuns: 50 },
  )
  expect(JSON.parse(scrubLine(`not json ${token}`))).toEqual({ level: 'error', msg: 'not json [redacted:hfs]' })
})
