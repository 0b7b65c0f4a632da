import { accessSync, constants, existsSync, mkdirSync, statfsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Client } from 'pg'
import { configuration, type Configuration } from './configuration.ts'
import { createCarrier } from './modules/mail/index.ts'
import { relyingParty } from './modules/signin/index.ts'
import { ConfigError, type ConfigSources, loadConfig } from './platform/config/load.ts'
import { unsafeSettings } from './platform/config/schema.ts'
import { findBinaries } from './platform/database/embedded/binaries.ts'
import { askSeal, checkSeal } from './sealed/doctor.ts'

export interface Finding {
  readonly check: 'configuration' | 'disk' | 'database' | 'seal' | 'clock' | 'public URL' | 'passkeys' | 'mail'
  readonly status: 'ok' | 'warn' | 'fail'
  readonly found: string
  /** what to do; null when nothing is to be done */
  readonly mend: string | null
}

const leastFreeBytes = 512 * 1024 * 1024
const mostSkewSeconds = 5

/** Looks at everything that Holdfast needs of its surroundings, changes nothing, and says how to mend what is wrong. */
export async function diagnose(sources: ConfigSources & { readonly fetch: typeof fetch }): Promise<Finding[]> {
  let config: Configuration
  try {
    config = loadConfig(configuration, sources).config
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map((found) => ({
      check: 'configuration',
      status: 'fail',
      found,
      mend: 'Correct the setting; docs/reference/configuration.md lists them all.',
    }))
  }
  const running = await checkPublicUrl(config, sources.fetch)
  const database = await checkDatabase(config, running)
  const clocks = database.some(({ check }) => check === 'clock') ? [] : [running.clock]
  return [
    ...checkConfiguration(config),
    checkDisk(config),
    ...database,
    running.seal ?? checkSeal(config),
    ...clocks,
    running.finding,
    checkPasskeys(config),
    await checkMail(config),
  ]
}

function checkConfiguration(config: Configuration): Finding[] {
  const unsafe = unsafeSettings.filter((setting) => setting.unsafe(config))
  if (unsafe.length === 0)
    return [{ check: 'configuration', status: 'ok', found: `valid, mode ${config.mode}`, mend: null }]
  const status = config.mode === 'production' ? 'fail' : 'warn'
  return unsafe.map(({ path, why }) => ({
    check: 'configuration',
    status,
    found: `${path} is not fit for production`,
    mend: why,
  }))
}

function checkDisk(config: Configuration): Finding {
  const directory = resolve(config.data)
  try {
    mkdirSync(directory, { recursive: true, mode: 0o755 })
    accessSync(directory, constants.W_OK)
  } catch {
    return {
      check: 'disk',
      status: 'fail',
      found: `${config.data} cannot be written`,
      mend: 'Give the directory to the user that runs Holdfast, or set another with --data.',
    }
  }
  const { bavail, bsize } = statfsSync(existsSync(directory) ? directory : dirname(directory))
  const free = bavail * bsize
  const found = `${(free / 1024 ** 3).toFixed(1)} GiB free in ${config.data}`
  return free < leastFreeBytes
    ? { check: 'disk', status: 'fail', found, mend: 'Free some space: PostgreSQL stops when the disk is full.' }
    : { check: 'disk', status: 'ok', found, mend: null }
}

interface Reached {
  readonly finding: Finding
  /** compared by the Date header of its answer, which counts whole seconds */
  readonly clock: Finding
  /** as the running server says it; undefined when it does not answer */
  readonly seal: Finding | undefined
  readonly ready: boolean
}

async function checkPublicUrl(config: Configuration, request: typeof fetch): Promise<Reached> {
  const address = `${config.publicUrl}/readyz`
  try {
    const asked = Date.now()
    const response = await request(address, { signal: AbortSignal.timeout(5_000), redirect: 'manual' })
    const body = (await response.json()) as { status?: unknown }
    const seal = await askSeal(config, request)
    const told = Date.parse(response.headers.get('date') ?? '')
    const clock = Number.isNaN(told)
      ? uncompared
      : compareClock(Math.max(0, Math.abs(told - asked) / 1000 - 1), 'the control plane')
    if (response.status === 200 && body.status === 'ready') {
      return {
        ready: true,
        clock,
        seal,
        finding: { check: 'public URL', status: 'ok', found: `${config.publicUrl} answers and is ready`, mend: null },
      }
    }
    const sealed = body.status === 'sealed'
    const found = `${address} answers ${response.status}${sealed ? ': it is sealed' : ''}`
    const mend = sealed
      ? 'Unseal it: everything else waits for that.'
      : 'Something answers there that is not a ready Holdfast: look at its log, and at what the proxy forwards to.'
    return { ready: false, clock, seal, finding: { check: 'public URL', status: 'fail', found, mend } }
  } catch {
    const found = `${config.publicUrl} does not answer`
    const mend = 'Start Holdfast, or correct publicUrl: people and edges reach the control plane under that address.'
    return {
      ready: false,
      clock: uncompared,
      seal: undefined,
      finding: { check: 'public URL', status: 'warn', found, mend },
    }
  }
}

