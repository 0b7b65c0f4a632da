import { basename } from 'node:path'
import { CorpusFiles } from '../corpus/files.ts'
import type { Report, Runner } from '../runner.ts'
import { aead } from './aead.ts'
import type { Family, Judge } from './family.ts'
import { type Group, readVectorFile, type Vector, type VectorFile } from './file.ts'
import { kdf } from './hkdf.ts'
import { keyWrap } from './key-wrap.ts'
import { mac } from './mac.ts'
import { oaep } from './oaep.ts'
import { ecdsa, eddsa } from './signatures.ts'

const families: readonly Family[] = [aead, keyWrap, mac, kdf, ecdsa, eddsa, oaep]

/** C2SP/wycheproof, testvectors_v1: every file of a family that our primitives have, whatever its sizes. */
export const wycheproof: Runner = {
  title: 'Wycheproof: AES-GCM, ChaCha20-Poly1305, key wrap, HMAC, HKDF, ECDSA, EdDSA, RSA-OAEP of our primitives',
  async run(directory, { sample }, report) {
    const files = await CorpusFiles.open(directory)
    for (const name of files.names().toSorted()) {
      if (name.endsWith('_test.json')) runFile(basename(name, '.json'), await files.text(name), sample, report)
      else report.skip(`${name} is no file of test vectors`)
    }
  },
}

function runFile(name: string, content: string, sample: number | undefined, report: Report): void {
  let file: VectorFile
  try {
    file = readVectorFile(content)
  } catch (error) {
    return report.fail(name, message(error))
  }
  const { algorithm, testGroups } = file
  let left = sample ?? Number.POSITIVE_INFINITY
  for (const group of testGroups) {
    const judge = prepare(algorithm, group)
    const tests = group.tests.slice(0, left)
    left -= tests.length
    if ('skip' in judge) report.skip(`${name}: ${judge.skip}`, tests.length)
    else for (const test of tests) runTest(`${name}#${test.tcId}`, judge, test, report)
  }
}

function prepare(algorithm: string, group: Group): Judge | { readonly skip: string } {
  for (const family of families) {
    const judge = family.prepare(algorithm, group)
    if (judge !== undefined) return judge
  }
  return { skip: `no primitive for ${algorithm} (${group.type})` }
}

/** `acceptable` leaves the choice: what is refused is right, and what is accepted must be what it should be. */
function runTest(name: string, judge: Judge, vector: Vector, report: Report): void {
  let answer: ReturnType<Judge>
  try {
    answer = judge(vector)
  } catch (error) {
    answer = { wrong: message(error) }
  }
  const { result, comment } = vector
  const right = { valid: ['accepted'], invalid: ['refused'], acceptable: ['accepted', 'refused'] }[result]
  if (typeof answer === 'string' && right.includes(answer)) report.pass()
  else report.fail(name, `${comment}: expected ${result}, ${typeof answer === 'string' ? answer : answer.wrong}`)
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
