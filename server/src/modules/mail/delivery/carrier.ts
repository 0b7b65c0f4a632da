import { readFileSync } from 'node:fs'
import type { Transporter } from 'nodemailer'
import type { MailConfig } from '../config.ts'

export interface Outgoing {
  readonly id: string
  readonly to: string
  /** how the sender is called, where that is not the settings' to say */
  readonly brand: string | null
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** What became of one try. `code` is the server's or the connection's code, never its words: they repeat the address. */
export type Carried =
  | { readonly state: 'sent' }
  | {
      readonly state: 'failed'
      readonly code: string
      /** no further try can help: the server has refused this letter */
      readonly forGood: boolean
      /** the server was not reached, or is not usable at all */
      readonly away: boolean
    }

/** Takes letters to the mail server. */
export interface Carrier {
  readonly server: Server
  carry(letter: Outgoing): Promise<Carried>
  /** Connects and signs in, without sending. @returns null when it works, else a code */
  probe(): Promise<string | null>
}

export interface Server {
  readonly host: string
  readonly port: number
  readonly user: string | null
  readonly password: string | null
  readonly tls: 'required' | 'implicit' | 'opportunistic' | 'none'
}

/** @returns the server that the settings name; null when they name none */
function serverOf({ smtp }: Pick<MailConfig, 'smtp'>): Server | null {
  const url = smtp.url === undefined ? null : new URL(smtp.url)
  const host = url?.hostname.replace(/^\[(.*)\]$/, '$1') ?? smtp.host
  if (host === undefined || host === '') return null
  const here = host === 'localhost' || host === '::1' || host.startsWith('127.')
  const tls = smtp.tls ?? (url?.protocol === 'smtps:' ? 'implicit' : here ? 'opportunistic' : 'required')
  const given = url === null || url.port === '' ? smtp.port : Number(url.port)
  return {
    host,
    port: given ?? (tls === 'implicit' ? 465 : 587),
    user: (url === null || url.username === '' ? smtp.user : decodeURIComponent(url.username)) ?? null,
    password: (url === null || url.password === '' ? smtp.password : decodeURIComponent(url.password)) ?? null,
    tls,
  }
}

const seconds = 1000

/** @param surroundings the public URL, whose host names us to the server and in message ids */
export function createCarrier(config: MailConfig, { publicUrl }: { readonly publicUrl: string }): Carrier | null {
  const server = serverOf(config)
  if (server === null) return null
  const own = new URL(publicUrl).hostname
  const from = config.from ?? `Holdfast <no-reply@${own}>`
  const settings = {
    host: server.host,
    port: server.port,
    name: own,
    secure: server.tls === 'implicit',
    requireTLS: server.tls === 'required',
    ignoreTLS: server.tls === 'none',
    tls: {
      minVersion: 'TLSv1.2',
      ...(config.smtp.caFile !== undefined && { ca: readFileSync(config.smtp.caFile, 'utf8') }),
    },
    ...(server.user !== null && { auth: { user: server.user, pass: server.password ?? '' } }),
    connectionTimeout: 10 * seconds,
    greetingTimeout: 10 * seconds,
    socketTimeout: 20 * seconds,
    disableFileAccess: true,
    disableUrlAccess: true,
  } as const
  let made: Promise<Transporter> | undefined
  // Loaded for the first letter.
  const transport = (): Promise<Transporter> => {
    made ??= import('nodemailer').then(({ createTransport }) => createTransport(settings))
    return made
  }
  return {
    server,
    async carry({ id, to, brand, subject, text, html }) {
      try {
        await (await transport()).sendMail({
          from: brand === null ? from : { name: brand, address: addressOf(from) },
          ...(config.replyTo !== undefined && { replyTo: config.replyTo }),
          // An object is taken as it is; a string would be parsed, and could be several addresses.
          to: { name: '', address: to },
          envelope: { from: addressOf(from), to: [to] },
          subject,
          text,
          html,
          // The same at every try: a server that took it, though we did not hear so, can tell.
          messageId: `<${id}@${own}>`,
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        })
        return { state: 'sent' }
      } catch (error) {
        return failureOf(error)
      }
    },
    async probe() {
      try {
        await (await transport()).verify()
        return null
      } catch (error) {
        return failureOf(error).code
      }
    },
  }
}

function addressOf(from: string): string {
  return /<([^<>]+)>$/.exec(from)?.[1] ?? from
}

/** RFC 5321, section 4.2.1: 5yz is for good. What the server says of the connection or of us is not about the letter. */
function failureOf(error: unknown): Extract<Carried, { state: 'failed' }> {
  const { code, responseCode, command } = error as { code?: unknown; responseCode?: unknown; command?: unknown }
  const status = typeof responseCode === 'number' ? responseCode : null
  const name = typeof code === 'string' && /^[A-Z_]{2,40}$/.test(code) ? code : 'EUNKNOWN'
  const aboutLetter = typeof command === 'string' && /^(?:MAIL|RCPT|DATA|API)/.test(command)
  return {
    state: 'failed',
    code: status === null ? name : `${name} ${status}`,
    forGood: aboutLetter && status !== null && status >= 500,
    away: !aboutLetter,
  }
}
