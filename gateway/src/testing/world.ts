import { mkdtempSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GatewayApplication, TokenJwk } from '@holdfast/bundle'
import { type Gateway, type GatewayOptions, startGateway } from '../index.ts'
import { type ControlPlaneDouble, startControlPlane } from './control-plane.ts'
import { type RawAnswer, sendRaw } from './raw.ts'

/** A gateway between a control plane and an upstream, all over real sockets. */
export interface World {
  readonly controlPlane: ControlPlaneDouble
  readonly gateway: Gateway
  /** Host of the application `shop`. */
  readonly host: string
  readonly application: GatewayApplication
  /** Sends a request line and header lines; Host is added, and `Connection: close` when there is no Connection. */
  send(line: string, headers?: readonly string[], body?: string, silentMs?: number): Promise<RawAnswer>
  close(): Promise<void>
}

export interface WorldOptions {
  readonly upstream: string
  readonly furtherUpstreams?: readonly string[]
  /** Of the application; the first is the one that `send` names. */
  readonly hosts?: readonly string[]
  readonly publicPaths?: readonly string[]
  readonly bodyBytes?: number
  readonly requestTimeoutMs?: number
  /** Keys of the access tokens that are accepted. */
  readonly tokenKeys?: readonly TokenJwk[]
  readonly gateway?: Partial<GatewayOptions>
  readonly protection?: GatewayApplication['protection']
}

export async function startWorld(options: WorldOptions): Promise<World> {
  const { upstream, publicPaths = ['/', '/public/*'], bodyBytes = 1_000_000, requestTimeoutMs = 5000 } = options
  const { hosts = ['shop.localhost:7480'] } = options
  const [host = ''] = hosts
  const limits = { bodyBytes, requestTimeoutMs }
  const resource = 'urn:holdfast:application:shop'
  const application: GatewayApplication = {
    id: 'shop',
    hosts,
    upstream,
    publicPaths,
    limits,
    resources: [resource],
    ...(options.furtherUpstreams !== undefined && { furtherUpstreams: options.furtherUpstreams }),
    ...(options.protection !== undefined && { protection: options.protection }),
  }
  const controlPlane = await startControlPlane([application])
  controlPlane.tokenKeys = options.tokenKeys ?? []
  const data = mkdtempSync(join(tmpdir(), 'holdfast-gateway-'))
  const gateway = await startGateway({
    credentials: controlPlane.credentials,
    data,
    listen: '127.0.0.1:0',
    onProblem: () => undefined,
    ...options.gateway,
    timeouts: { drainMs: 200, ...options.gateway?.timeouts },
  })
  return {
    controlPlane,
    gateway,
    host,
    application,
    send: (line, headers = [], body = '', silentMs = 1500) => {
      const close = headers.some((header) => /^connection:/i.test(header)) ? [] : ['Connection: close']
      const head = [`${line} HTTP/1.1`, `Host: ${host}`, ...headers, ...close].join('\r\n')
      return sendRaw(gateway.url, `${head}\r\n\r\n${body}`, close.length === 0 ? 150 : silentMs)
    },
    close: async () => {
      await gateway.close()
      await controlPlane.close()
      rmSync(data, { recursive: true, force: true })
    },
  }
}

export interface Upstream {
  readonly origin: string
  /** Heads of the requests that arrived. */
  readonly requests: IncomingMessage[]
  close(): Promise<void>
}

/** An ordinary upstream on node:http. By default it answers with what it saw. */
export async function startUpstream(
  answer: (request: IncomingMessage, response: ServerResponse) => void = describe,
): Promise<Upstream> {
  const requests: IncomingMessage[] = []
  const server: Server = createServer((request, response) => {
    requests.push(request)
    answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function describe(request: IncomingMessage, response: ServerResponse): void {
  const { method, url, rawHeaders } = request
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ method, url, rawHeaders }))
}
