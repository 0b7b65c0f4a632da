import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { HTTP } from '@cerbos/http'
import { freePort } from '../../server/src/testing/free-port.ts'
import { cerbosPolicies } from '../lib/cerbos-policies.ts'
import { announce } from '../lib/peer.ts'
import { cases, rolesOf } from '../lib/policy-cases.ts'

/* Cerbos over the cases: its server, a child on 127.0.0.1, asked by its own client over HTTP, several questions under way. */

const underWay = 16
const directory = mkdtempSync(join(tmpdir(), 'holdfast-bench-cerbos-'))
mkdirSync(join(directory, 'policies'))
for (const [name, text] of Object.entries(cerbosPolicies())) writeFileSync(join(directory, 'policies', name), text)
const address = `127.0.0.1:${await freePort()}`
const config = {
  server: { httpListenAddr: address, grpcListenAddr: `unix:${join(directory, 'grpc.sock')}` },
  storage: { driver: 'disk', disk: { directory: join(directory, 'policies'), watchForChanges: false } },
  telemetry: { disabled: true },
}
writeFileSync(join(directory, 'config.json'), JSON.stringify(config))
const binary = createRequire(import.meta.url).resolve('@cerbos/cerbos-linux-x64')
const server = spawn(binary, ['server', '--log-level=error', `--config=${join(directory, 'config.json')}`], {
  stdio: ['ignore', 'inherit', 'inherit'],
})
const ended = (code: number | null) => {
  throw new Error(`Cerbos ended with ${code}`)
}
server.on('exit', ended)
process.on('exit', () => server.kill())
process.on('SIGTERM', () => {
  server.off('exit', ended)
  // It may still write to its directory until it has ended.
  server.on('exit', () => {
    rmSync(directory, { recursive: true, force: true })
    process.exit(0)
  })
  server.kill()
})

const client = new HTTP(`http://${address}`)
for (let waited = 0; !(await healthy()); waited++) {
  if (waited > 600) throw new Error('Cerbos does not answer')
  await sleep(100)
}

const questions = cases.map(({ person, action, thing, mfa }) => ({
  principal: { id: person.id, roles: [...rolesOf(person)], attr: { suspended: person.suspended, mfa } },
  resource: { kind: thing.type, id: thing.id, attr: toAttributes(thing.attributes) },
  action,
}))
const answers: string[] = []
for (const question of questions) answers.push((await client.isAllowed(question)) ? '1' : '0')
announce(answers.join(''), async (times) => {
  let next = 0
  await Promise.all(
    Array.from({ length: underWay }, async () => {
      for (let at = next++; at < times; at = next++) {
        await client.isAllowed(questions[at % questions.length])
      }
    }),
  )
})

async function healthy(): Promise<boolean> {
  try {
    const { status }: { readonly status: string } = await client.checkHealth()
    return status === 'SERVING'
  } catch {
    return false
  }
}

function toAttributes(attributes: (typeof cases)[number]['thing']['attributes']) {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, typeof value === 'object' ? [...value] : value]),
  )
}
