import { afterAll, beforeAll, beforeEach } from 'vitest'
import { type AnswerRaw, type RawUpstream, startRawUpstream } from './raw.ts'
import { startWorld, type World } from './world.ts'

/** The field that every request needs. */
export const H = 'Host: shop.localhost:7480\r\n'

/** A gateway without limits before an upstream that answers in bytes; both are there during the tests of the file. */
export interface RawWorld {
  readonly world: World
  readonly upstream: RawUpstream
  /** All that the upstream was sent since the test began, or since `forget`. */
  readonly received: () => string
  readonly forget: () => void
}

export function rawWorld(answer: AnswerRaw): RawWorld {
  let upstream: RawUpstream
  let world: World
  beforeAll(async () => {
    upstream = await startRawUpstream(answer)
    world = await startWorld({ upstream: upstream.origin, gateway: { rate: null } })
  })
  afterAll(async () => {
    await world.close()
    await upstream.close()
  })
  const forget = (): void => {
    for (let i = 0; i < upstream.received.length; i++) upstream.received[i] = ''
  }
  beforeEach(forget)
  return {
    get world() {
      return world
    },
    get upstream() {
      return upstream
    },
    received: () => upstream.received.join(''),
    forget,
  }
}
