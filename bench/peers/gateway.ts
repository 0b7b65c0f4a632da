import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultProtection, InspectionSettings } from '@holdfast/http-guard'
import { startGateway } from '../../gateway/src/index.ts'
import { startControlPlane } from '../../gateway/src/testing/control-plane.ts'
import { HOST } from '../lib/gateway-requests.ts'
import { document } from '../lib/openapi.ts'
import { announce } from '../lib/peer.ts'

/** How the gateway is run; as JSON, the program's one argument. */
export interface GatewayPeer {
  readonly upstream: string
  readonly sessions?: readonly string[]
  /** Paths that need no session; by default all. */
  readonly publicPaths?: readonly string[]
  /** Detectors, and the document of the API. */
  readonly inspect?: boolean
  /** Folder of rules in SecLang. */
  readonly rules?: string
}

// With all checks that its rows do not leave out; the limit by address is set above what the load generator can do.
const options = JSON.parse(process.argv[2] ?? '') as GatewayPeer
const { upstream, sessions = [], publicPaths = ['/*'], inspect = false, rules } = options
const inspection = InspectionSettings.parse(inspect ? { mode: 'block', document } : { mode: 'off' })
const controlPlane = await startControlPlane([
  {
    id: 'shop',
    hosts: [HOST],
    upstream,
    publicPaths: [...publicPaths],
    limits: { bodyBytes: 10_000_000, requestTimeoutMs: 30_000 },
    resources: [],
    protection: { ...defaultProtection, inspection },
  },
])
const expiresAt = Math.floor(Date.now() / 1000) + 3600
for (const [at, credential] of sessions.entries()) {
  const principal = { type: 'Person', id: `01a20000-0000-7000-8000-${String(at).padStart(12, '0')}` }
  const proved = { session: `s${at}`, authTime: expiresAt - 3600, acr: 'aal1', amr: ['pwd'] }
  controlPlane.active.set(credential, { active: true, principal, ...proved, expiresAt })
}
const data = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
const gateway = await startGateway({
  credentials: controlPlane.credentials,
  data,
  listen: '127.0.0.1:0',
  rate: { perSecond: 10_000_000, burst: 10_000_000 },
  ...(rules !== undefined && { rules }),
})
process.on('exit', () => rmSync(data, { recursive: true, force: true }))
process.on('SIGTERM', () => process.exit(0))
announce(gateway.url)
