/** A file of C2SP/wycheproof's testvectors_v1: groups with parameters, and tests in each. */
export interface VectorFile {
  /** empty where the file names none */
  readonly algorithm: string
  readonly testGroups: readonly Group[]
}

export type Fields = Readonly<Record<string, unknown>>

export interface Group extends Fields {
  readonly type: string
  readonly tests: readonly Vector[]
}

export interface Vector extends Fields {
  readonly tcId: number
  readonly comment: string
  readonly flags: readonly string[]
  readonly result: Verdict
}

export type Verdict = 'valid' | 'invalid' | 'acceptable'

/** @throws Error with what is missing */
export function readVectorFile(text: string): VectorFile {
  const json = JSON.parse(text) as Partial<VectorFile>
  if (!Array.isArray(json.testGroups)) throw new Error('no file of test vectors')
  for (const group of json.testGroups) {
    if (!Array.isArray(group.tests)) throw new Error('a group without tests')
    for (const { tcId, result } of group.tests) {
      if (!['valid', 'invalid', 'acceptable'].includes(result)) throw new Error(`test ${tcId} has no result`)
    }
  }
  return { algorithm: typeof json.algorithm === 'string' ? json.algorithm : '', testGroups: json.testGroups }
}

export function hex(fields: Fields, name: string): Buffer {
  const value = fields[name]
  if (typeof value !== 'string' || !/^(?:[0-9a-f]{2})*$/i.test(value)) throw new Error(`${name} is not hexadecimal`)
  return Buffer.from(value, 'hex')
}

export function text(fields: Fields, name: string): string {
  const value = fields[name]
  if (typeof value !== 'string') throw new Error(`${name} is not text`)
  return value
}

export function number(fields: Fields, name: string): number {
  const value = fields[name]
  if (typeof value !== 'number') throw new Error(`${name} is not a number`)
  return value
}
