import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { catalogue } from './catalogue.ts'
import { pagePolicy, problemBody, type RefusalFacts, refusalPage } from './body.ts'

/** Bytes and milliseconds for which a refused request's body is still read, so that the client gets to see the answer. */
const lingerBytes = 1024 * 1024
const lingerMs = 1000

const common = ['Cache-Control', 'no-store', 'X-Content-Type-Options', 'nosniff', 'Referrer-Policy', 'no-referrer']

/** Responses whose refusal is written while the rest of the request is still read. */
const refused = new WeakSet<ServerResponse>()

/** True for a response that is a complete refusal already: nothing the client still sends may keep it from being read. */
export const isRefused = (response: ServerResponse): boolean => refused.has(response)

/** Connections whose last answer has been said. */
const closing = new WeakSet<Duplex>()

/** True for a connection on which an answer said `Connection: close`: no later request on it may be processed. */
export const isClosing = (socket: Duplex): boolean => closing.has(socket)

function fieldsOf({ refusal: { code, headers = [] }, requestId }: RefusalFacts): string[] {
  const challenged = code !== 'unauthenticated' || headers.includes('WWW-Authenticate')
  const challenge = challenged ? [] : ['WWW-Authenticate', 'Bearer realm="holdfast"']
  return [...common, 'X-Request-Id', requestId, ...challenge, ...headers]
}

/**
 * Answers a request in place of the upstream.
 * @param html the client is a person's browser
 */
export function answerRefusal(request: IncomingMessage, response: ServerResponse, facts: RefusalFacts, html: boolean) {
  const { refusal } = facts
  const body = Buffer.from(html ? refusalPage(facts) : problemBody(facts))
  const type = html ? 'text/html; charset=utf-8' : 'application/problem+json'
  const fields = [...fieldsOf(facts), 'Content-Type', type, 'Content-Length', String(body.length)]
  if (html) fields.push('Content-Security-Policy', pagePolicy)
  const { status } = catalogue[refusal.code]
  const pending = hasBody(request)
  // After a head that could be read in two ways, what follows on the connection can be, too.
  if (pending || status === 400) {
    fields.push('Connection', 'close')
    closing.add(request.socket)
  }
  response.writeHead(status, fields)
  if (!pending) {
    response.end(body)
    return
  }
  refused.add(response)
  // A socket that is closed while the client still writes is reset, and the reset may overtake the answer. The answer is
  // complete by its length; so read on for a moment before the end.
  response.write(request.method === 'HEAD' ? '' : body)
  linger(request, () => response.end())
}

/** Bytes of the request's body are still to come. */
function hasBody({ complete, headers }: IncomingMessage): boolean {
  return !complete && (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0)
}

function linger(request: IncomingMessage, end: () => void): void {
  let read = 0
  const stop = (): void => {
    clearTimeout(timer)
    request.off('data', count).off('end', stop).off('close', stop)
    end()
  }
  const count = (chunk: Buffer): void => {
    read += chunk.length
    if (read > lingerBytes) stop()
  }
  const timer = setTimeout(stop, lingerMs)
  timer.unref()
  request.on('data', count).on('end', stop).on('close', stop)
  request.resume()
}

/** Answers on a socket on which no request could be parsed, and closes it. */
export function answerRaw(socket: Duplex, facts: RefusalFacts): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const { status, title } = catalogue[facts.refusal.code]
  const body = problemBody(facts)
  const length = String(Buffer.byteLength(body))
  const fields = [...fieldsOf(facts), 'Content-Type', 'application/problem+json', 'Content-Length', length]
  let head = `HTTP/1.1 ${status} ${title}\r\nDate: ${new Date().toUTCString()}\r\nConnection: close\r\n`
  for (let i = 0; i < fields.length; i += 2) head += `${fields[i] ?? ''}: ${fields[i + 1] ?? ''}\r\n`
  socket.end(`${head}\r\n${body}`)
  const timer = setTimeout(() => socket.destroy(), lingerMs)
  timer.unref()
  socket.once('close', () => clearTimeout(timer))
}
