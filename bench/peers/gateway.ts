import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultProtection, InspectionSettings } from '@holdfast/http-guard'
import { startGateway } from '../../gateway/src/index.ts'
import { startControlPlane } from '../../gateway/src/testing/control-plane.ts'
import { announce } from '../lib/peer.ts'

// The gateway with all its checks but inspection, which has rows of its own; the rate limit is set above what the load generator can do.
const upstream = process.argv[2]
if (upstream === undefined) throw new Error('The upstream is missing.')
const controlPlane = await startControlPlane([
  {
    id: 'shop',
    hosts: ['shop.localhost:7480'],
    upstream,
    publicPaths: ['/public/*'],
    limits: { bodyBytes: 10_000_000, requestTimeoutMs: 30_000 },
    resources: [],
    protection: { ...defaultProtection, inspection: InspectionSettings.parse({ mode: 'off' }) },
  },
])
const credential = process.argv[3]
const { expiresAt } = { expiresAt: Math.floor(Date.now() / 1000) + 3600 }
if (credential !== undefined) {
  const principal = { type: 'Person', id: '01a20000-0000-7000-8000-000000000001' }
  const proved = { session: 's1', authTime: expiresAt - 3600, acr: 'aal1', amr: ['pwd'] }
  controlPlane.active.set(credential, { active: true, principal, ...proved, expiresAt })
}
const data = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
const gateway = await startGateway({
  credentials: controlPlane.credentials,
  data,
  listen: '127.0.0.1:0',
  rate: { perSecond: 10_000_000, burst: 10_000_000 },
})
process.on('exit', () => rmSync(data, { recursive: true, force: true }))
process.on('SIGTERM', () => process.exit(0))
announce(gateway.url)
