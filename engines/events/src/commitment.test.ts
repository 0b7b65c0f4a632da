import { createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalize } from './json.ts'
import {
  CommitmentError,
  commitDocument,
  commitmentOf,
  openDocument,
  type Openings,
  parseBody,
  SALT_BYTES,
  saltBytes,
  verifyDocument,
} from './commitment.ts'
import { ERASED, type PersonalField } from './personal.ts'

const document = {
  actor: { user: { uid: 'a', name: 'Ada Lovelace' } },
  src_endpoint: { ip: '192.0.2.7' },
  unmapped: { data: { added: ['bob@example.org', 'eve@example.org'], amount: 7 } },
}
const ada = 'Person/a'
const bob = 'Person/b'
const personal: readonly PersonalField[] = [
  { pointer: '/actor/user/name', subject: ada },
  { pointer: '/src_endpoint/ip', subject: ada },
  { pointer: '/unmapped/data/added/0', subject: bob },
  { pointer: '/unmapped/data/added/1', subject: null },
]
const salts = Buffer.from(Array.from({ length: 4 * SALT_BYTES }, (_, at) => at))
const made = commitDocument(document, personal, salts)
const salt = salts.subarray(0, SALT_BYTES)
const body = parseBody(made.body)
const all: Openings = { ...made.openings.get(ada), ...made.openings.get(bob) }

describe('commitDocument', () => {
  it('takes what is somebody’s out of the body, and gives it to each of them', () => {
    expect(made.body).not.toMatch(/Ada|192\.0\.2|bob@/)
    expect(made.body).toContain('eve@example.org')
    expect([...made.openings.keys()]).toEqual([ada, bob])
    expect(Object.keys(made.openings.get(ada) ?? {})).toEqual(['/actor/user/name', '/src_endpoint/ip'])
    expect(openDocument(body, all)).toEqual({ document, erased: [] })
    expect(verifyDocument(made.body, salt, made.commitment)).toBe(true)
  })

  it('is what the documentation says, computed by hand', () => {
    const hash = (...parts: (string | Uint8Array)[]) => {
      const sha = createHash('sha256')
      for (const part of parts) sha.update(part)
      return sha.digest()
    }
    const name = hash('holdfast/event-field/v1\n', salts.subarray(16, 32), '"Ada Lovelace"')
    expect(body.fields['/actor/user/name']).toBe(name.toString('base64url'))
    expect(made.body).toBe(canonicalize({ document: body.document, fields: body.fields }))
    expect(made.commitment).toEqual(hash('holdfast/event/v1\n', salt, made.body))
  })

  it('hides values of which there are few: without the salt, the right guess looks like any other', () => {
    const yes = commitDocument({ vote: 'yes' }, [{ pointer: '/vote', subject: ada }], randomBytes(2 * SALT_BYTES))
    const again = commitDocument({ vote: 'yes' }, [{ pointer: '/vote', subject: ada }], randomBytes(2 * SALT_BYTES))
    const [one, other] = [yes, again].map(({ body }) => parseBody(body).fields['/vote'])
    expect(one).not.toBe(other)
    // Whoever has body, commitment and the event's salt, but not the person's key, tries both answers.
    for (const guess of ['yes', 'no']) {
      for (const known of ['', yes.commitment, 'holdfast/event-field/v1\n']) {
        const tried = createHash('sha256').update('holdfast/event-field/v1\n').update(known).update(canonicalize(guess))
        expect(tried.digest('base64url')).not.toBe(one)
      }
    }
    // And a commitment of the log does not tell which of two documents it is of either.
    expect(yes.commitment.equals(again.commitment)).toBe(false)
  })

  it('wants a place for each field, once, and a salt for each', () => {
    const field = (pointer: string): PersonalField => ({ pointer, subject: ada })
    const attempt = (...fields: PersonalField[]) => commitDocument(document, fields, randomBytes(saltBytes(fields)))
    expect(() => attempt(field('/nothing'))).toThrow(RangeError)
    expect(() => attempt(field('/actor/user/name'), field('/actor/user/name'))).toThrow(RangeError)
    expect(() => attempt(field('/actor/user/name'), field('/actor/user'))).toThrow(RangeError)
    expect(() => attempt(field('/actor/user'), field('/actor/user/name'))).toThrow(RangeError)
    expect(() => attempt(field(''))).toThrow(RangeError)
    expect(() => commitDocument(document, personal, salts.subarray(1))).toThrow(RangeError)
  })
})

