import type { Driver } from './driver.ts'
import type { Front } from './front.ts'
import { exchange, wireBytes } from './raw-client.ts'

/** Bytes on a socket, to something that listens with the rules behind its parser. */
export function overTheWire(front: Front): Driver {
  return {
    overTheWire: true,
    async play(input) {
      front.lines()
      const status = await exchange(front.port, wireBytes(input))
      return { status, log: front.lines() }
    },
    close: () => front.close(),
  }
}
