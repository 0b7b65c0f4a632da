import { Agent, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createProxyServer } from 'http-proxy-3'
import { announce } from '../lib/peer.ts'

// With a pool of kept connections and the forwarding headers, as one runs it in earnest.
const target = process.argv[2]
if (target === undefined) throw new Error('The target is missing.')
const proxy = createProxyServer({ target, xfwd: true, agent: new Agent({ keepAlive: true, maxSockets: 512 }) })
proxy.on('error', (error) => {
  throw error
})
const server = createServer((request, response) => proxy.web(request, response))
server.listen(0, '127.0.0.1', () => announce(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
