import type { Driver } from './driver.ts'
import type { Front } from './gateway-front.ts'
import { converse, statusOf, wireBytes } from './raw-client.ts'

/** Bytes on a socket, to something that listens with the rules behind its parser. */
export function overTheWire(front: Front): Driver {
  return {
    overTheWire: true,
    async play(input) {
      const answer = await converse(front.port, wireBytes(input))
      const { seen, lines } = await front.read()
      const said = /"detail": ?"((?:[^"\\]|\\.)*)"/.exec(answer)?.[1]
      return { status: statusOf(answer), seen, log: lines, ...(said !== undefined && { said }) }
    },
    close: () => front.close(),
  }
}
