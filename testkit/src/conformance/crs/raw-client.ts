import { connect } from 'node:net'
import type { CrsInput } from './cases.ts'

/** How long an answer may take. */
const PATIENCE = 60_000

/** The bytes of a request as go-ftw writes them: nothing is corrected. */
export function wireBytes(input: CrsInput): string {
  if (input.kind === 'raw') return input.bytes
  const { method, uri, version, headers, body } = input
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return `${method} ${uri} ${version}\r\n${lines}\r\n${body}`
}

/** Sends bytes on a connection of their own. @returns the status of the first answer that is not 1xx; undefined: there is none */
export async function exchange(port: number, bytes: string): Promise<number | undefined> {
  return statusOf(await converse(port, bytes))
}

/** Sends bytes on a connection of their own. @returns what comes back, latin1 */
export function converse(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    const finish = () => {
      clearTimeout(timer)
      socket.destroy()
      resolve(answer)
    }
    const timer = setTimeout(finish, PATIENCE)
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1')
      if (isWhole(answer)) finish()
    })
    socket.on('close', finish)
    socket.on('error', finish)
    socket.write(bytes, 'latin1')
  })
}

export function statusOf(answer: string): number | undefined {
  const status = /^(?:HTTP\/1\.1 1\d\d[^]*?\r\n\r\n)*HTTP\/\d\.\d (\d{3})/.exec(answer)?.[1]
  return status === undefined ? undefined : Number(status)
}

/** A head, and as much body as it says. Answers without a length end with their connection. */
function isWhole(answer: string): boolean {
  const end = answer.indexOf('\r\n\r\n')
  if (end < 0) return false
  const length = /\r\ncontent-length: *(\d+)/i.exec(answer.slice(0, end + 2))?.[1]
  return length !== undefined && answer.length >= end + 4 + Number(length)
}