async function checkDatabase(config: Configuration, running: Reached): Promise<Finding[]> {
  const { url } = config.database
  if (url === undefined) return [await checkEmbedded(running)]
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    const before = Date.now()
    const { rows } = await client.query<{ number: string; now: Date }>(
      "SELECT current_setting('server_version_num') AS number, clock_timestamp() AS now",
    )
    const version = Math.floor(Number(rows[0]?.number ?? 0) / 10_000)
    const skew = Math.abs((rows[0]?.now.getTime() ?? 0) - before) / 1000
    return [databaseVersion(version), compareClock(skew, 'the database')]
  } catch (error) {
    const code = (error as { code?: string }).code ?? 'no answer'
    const mend =
      'Check that PostgreSQL runs and that host, port, user, password and database in database.url are right.'
    return [{ check: 'database', status: 'fail', found: `no connection (${code})`, mend }]
  } finally {
    await client.end().catch(() => {})
  }
}

function databaseVersion(version: number): Finding {
  return version >= 15
    ? { check: 'database', status: 'ok', found: `PostgreSQL ${version}`, mend: null }
    : {
        check: 'database',
        status: 'fail',
        found: `PostgreSQL ${version}`,
        mend: 'Holdfast needs PostgreSQL 15 or newer.',
      }
}

function compareClock(skew: number, other: string): Finding {
  const found = `${skew.toFixed(1)} s from the clock of ${other}`
  return skew <= mostSkewSeconds
    ? { check: 'clock', status: 'ok', found, mend: null }
    : { check: 'clock', status: 'fail', found, mend: 'Set both clocks by NTP: tokens and leases hold for seconds.' }
}

const uncompared: Finding = {
  check: 'clock',
  status: 'warn',
  found: 'there is no other clock to compare with',
  mend: 'Start Holdfast and run this again.',
}

async function checkEmbedded(running: Reached): Promise<Finding> {
  try {
    await findBinaries()
    const found = running.ready ? 'embedded PostgreSQL, in use' : 'embedded PostgreSQL is installed'
    return { check: 'database', status: 'ok', found, mend: null }
  } catch (error) {
    const found = 'the embedded PostgreSQL is missing'
    return { check: 'database', status: 'fail', found, mend: error instanceof Error ? error.message : 'Run npm ci.' }
  }
}

/** Operators need passkeys, and browsers have them only over https, or at localhost. */
function checkPasskeys({ publicUrl, signin }: Configuration): Finding {
  const check = 'passkeys'
  try {
    const party = relyingParty({ name: 'Holdfast', publicUrl }, signin.passkeys)
    if (party !== undefined) return { check, status: 'ok', found: `passkeys are for ${party.id}`, mend: null }
    const mend = 'Serve it over https under a host name and set publicUrl to that; or set signin.mfa.admins to aal2.'
    const found = `browsers have no passkeys at ${publicUrl}`
    return { check, status: signin.mfa.admins === 'phr' ? 'fail' : 'warn', found, mend }
  } catch (error) {
    const found = error instanceof Error ? error.message : 'the settings of passkeys do not fit'
    return { check, status: 'fail', found, mend: 'Correct signin.passkeys.rpId, or leave it away.' }
  }
}

/** Connects to the mail server and signs in there; nothing is sent. */
async function checkMail(config: Configuration): Promise<Finding> {
  const carrier = createCarrier(config.mail, config)
  if (carrier === null) {
    const mend = 'Set mail.smtp.url, or mail.smtp.host with user and password (docs/guide/mail.md).'
    return config.mode === 'production'
      ? {
          check: 'mail',
          status: 'fail',
          found: 'no mail server: letters are refused, nobody can recover an account',
          mend,
        }
      : {
          check: 'mail',
          status: 'ok',
          found: 'no mail server: letters are kept in the mailbox of the console',
          mend: null,
        }
  }
  const { host, port, tls } = carrier.server
  const problem = await carrier.probe()
  return problem === null
    ? { check: 'mail', status: 'ok', found: `${host}:${port} takes letters (TLS ${tls})`, mend: null }
    : {
        check: 'mail',
        status: 'fail',
        found: `${host}:${port} does not take letters (${problem})`,
        mend: 'Check host, port, user, password and mail.smtp.tls. ETLS: it offers no STARTTLS, or its certificate is not trusted (mail.smtp.caFile).',
      }
}
