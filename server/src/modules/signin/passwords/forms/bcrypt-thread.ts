import { parentPort } from 'node:worker_threads'
import { compareSync } from 'bcryptjs'
import type { BcryptAnswer, BcryptQuestion } from './bcrypt.ts'

/** One comparison after the other, where it holds up nobody. */
parentPort?.on('message', ({ id, text, password }: BcryptQuestion) => {
  parentPort?.postMessage({ id, right: compare(text, password) } satisfies BcryptAnswer)
})

function compare(text: string, password: string): boolean | undefined {
  try {
    return compareSync(password, text)
  } catch {
    return undefined
  }
}
