import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The benign corpus: data beside the detectors, which are measured with it. */
export const benignRoot: string = fileURLToPath(new URL('../../../engines/detectors/testing/benign/', import.meta.url))

/** One file of the corpus. */
export interface BenignFile {
  /** Below the corpus, with `/`. */
  readonly file: string
  /** What its texts are: `names`, `chat`, `sql-forum` ... */
  readonly kind: string
  /** Where such a text stands in an application: `name`, `search`, `text`, `code`, `header` ... */
  readonly place: string
  /** Composed ones come from the grammars beside them (`npm run compose:benign`). */
  readonly made: 'hand' | 'composed'
  /** Texts that quote an attack in full: not among those of which 99.5 % must pass. */
  readonly apart?: boolean
  /** BCP 47, of prose. */
  readonly language?: string
}

export function benignFiles(): readonly BenignFile[] {
  return JSON.parse(readFileSync(`${benignRoot}kinds.json`, 'utf8')) as BenignFile[]
}

/** The texts of one file: a JSON string a line. */
export function textsOf(file: string): readonly string[] {
  return readFileSync(benignRoot + file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as string)
}
