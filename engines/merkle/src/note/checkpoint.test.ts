import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MerkleError } from '../error.ts'
import { formatCheckpoint, parseCheckpoint } from './checkpoint.ts'

const root = Buffer.from('CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=', 'base64')
const text = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n'

it('is the text of the example of tlog-checkpoint', () => {
  const checkpoint = { origin: 'example.com/behind-the-sofa', size: 20_852_163, root, extensions: [] }
  expect(parseCheckpoint(text)).toEqual(checkpoint)
  expect(formatCheckpoint(checkpoint)).toBe(text)
  expect(parseCheckpoint(`${text}one\ntwo\n`).extensions).toEqual(['one', 'two'])
})

it.each([
  ['origin\n1\n', 'no root'],
  [text.slice(0, -1), 'no newline at its end'],
  [`\n${text.slice(text.indexOf('\n') + 1)}`, 'no origin'],
  [text.replace('20852163', '020852163'), 'a leading zero'],
  [text.replace('20852163', '-1'), 'a sign'],
  [text.replace('20852163', '9007199254740992'), 'a size beyond 2^53 - 1'],
  [text.replace('q2I=', 'q2J='), 'base64 in another form'],
  [text.replace('CsUY', ''), 'a short root'],
  [`${text}\nafter an empty line\n`, 'an empty line'],
])('refuses %j', (malformed) => {
  expect(() => parseCheckpoint(malformed)).toThrow(expect.objectContaining({ code: 'checkpoint_malformed' }))
})

it('is read in one way or refused', () => {
  const pieces = fc.constantFrom('\n', 'origin', '0', '17', root.toString('base64'), '=', ' ', 'x')
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(pieces).map((all) => all.join('')),
      ),
      (any) => {
        try {
          expect(formatCheckpoint(parseCheckpoint(any))).toBe(any)
        } catch (error) {
          expect(error).toBeInstanceOf(MerkleError)
        }
      },
    ),
  )
})

it('is not written when it could not be read again', () => {
  const good = { origin: 'a', size: 1, root, extensions: [] }
  for (const bad of [
    { origin: '' },
    { origin: 'a\nb' },
    { size: -1 },
    { size: 0.5 },
    { root: root.subarray(1) },
    { extensions: [''] },
  ]) {
    expect(() => formatCheckpoint({ ...good, ...bad })).toThrow(RangeError)
  }
})
