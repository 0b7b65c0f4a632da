import { MerkleError } from '../error.ts'
import { fromBase64 } from '../text.ts'
import { isKeyName, type Signer, type Verifier } from './key.ts'

/** A note whose text at least one known key has signed. */
export interface OpenedNote {
  /** Ends in a newline. */
  readonly text: string
  /** The known keys that signed it. */
  readonly signedBy: readonly Verifier[]
}

interface Signature {
  readonly name: string
  readonly id: number
  readonly bytes: Uint8Array
}

const MOST_SIGNATURES = 100
const MOST_NOTE_LENGTH = 1_000_000
const SIGNATURE = /^\u2014 (\S+) (\S+)$/u
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/

/** A signed note (C2SP signed-note). `text` ends in a newline. */
export function signNote(text: string, signers: readonly Signer[]): string {
  if (!text.endsWith('\n') || CONTROL.test(text) || !text.isWellFormed()) {
    throw new RangeError('The text of a note ends in a newline and has no other control characters.')
  }
  const lines = signers.map((signer) => {
    const id = Buffer.alloc(4)
    id.writeUInt32BE(signer.id)
    return `\u2014 ${signer.name} ${Buffer.concat([id, signer.sign(text)]).toString('base64')}\n`
  })
  return `${text}\n${lines.join('')}`
}

/**
 * Opens a signed note: signatures of unknown keys are ignored, those of known keys must hold.
 * @throws MerkleError `note_malformed`, or `note_unsigned` when no known key signed it, or one did not sign this
 */
export function openNote(note: string, verifiers: readonly Verifier[]): OpenedNote {
  const { text, signatures } = parseNote(note)
  const signedBy = new Set<Verifier>()
  for (const { name, id, bytes } of signatures) {
    const verifier = verifiers.find((each) => each.name === name && each.id === id)
    if (verifier === undefined) continue
    if (!verifier.verify(text, bytes)) throw new MerkleError('note_unsigned', `The signature of ${name} does not hold.`)
    signedBy.add(verifier)
  }
  if (signedBy.size === 0) throw new MerkleError('note_unsigned', 'No known key has signed the note.')
  return { text, signedBy: [...signedBy] }
}

/** The notes of a file in which they stand one after the other; what is no whole note at its end is one by itself, to be refused when it is opened. */
export function splitNotes(text: string): string[] {
  const notes: string[] = []
  let note = ''
  let signed = false
  for (const line of text.split(/(?<=\n)/)) {
    const signature = line.startsWith('\u2014 ')
    if (signed && !signature) {
      notes.push(note)
      note = ''
    }
    signed = signature
    note += line
  }
  return note === '' ? notes : [...notes, note]
}

function parseNote(note: string): { text: string; signatures: readonly Signature[] } {
  if (note.length > MOST_NOTE_LENGTH || CONTROL.test(note) || !note.isWellFormed()) {
    throw malformed('A note is a text without control characters.')
  }
  const split = note.lastIndexOf('\n\n')
  if (split < 0 || !note.endsWith('\n')) throw malformed('A note has a text, an empty line and signatures.')
  const lines = note.slice(split + 2, -1).split('\n')
  if (lines.length > MOST_SIGNATURES) throw malformed(`A note has at most ${MOST_SIGNATURES} signatures.`)
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignature) }
}

function parseSignature(line: string): Signature {
  const [, name = '', encoded = ''] = SIGNATURE.exec(line) ?? []
  const bytes = fromBase64(encoded)
  if (!isKeyName(name) || bytes === undefined || bytes.length < 5)
    throw malformed('A signature of the note is malformed.')
  return { name, id: bytes.readUInt32BE(0), bytes: bytes.subarray(4) }
}

function malformed(message: string): MerkleError {
  return new MerkleError('note_malformed', message)
}
