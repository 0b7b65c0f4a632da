import { connect } from 'node:net'
import type { Answer } from './http.ts'

const PATIENCE = 5000 // milliseconds

/**
 * Sends bytes as they are, and reads until the other side ends the connection or has answered `expected` times.
 * @param message is told what Host must say
 * @returns the first of the answers
 */
export function sendRaw(origin: string, message: (host: string) => string, expected: number): Promise<Answer> {
  const { host, port } = new URL(origin)
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(message(host)))
    const done = (): void => {
      socket.destroy()
      const [head = '', body = ''] = text.split('\r\n\r\n')
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0)
      resolve({ status, headers: {}, text, json: parse(body) })
    }
    socket.setTimeout(PATIENCE, done)
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
      if (text.split('HTTP/1.1 ').length > expected) done()
    })
    socket.on('error', reject)
    socket.on('close', done)
  })
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
