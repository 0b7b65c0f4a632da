import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { expand, seeded } from './compose.ts'
import { readGrammar } from './grammar.ts'
import { type BenignFile, benignFiles, benignRoot, textsOf } from './texts.ts'

/** No text is longer, in bytes: what an application's largest free-text field takes. */
export const LONGEST = 8192

/** So many tries for one more text that is not there yet, before a grammar counts as too small. */
const TRIES = 1000

/** What the grammars compose, by file: the same texts each time, each different from all others of the corpus. */
export function composed(): ReadonlyMap<string, readonly string[]> {
  const files = benignFiles()
  const byHand = files.filter(({ made }) => made === 'hand')
  const seen = new Set(byHand.flatMap(({ file }) => textsOf(file)))
  const common = grammarOf('common').symbols
  const hand = remembered((name) => byHand.filter(named(name)).flatMap(({ file }) => textsOf(file)))
  return new Map(
    files
      .filter(({ made }) => made === 'composed')
      .map(({ file }) => {
        const name = basename(file, '.jsonl')
        const { count, symbols } = grammarOf(name)
        const composer = { symbols: new Map([...common, ...symbols]), hand, random: seeded(seedOf(name)) }
        const fresh = () => {
          for (let turn = 0; turn < TRIES; turn++) {
            const text = expand(composer, 'start')
            if (Buffer.byteLength(text) > LONGEST || seen.has(text)) continue
            seen.add(text)
            return text
          }
          throw new RangeError(`the grammar ${name} has no ${count} different texts`)
        }
        return [file, Array.from({ length: count }, fresh)] as const
      }),
  )
}

function grammarOf(name: string): ReturnType<typeof readGrammar> {
  return readGrammar(readFileSync(`${benignRoot}grammars/${name}.txt`, 'utf8'))
}

function named(name: string): (file: BenignFile) => boolean {
  return ({ file }) => (name.endsWith('/') ? file.startsWith(`hand/${name}`) : file === `hand/${name}.jsonl`)
}

function remembered<T>(make: (name: string) => T): (name: string) => T {
  const made = new Map<string, T>()
  return (name) => {
    const known = made.get(name) ?? make(name)
    made.set(name, known)
    return known
  }
}

/** So that a change to one grammar leaves the texts of the others as they are. */
function seedOf(name: string): number {
  return Array.from(name).reduce((seed, letter) => (Math.imul(seed, 31) + letter.charCodeAt(0)) | 0, 2026)
}
