import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { certificates } from '../testing/certificates.ts'
import { answers, type HttpReceiver, startHttpReceiver } from '../testing/http-receiver.ts'
import { never } from '../testing/items.ts'
import { createPoster, type Poster, refusedBy } from './post.ts'
import type { Outbound } from '../../../../platform/outbound/resolve.ts'

let receiver: HttpReceiver
let poster: Poster | undefined

const own: Outbound = { allowPrivate: true }
const post = (url = receiver.url, outbound = own, timeoutSeconds = 5, caCertificate?: string) => {
  poster?.close()
  poster = createPoster({ url, timeoutSeconds, caCertificate }, outbound)
  return poster.post({ 'content-type': 'application/json' }, Buffer.from('{}'), never)
}

beforeEach(async () => {
  receiver = await startHttpReceiver()
})
afterEach(async () => {
  poster?.close()
  await receiver.close()
})

describe('a post', () => {
  test('brings the body, and the status, over one connection that is kept', async () => {
    await post()
    expect(await poster?.post({}, Buffer.from('two'), never)).toMatchObject({ status: 200 })
    expect(receiver.received.map(({ body, connection }) => [body.toString(), connection])).toEqual([
      ['{}', 1],
      ['two', 1],
    ])
  })

  test('follows no redirect, wherever it leads', async () => {
    const inside = await startHttpReceiver()
    for (const status of [301, 302, 303, 307, 308]) {
      receiver.behave(answers(status, { location: inside.url }))
      const answer = await post()
      expect(refusedBy(answer).message).toContain('redirect')
    }
    expect(inside.received).toEqual([])
    await inside.close()
  })

  test('goes to no address of the inside unless that is allowed, and none is asked', async () => {
    for (const host of ['localhost', '127.0.0.1', '[::1]', '127.1', '2130706433', '0x7f.1']) {
      const url = `http://${host}:${receiver.port}/in`
      await expect(post(url, { allowPrivate: false }), host).rejects.toThrow('private network')
    }
    await expect(post('http://169.254.169.254/latest/meta-data/')).rejects.toThrow('link-local')
    await expect(post('http://[::ffff:a9fe:a9fe]/latest/meta-data/')).rejects.toThrow('link-local')
    expect(receiver.received).toEqual([])
  })

  test('of a name whose address changes goes where it was checked', async () => {
    let asked = 0
    const resolve = async () => {
      asked += 1
      return [{ address: asked % 2 === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }]
    }
    expect(await post(`http://rebinding.test:${receiver.port}/`, { allowPrivate: true, resolve })).toMatchObject({
      status: 200,
    })
    // The next one is resolved anew, and refused before a byte is sent.
    await expect(poster?.post({}, Buffer.from('secret'), never)).rejects.toThrow('link-local')
    expect(receiver.received).toHaveLength(1)
  })

  test('ends when there is no answer, or no end of it, in time', async () => {
    receiver.behave(() => {})
    await expect(post(receiver.url, own, 1)).rejects.toThrow('no whole answer within 1 s')
    receiver.behave((_, response) => {
      response.writeHead(200, { 'content-length': '10' }).write('half')
    })
    await expect(post(receiver.url, own, 1)).rejects.toThrow('no whole answer within 1 s')
  })

  test('that is answered half is not answered', async () => {
    receiver.behave((_, response) => {
      response.writeHead(200, { 'content-length': '10' }).write('half', () => response.destroy())
    })
    await expect(post()).rejects.toThrow('cannot be reached')
    receiver.behave((_, response) => {
      response.destroy()
    })
    await expect(post()).rejects.toThrow('cannot be reached')
  })

  test('does not read an answer without end', async () => {
    receiver.behave((_, response) => {
      response.writeHead(200)
      const more = (): void => {
        while (response.write(Buffer.alloc(64 * 1024)));
        response.once('drain', more)
      }
      more()
    })
    const answer = await post()
    expect(answer.status).toBe(200)
    expect(answer.body.length).toBeLessThanOrEqual(64 * 1024)
  })

  test('over a kept connection that the far side has closed goes over a new one', async () => {
    await post()
    receiver.closeIdle()
    expect(await poster?.post({}, Buffer.from('again'), never)).toMatchObject({ status: 200 })
  })

  test('is broken off when the sink is taken away', async () => {
    receiver.behave(() => {})
    const end = new AbortController()
    const made = createPoster({ url: receiver.url, timeoutSeconds: 60 }, own)
    const posted = made.post({}, Buffer.from(''), end.signal)
    setTimeout(() => end.abort(), 50)
    await expect(posted).rejects.toThrow('cannot be reached')
    made.close()
  })
})

describe('over TLS', () => {
  test('the certificate has to be of the authority and of the name', async () => {
    const secure = await startHttpReceiver(true)
    await expect(post(secure.url)).rejects.toThrow('cannot be reached')
    expect(await post(secure.url, own, 5, certificates.authority)).toMatchObject({ status: 200 })
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }]
    const named = (name: string) => `https://${name}:${secure.port}/`
    const there = { allowPrivate: true, resolve }
    expect(await post(named('receiver.test'), there, 5, certificates.authority)).toMatchObject({ status: 200 })
    await expect(post(named('other.test'), there, 5, certificates.authority)).rejects.toThrow('ALTNAME')
    await secure.close()
  })
})
