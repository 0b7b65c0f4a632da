import type { UpstreamSettings } from '@holdfast/http-guard'
import { type ConnectionUser, UpstreamConnection } from './connection.ts'

type Check = NonNullable<UpstreamSettings['check']>

/**
 * Asks an upstream on a connection of its own whether it is well.
 * @param host that the application is called by
 * @returns what is wrong, or null
 */
export function checkUpstream(url: URL, host: string, { path, status, timeoutMs }: Check): Promise<string | null> {
  return new Promise((resolve) => {
    const settle = (problem: string | null): void => {
      clearTimeout(timer)
      connection.destroy()
      resolve(problem)
    }
    const timer = setTimeout(() => settle(`no answer in ${timeoutMs} ms`), timeoutMs)
    timer.unref()
    const user: ConnectionUser = {
      connected: nothing,
      responseHead: (head) => settle(head.status === status ? null : `it answered ${head.status}, not ${status}`),
      responseData: () => false,
      responseEnd: nothing,
      drained: nothing,
      failed: ({ reason }) => settle(reason),
    }
    const connection = new UpstreamConnection(url, { released: nothing, closed: nothing })
    const head = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: holdfast-gateway\r\nConnection: close\r\n\r\n`
    connection.begin(user, head, 'GET', false)
    connection.endRequest()
  })
}

const nothing = (): void => undefined
