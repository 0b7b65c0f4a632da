import proxy from '@fastify/http-proxy'
import fastify from 'fastify'
import { announce } from '../lib/peer.ts'

// As its documentation has it, with enough connections to the upstream.
const upstream = process.argv[2]
if (upstream === undefined) throw new Error('The target is missing.')
const server = fastify()
await server.register(proxy, { upstream, undici: { connections: 512, pipelining: 1 } })
announce(await server.listen({ host: '127.0.0.1', port: 0 }))
