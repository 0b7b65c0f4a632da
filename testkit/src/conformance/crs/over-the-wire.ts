import type { Driver } from './driver.ts'
import type { Front } from './gateway-front.ts'
import { exchange, wireBytes } from './raw-client.ts'

/** Bytes on a socket, to something that listens with the rules behind its parser. */
export function overTheWire(front: Front): Driver {
  return {
    overTheWire: true,
    async play(input) {
      const status = await exchange(front.port, wireBytes(input))
      const { seen, lines } = await front.read()
      return { status, seen, log: lines }
    },
    close: () => front.close(),
  }
}
