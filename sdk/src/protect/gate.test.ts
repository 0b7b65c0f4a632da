import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Room } from '../edge/guard/index.ts'
import { Gate } from './gate.ts'

const wants = (wantsBody: number) => ({ wantsBody, wantsFirst: 0, first: () => undefined })
const options = { room: new Room(100_000), watch: wants(100_000), stallMs: 60_000 }
const message = (): IncomingMessage => new IncomingMessage(new Socket())

/** As Node's parser does at the end of a message. */
function end(request: IncomingMessage): void {
  request.complete = true
  request.push(null)
}

test('fuzz: however a body arrives, it is read whole, and whoever reads the stream then reads the same', async () => {
  const chunk = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes))
  await fc.assert(
    fc.asyncProperty(fc.array(chunk, { maxLength: 8 }), fc.nat(8), fc.nat(8), async (chunks, early, late) => {
      const request = message()
      const whole = Buffer.concat(chunks)
      // Some have come before anybody looked, some before the body is wanted.
      for (const each of chunks.slice(0, early)) request.push(each)
      if (early > chunks.length) end(request)
      const gate = Gate.before(request)
      for (const each of chunks.slice(early, early + late)) request.push(each)
      const taken = gate?.take(options)
      for (const each of chunks.slice(early + late)) request.push(each)
      if (early <= chunks.length) end(request)
      expect(await taken).toEqual(whole)
      gate?.release()
      expect(await buffer(request)).toEqual(whole)
    }),
    { numRuns: 300 },
  )
})

test('of a longer body one part more is read, and the rest follows it', async () => {
  const request = message()
  const gate = Gate.before(request)
  const taken = gate?.take({ ...options, watch: wants(10) })
  expect([request.push(Buffer.alloc(8)), request.push(Buffer.alloc(8))]).toEqual([true, false])
  expect(await taken).toHaveLength(16)
  gate?.release()
  request.push(Buffer.alloc(5))
  end(request)
  expect(await buffer(request)).toHaveLength(21)
})

test('bodies have so much room together, and give it back; a client that stops or goes is not waited for', async () => {
  const room = new Room(100)
  const held = message()
  const first = Gate.before(held)?.take({ ...options, room })
  held.push(Buffer.alloc(80))
  const other = message()
  const second = Gate.before(other)?.take({ ...options, room })
  other.push(Buffer.alloc(30))
  expect(await second).toMatchObject({ code: 'overloaded' })
  held.emit('close')
  expect(await first).toBeNull()
  expect(room.take(100)).toBe(true)
  const slow = Gate.before(message())?.take({ ...options, stallMs: 1 })
  expect(await slow).toMatchObject({ code: 'request_timeout' })
})

test('a body that somebody reads already is not taken', async () => {
  const request = message()
  request.push(Buffer.alloc(1))
  request.resume()
  expect(Gate.before(request)).toBeNull()
})
