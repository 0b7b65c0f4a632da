import { parseArgs } from 'node:util'
import { startGateway } from './index.ts'
import { readSettings } from './settings.ts'

const help = `Usage: node gateway/src/main.ts [options]

  --credentials FILE      HOLDFAST_CREDENTIALS         credentials of a service in the group gateways
  --listen HOST:PORT      HOLDFAST_GATEWAY_LISTEN      default 127.0.0.1:7480
  --data FOLDER           HOLDFAST_GATEWAY_DATA        for the gateway's own key; default .holdfast/gateway
  --tls-cert FILE         HOLDFAST_GATEWAY_TLS_CERT    PEM; with --tls-key the gateway speaks https; several by commas
  --tls-key FILE          HOLDFAST_GATEWAY_TLS_KEY     PEM; as many
  --tls-min-version V     HOLDFAST_GATEWAY_TLS_MIN_VERSION  1.3 (default) or 1.2
  --client-certificates   HOLDFAST_GATEWAY_CLIENT_CERTIFICATES=true  for access tokens that are bound to a certificate
  --forward-tokens LIST   HOLDFAST_GATEWAY_FORWARD_TOKENS   applications that get the access token along, by commas
  --trusted-proxies LIST  HOLDFAST_GATEWAY_TRUSTED_PROXIES  addresses or ranges, by commas
  --rules FOLDER          HOLDFAST_GATEWAY_RULES       rules in SecLang, as the OWASP Core Rule Set
  --audit-log FILE        HOLDFAST_GATEWAY_AUDIT_LOG   requests that the rules want recorded, a line of JSON each

A flag goes before its variable. Certificates are read again when their files change, and at SIGHUP. The gateway says at /.holdfast/healthz whether it is ready.
`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      credentials: { type: 'string' },
      listen: { type: 'string' },
      data: { type: 'string' },
      'tls-cert': { type: 'string' },
      'tls-key': { type: 'string' },
      'tls-min-version': { type: 'string' },
      'client-certificates': { type: 'boolean' },
      'forward-tokens': { type: 'string' },
      'trusted-proxies': { type: 'string' },
      rules: { type: 'string' },
      'audit-log': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help === true) {
    process.stdout.write(help)
    return
  }
  const settings = readSettings(values, process.env)
  const gateway = await startGateway(settings)
  process.stdout.write(
    `The gateway listens at ${gateway.url}${gateway.isReady() ? '' : ' and waits for its control plane'}.\n`,
  )
  if (settings.tls !== undefined) process.on('SIGHUP', () => gateway.reload())
  let stopping = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // Whoever asks twice does not want to wait for the requests under way.
      if (stopping) process.exit(1)
      stopping = true
      gateway.close().then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      )
    })
  }
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}

main().catch(fail)
