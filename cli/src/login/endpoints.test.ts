import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { endpointsOf } from './endpoints.ts'

let server: Server
afterEach(() => void server.close())

async function serverThatSays(more: object): Promise<string> {
  server = createServer((request, response) => {
    const at = (path: string) => `http://${request.headers.host ?? ''}${path}`
    const said = {
      issuer: at(''),
      authorization_endpoint: at('/authorize'),
      pushed_authorization_request_endpoint: at('/par'),
      token_endpoint: at('/token'),
      revocation_endpoint: at('/revoke'),
    }
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ ...said, ...more }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('are taken from where the control plane says that they are', async () => {
  const url = await serverThatSays({})
  expect(await endpointsOf(url)).toMatchObject({ issuer: url, authorize: `${url}/authorize` })
})

test.each(['file:///etc/passwd', 'javascript:alert(1)', 'vscode://open', '--help', ''])(
  'are nothing but pages: %s is opened by no program of this computer',
  async (authorization_endpoint) => {
    const url = await serverThatSays({ authorization_endpoint })
    await expect(endpointsOf(url)).rejects.toThrow('names no authorization_endpoint')
  },
)