describe('a document of which somebody was erased', () => {
  const { document: left, erased } = openDocument(body, made.openings.get(bob) ?? {})

  it('says so in their places, and everything else as before', () => {
    expect(erased.toSorted()).toEqual(['/actor/user/name', '/src_endpoint/ip'])
    expect(left).toEqual({
      actor: { user: { uid: 'a', name: ERASED } },
      src_endpoint: { ip: ERASED },
      unmapped: document.unmapped,
    })
  })

  it('verifies as before', () => {
    expect(verifyDocument(made.body, salt, made.commitment)).toBe(true)
  })

  it('is not confused by an application that sends what looks like a commitment', () => {
    const faked = { data: { fields: { '/data': 'x' }, $commitment: 'x', name: 'Ada' } }
    const { body: text } = commitDocument(faked, [{ pointer: '/data/name', subject: ada }], randomBytes(32))
    expect(openDocument(parseBody(text), {}).erased).toEqual(['/data/name'])
  })
})

describe('what was changed', () => {
  it.each([
    ['another value', { ...all, '/actor/user/name': { ...all['/actor/user/name'], value: 'Eve' } }],
    ['another salt', { ...all, '/actor/user/name': { salt: 'A'.repeat(22), value: 'Ada Lovelace' } }],
    ['a short salt', { ...all, '/actor/user/name': { salt: 'AA', value: 'Ada Lovelace' } }],
    ['a value from another place', { ...all, '/actor/user/name': all['/src_endpoint/ip'] }],
    ['no value', { ...all, '/actor/user/name': { salt: all['/actor/user/name']?.salt } }],
    ['a field that the body does not have', { ...all, '/unmapped/data/amount': all['/actor/user/name'] }],
    ['a field called like what every object has', { toString: all['/actor/user/name'] }],
  ])('in the openings is refused: %s', (_, openings) => {
    expect(() => openDocument(body, openings as Openings)).toThrow(CommitmentError)
  })

  it('in the body, the salt or the commitment does not verify', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 7 }), fc.constantFrom('body', 'salt', 'commitment'), (at, bit, what) => {
        const parts = {
          body: Buffer.from(made.body),
          salt: Buffer.from(salt),
          commitment: Buffer.from(made.commitment),
        }
        const place = at % parts[what].length
        parts[what][place] = (parts[what][place] ?? 0) ^ (1 << bit)
        expect(verifyDocument(parts.body.toString('latin1'), parts.salt, parts.commitment)).toBe(false)
      }),
    )
    expect(verifyDocument(made.body, salt.subarray(1), commitmentOf(made.body, salt.subarray(1)))).toBe(false)
  })

  it.each([
    '',
    'null',
    '[]',
    '{}',
    '{"document":1}',
    '{"fields":{}}',
    '{"document":{},"fields":[]}',
    '{"document":{},"fields":{"/a":1}}',
  ])('so that it is no body is refused: %s', (text) => {
    expect(() => parseBody(text)).toThrow(CommitmentError)
  })

  it('a body whose fields are not in its document is refused', () => {
    const field = made.openings.get(ada)?.['/actor/user/name']
    const other = { document: {}, fields: { '/a/b': body.fields['/actor/user/name'] ?? '' } }
    expect(() => openDocument(other, { '/a/b': field ?? { salt: '', value: '' } })).toThrow(CommitmentError)
  })
})

describe('any document', () => {
  it('comes back whole, and verifies, with any of its parts being somebody’s', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), fc.nat(), (value, pick) => {
        fc.pre(!JSON.stringify(value).includes('\\ud'))
        const names = Object.keys(value)
        const name = names[pick % Math.max(1, names.length)]
        const pointer = `/${name?.replaceAll('~', '~0').replaceAll('/', '~1')}`
        const fields = name === undefined ? [] : [{ pointer, subject: ada }]
        const bytes = randomBytes(saltBytes(fields))
        const { body, commitment, openings } = commitDocument(value, fields, bytes)
        expect(verifyDocument(body, bytes.subarray(0, SALT_BYTES), commitment)).toBe(true)
        const opened = openDocument(parseBody(body), openings.get(ada) ?? {})
        expect(canonicalize(opened.document)).toBe(canonicalize(value))
        expect(openDocument(parseBody(body), {}).erased).toEqual(fields.map((field) => field.pointer))
      }),
    )
  })
})
