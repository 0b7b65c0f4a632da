// oxlint-disable-next-line no-restricted-imports -- only createRequire: a trapped WebAssembly instance can be replaced in no other way (see below)
import { createRequire } from 'node:module'

/** The functions of cedar-wasm. */
export type Cedar = typeof import('@cedar-policy/cedar-wasm/nodejs')

const require = createRequire(import.meta.url)
const NAME = '@cedar-policy/cedar-wasm/nodejs'

let instance: Cedar | undefined

/** Thrown when cedar-wasm gave up: its stack ran out, or it met something that it does not handle. */
export class CedarTrap extends Error {
  override readonly name: string = 'CedarTrap'
}

/**
 * Calls cedar-wasm. An instance that trapped (about 130 nested parentheses are enough) answers every later call with "memory access out of bounds":
 * whoever may write one policy could end all validation. So whatever it throws, the instance is thrown away and the next call gets a fresh one.
 */
export function withCedar<T>(call: (cedar: Cedar) => T): T {
  instance ??= require(NAME) as Cedar
  try {
    return call(instance)
  } catch (error) {
    instance = undefined
    delete require.cache[require.resolve(NAME)]
    throw new CedarTrap('the text is too complex to be parsed', { cause: error })
  }
}
