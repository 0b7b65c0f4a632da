import { parse } from 'yaml'
import { CorpusFiles } from '../conformance/corpus/files.ts'
import { type Part, place, type Sample } from './sample.ts'

/** `.txt` files with a percent-encoded value a line; those called `benign*` or `false_positives*` hold no attacks. */
export async function injectionSamples(directory: string): Promise<readonly Sample[]> {
  const files = await CorpusFiles.open(directory)
  const names = files
    .names()
    .filter((name) => name.endsWith('.txt') && !/(?:^|\/)(?:benign|false_positives)/.test(name))
  const texts = await Promise.all(names.toSorted().map((name) => files.text(name)))
  return texts
    .flatMap((text) => text.split(/\r?\n/))
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const written = line.includes(' ') ? line.replaceAll('+', '%2B') : line.replaceAll('+', '%20')
      return place('injection', line, 'query', written.replace(/[ #&]/g, encodeURIComponent))
    })
}

interface PayloadFile {
  readonly payload: readonly string[]
  readonly encoder: readonly string[]
  readonly placeholder: readonly (string | Readonly<Record<string, unknown>>)[]
}

const PARTS: Readonly<Record<string, Part>> = {
  URLParam: 'query',
  HTMLForm: 'form',
  HTMLMultipartForm: 'multipart',
  JSONRequest: 'json',
  Header: 'header',
  UserAgent: 'agent',
  URLPath: 'path',
}

const ENCODERS: Readonly<Record<string, (payload: string) => string>> = {
  Plain: (payload) => payload,
  URL: (payload) => encodeURIComponent(payload).replaceAll('%20', '+'),
  Base64Flat: (payload) => Buffer.from(payload).toString('base64').replace(/=+$/, ''),
}

/**
 * GoTestWAF's files: each payload in each encoder and each placeholder. What is encoded and put where nobody decodes it (JSON,
 * multipart) stays encoded, as its requests have it; other bodies (XML, gRPC, GraphQL, raw requests) carry the payload alone.
 * @returns attacks by folder and type, and the texts of `false-pos`, which must pass
 */
export async function payloadSamples(directory: string): Promise<{ attacks: Sample[]; benign: Sample[] }> {
  const files = await CorpusFiles.open(directory)
  const found: { attacks: Sample[]; benign: Sample[] } = { attacks: [], benign: [] }
  for (const name of files
    .names()
    .filter((each) => /\.ya?ml$/.test(each))
    .toSorted()) {
    const { payload, encoder, placeholder } = parse(lenient(await files.text(name))) as PayloadFile
    const kind = name.replace(/\.ya?ml$/, '')
    const into = kind.startsWith('false-pos/') ? found.benign : found.attacks
    for (const text of payload)
      for (const how of encoder) for (const where of placeholder) into.push(sampleOf(kind, text, how, where))
  }
  return found
}

/** The Go parser that these files are written for reads `\\'` in double quotes, which YAML 1.2 has not. */
function lenient(text: string): string {
  return text.replace(/^ *- ".*"$/gm, (line) => line.replaceAll("\\'", "'"))
}

function sampleOf(kind: string, text: string, how: string, where: PayloadFile['placeholder'][number]): Sample {
  const part = typeof where === 'string' ? PARTS[where] : undefined
  const encode = ENCODERS[how]
  if (encode === undefined) throw new RangeError(`${kind}: unknown encoder ${how}`)
  if (part === undefined) return place(kind, text, 'raw')
  const encoded = encode(text)
  if (part === 'query' || part === 'form' || part === 'path') {
    return place(kind, text, part, how === 'Plain' ? encoded.replace(/[ #?&]/g, encodeURIComponent) : encoded)
  }
  return { ...place(kind, encoded, part), text }
}
