import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MerkleError } from '../error.ts'
import { signerOf } from '../testing/log.ts'
import { createVerifier } from './key.ts'
import { openNote, signNote, splitNotes } from './note.ts'

/** The example of C2SP signed-note, and one of golang.org/x/mod/sumdb/note. */
const foreign = [
  {
    vkey: 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
    text: 'This is an example message.\n',
    signature:
      'example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=',
  },
  {
    vkey: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
    signature:
      'PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=',
  },
]
const [one, other] = [signerOf(1), signerOf(2)]
const keyOf = ({ vkey }: { vkey: string }) => createVerifier(vkey)

describe('signed notes', () => {
  it.each(foreign)('that others signed are opened: $vkey', ({ vkey, text, signature }) => {
    const opened = openNote(`${text}\n\u2014 ${signature}\n`, [createVerifier(vkey)])
    expect(opened).toMatchObject({ text, signedBy: [{ vkey }] })
  })

  it('are opened with any of their keys; what others signed is passed over', () => {
    const note = signNote('a text\n\nwith an empty line\n', [one, other])
    expect(openNote(note, [keyOf(other)]).signedBy).toMatchObject([{ vkey: other.vkey }])
    expect(openNote(note, [keyOf(one), keyOf(other)]).signedBy).toHaveLength(2)
    expect(openNote(note, [keyOf(one)]).text).toBe('a text\n\nwith an empty line\n')
  })

  it('are refused without a known key, though somebody else uses its name', () => {
    const note = signNote('a text\n', [other])
    expect(() => openNote(note, [keyOf(one)])).toThrow(expect.objectContaining({ code: 'note_unsigned' }))
    expect(() => openNote(note, [])).toThrow(expect.objectContaining({ code: 'note_unsigned' }))
  })

  it('are refused when a known key did not sign this text, though another one did', () => {
    const stolen = signNote('another text\n', [one]).split('\n').at(-2) ?? ''
    const note = `${signNote('a text\n', [other])}${stolen}\n`
    expect(openNote(note, [keyOf(other)]).text).toBe('a text\n')
    expect(() => openNote(note, [keyOf(one), keyOf(other)])).toThrow(expect.objectContaining({ code: 'note_unsigned' }))
  })

  it('are refused with any bit of text or signature changed', () => {
    const note = Buffer.from(signNote('holdfast.test/log\n17\nroot\n', [one]))
    fc.assert(
      fc.property(fc.nat({ max: note.length - 1 }), fc.nat({ max: 7 }), (at, bit) => {
        const changed = Buffer.from(note)
        changed[at] = (changed[at] ?? 0) ^ (1 << bit)
        expect(() => openNote(changed.toString(), [keyOf(one)])).toThrow(MerkleError)
      }),
    )
  })

  it.each([
    ['', 'no text at all'],
    ['text\n', 'no signature'],
    ['text\n\n', 'no signature line'],
    ['text\n\n\u2014 name AAAAAAAA', 'no newline at its end'],
    ['text\n\n- name AAAAAAAA\n', 'another dash'],
    ['text\n\n\u2014 name AAAAAA==\n', 'a signature of four bytes'],
    ['text\n\n\u2014 na+me AAAAAAAA\n', 'a plus in the name'],
    ['text\r\n\n\u2014 name AAAAAAAA\n', 'a control character'],
    ['text\n\n\u2014 name AAAAAAAB=\n', 'base64 that is none'],
    [`text\n\n${'\u2014 name AAAAAAAA\n'.repeat(101)}`, 'too many signatures'],
  ])('are refused when malformed: %#', (note) => {
    expect(() => openNote(note, [keyOf(one)])).toThrow(expect.objectContaining({ code: 'note_malformed' }))
  })

  it('are opened or refused, whatever they are', () => {
    const pieces = fc.constantFrom('\n', '\n\n', '\u2014 ', one.name, ' ', 'AAAAAAAA', 'text', '\u0000', '\ud800', '+')
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((all) => all.join('')),
        ),
        (note) => {
          expect(() => openNote(note, [keyOf(one)])).toThrow(MerkleError)
        },
      ),
    )
  })

  it('are not signed when they could not be read again', () => {
    for (const text of ['no newline', 'tab\t\n', '\ud800\n']) expect(() => signNote(text, [one])).toThrow(RangeError)
  })
})

describe('verifier keys', () => {
  it('are what their signers say', () => {
    expect(keyOf(one)).toMatchObject({ name: one.name, id: one.id, vkey: one.vkey })
  })

  it('are read in one way or refused', () => {
    const changed = fc
      .tuple(fc.nat({ max: one.vkey.length - 1 }), fc.constantFrom('+', 'A', '0', '=', '', ' '))
      .map(([at, text]) => one.vkey.slice(0, at) + text + one.vkey.slice(at + 1))
    fc.assert(
      fc.property(fc.oneof(fc.string(), changed), (vkey) => {
        fc.pre(vkey !== one.vkey)
        expect(() => createVerifier(vkey)).toThrow(expect.objectContaining({ code: 'key_malformed' }))
      }),
    )
  })

  it('have names that fit into a note', () => {
    for (const name of ['', 'a b', 'a+b', 'a\nb', 'a\u00a0b']) expect(() => signerOf(1, name)).toThrow(RangeError)
  })
})

describe('a file of notes', () => {
  it('gives back each of them', () => {
    const notes = fc.array(
      fc
        .tuple(fc.constantFrom('a\n', 'b\n\nc\n', '\nd\n'), fc.constantFrom([one], [one, other]))
        .map(([text, signers]) => signNote(text, signers)),
    )
    fc.assert(
      fc.property(notes, (all) => {
        expect(splitNotes(all.join(''))).toEqual(all)
      }),
      { numRuns: 30 },
    )
  })

  it('loses nothing, whatever is in it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('\n', '\u2014 x y\n', 'text', '\u2014')).map((all) => all.join('')),
        (text) => {
          expect(splitNotes(text).join('')).toBe(text)
        },
      ),
    )
  })
})
