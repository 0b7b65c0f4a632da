import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { announce } from '../lib/peer.ts'

// The application behind both proxies: as little as can answer.
const body = Buffer.from(
  JSON.stringify({ items: Array.from({ length: 10 }, (_, id) => ({ id, name: `Product ${id}` })) }),
)
const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    response.writeHead(200, ['Content-Type', 'application/json', 'Content-Length', String(body.length)]).end(body)
  })
})
server.listen(0, '127.0.0.1', () => announce(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
