import { Worker } from 'node:worker_threads'
import type { Form } from './form.ts'

const shape = /^\$2([aby])\$(\d\d)\$([./A-Za-z0-9]{53})$/

/** In this implementation cost 12 takes about a quarter of a second, and every step twice as long. */
const mostCost = 14

/**
 * Of a password longer than 72 bytes bcrypt hashes the first 72 (Provos and Mazieres, 1999): which of several long
 * passwords was meant, such a hash cannot say. In a thread of its own: it is plain JavaScript and would hold up everything
 * else.
 */
export const bcrypt: Form = {
  begins: /^\$2/,
  read(text) {
    const [, , cost = '', rest = ''] = shape.exec(text) ?? []
    if (rest === '' || Number(cost) < 4) return 'malformed'
    // `a` and `y` compute what `b` does wherever the hash was made without the old faults.
    return Number(cost) > mostCost ? 'too_costly' : { text: `$2b$${cost}$${rest}`, form: `$2b$${cost}` }
  },
  verify: (text, password) => inThread(text, password),
  decoy: (form) => `${form}$${'.'.repeat(53)}`,
}

export interface BcryptQuestion {
  readonly id: number
  readonly text: string
  readonly password: string
}

export interface BcryptAnswer {
  readonly id: number
  /** undefined: it could not be compared */
  readonly right?: boolean | undefined
}

interface Waiting {
  readonly answered: (right: boolean) => void
  readonly failed: (error: Error) => void
}

let thread: Worker | undefined
let asked = 0
const waiting = new Map<number, Waiting>()

function inThread(text: string, password: string): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>()
  const id = ++asked
  waiting.set(id, { answered: resolve, failed: reject })
  thread ??= start()
  thread.ref()
  thread.postMessage({ id, text, password } satisfies BcryptQuestion)
  return promise
}

/** Started by the first such hash. While nobody waits, the process may end. */
function start(): Worker {
  const own = new Worker(new URL('bcrypt-thread.ts', import.meta.url))
  own.on('message', ({ id, right }: BcryptAnswer) => {
    const asker = waiting.get(id)
    waiting.delete(id)
    if (waiting.size === 0) own.unref()
    if (right === undefined) asker?.failed(new Error('a bcrypt hash could not be compared'))
    else asker?.answered(right)
  })
  const lost = (error: Error) => {
    if (thread !== own) return
    thread = undefined
    for (const asker of waiting.values()) asker.failed(error)
    waiting.clear()
  }
  own.on('error', (error) => lost(error instanceof Error ? error : new Error('the bcrypt thread failed')))
  own.on('exit', () => lost(new Error('the bcrypt thread ended')))
  return own
}
