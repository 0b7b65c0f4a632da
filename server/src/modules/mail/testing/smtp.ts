import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

const certificate = (name: string) =>
  readFileSync(new URL(`../../ledger/sinks/testing/certificates/${name}`, import.meta.url), 'utf8')

export const authorityFile = new URL('../../ledger/sinks/testing/certificates/ca.pem', import.meta.url).pathname

export interface Taken {
  readonly from: string
  readonly to: readonly string[]
  /** as it came over the wire */
  readonly raw: string
  readonly secure: boolean
  readonly user: string | undefined
}

export interface TestSmtp {
  readonly port: number
  readonly taken: Taken[]
  /** what the server answers to the next recipients, before it takes them */
  readonly refusals: { readonly code: number; readonly message: string }[]
  /** answers, all the time, while it is set */
  down: boolean
  close(): Promise<void>
}

/** A mail server with STARTTLS and a password, as one finds them. */
export async function startSmtp({ startTls = true }: { readonly startTls?: boolean } = {}): Promise<TestSmtp> {
  const taken: Taken[] = []
  const refusals: TestSmtp['refusals'] = []
  const server = new SMTPServer({
    ...(startTls
      ? { key: certificate('server.key'), cert: certificate('server.pem') }
      : { disabledCommands: ['STARTTLS'], allowInsecureAuth: true }),
    authOptional: !startTls,
    onAuth({ username, password }, _session, done) {
      if (username === 'holdfast' && password === 'smtp password') done(null, { user: username })
      else done(new Error('no'))
    },
    onConnect(_session, done) {
      if (own.down) done(Object.assign(new Error('later'), { responseCode: 421 }))
      else done()
    },
    onRcptTo(_address, _session, done) {
      const refusal = refusals.shift()
      if (refusal === undefined) done()
      else done(Object.assign(new Error(refusal.message), { responseCode: refusal.code }))
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        taken.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString(),
          secure: session.secure,
          user: typeof session.user === 'string' ? session.user : undefined,
        })
        done()
      })
    },
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const own: TestSmtp = {
    port: (server.server.address() as AddressInfo).port,
    taken,
    refusals,
    down: false,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
  return own
}
