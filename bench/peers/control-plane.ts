import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer } from '../../server/src/serve.ts'
import { freePort } from '../lib/free-port.ts'
import { announce } from '../lib/peer.ts'

// The real control plane on its own embedded database, with people in it who have the same password.
const [password, ...emails] = process.argv.slice(2)
const data = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
const port = await freePort()
const url = `http://localhost:${port}`
const server = await startServer({
  env: {},
  logFile: join(data, 'server.log'),
  flags: { data, publicUrl: url, 'http.listen': `127.0.0.1:${port}` },
})
const { token } = JSON.parse(readFileSync(join(server.dataDir, 'bootstrap.json'), 'utf8')) as { token: string }
for (const email of emails) {
  const created = await fetch(`${url}/api/v1/people`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ email, name: 'Bench', password }),
  })
  if (!created.ok) throw new Error(`No person could be made: ${created.status} ${await created.text()}`)
}
process.on('SIGTERM', () => {
  void server.stop().then(() => {
    rmSync(data, { recursive: true, force: true })
    process.exit(0)
  })
})
announce(url)
