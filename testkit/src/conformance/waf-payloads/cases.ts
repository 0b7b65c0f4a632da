import { parse } from 'yaml'

/** Where a payload is put, with what the place needs to know. */
export interface Placeholder {
  readonly name: string
  readonly config: Readonly<Record<string, unknown>>
}

/** A file of the corpus: each payload, in each encoding, in each place, is a request. */
export interface WafCase {
  readonly file: string
  /** `owasp`, `community`, `false-pos`, ...: the folder. */
  readonly set: string
  readonly type: string
  readonly payloads: readonly string[]
  readonly encoders: readonly string[]
  readonly placeholders: readonly Placeholder[]
  /** Text that must pass. */
  readonly benign: boolean
}

interface Written {
  readonly payload?: readonly unknown[]
  readonly encoder?: readonly string[]
  readonly placeholder?: readonly (string | Record<string, Record<string, unknown>>)[]
  readonly type?: string
}

/** Go's reader of YAML takes `\\'` in double quotes for a quote; YAML 1.2, 5.7 has no such escape. */
const GO_QUOTE = /(?<=^\s*- ".*)(?<!\\)((?:\\\\)*)\\'/gm

/** Reads one file in the form of GoTestWAF: `payload`, `encoder`, `placeholder` (a name, or a name with settings) and `type`. */
export function readCase(file: string, text: string): WafCase {
  const { payload = [], encoder = [], placeholder = [], type = '' } = parse(text.replace(GO_QUOTE, "$1'")) as Written
  const set = file.split('/').at(-2) ?? ''
  return {
    file,
    set,
    type,
    payloads: payload.map(String),
    encoders: encoder,
    placeholders: placeholder.map(placeOf),
    benign: set === 'false-pos',
  }
}

function placeOf(written: string | Record<string, Record<string, unknown>>): Placeholder {
  if (typeof written === 'string') return { name: written, config: {} }
  const [name = '', config = {}] = Object.entries(written)[0] ?? []
  return { name, config }
}
