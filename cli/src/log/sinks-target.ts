import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { usage } from '../failure.ts'

export interface TargetOptions {
  readonly otlp?: string
  readonly syslog?: string
  readonly file?: string
  readonly webhook?: string
  readonly encoding?: string
  readonly compression?: string
  readonly header?: readonly string[]
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly facility?: number
  readonly maxBytes?: number
  readonly enterpriseId?: string
  readonly acknowledge?: string
  readonly rotateBytes?: number
  readonly keepFiles?: number
  readonly batch?: number
}

export interface Target {
  readonly kind: 'otlp' | 'syslog' | 'file' | 'webhook'
  readonly settings: Readonly<Record<string, unknown>>
  readonly secrets?: Readonly<Record<string, unknown>>
}

/** Which sink the options describe; what a value may be is the server's to say. @throws Failure */
export function targetOf(options: TargetOptions, cwd: string): Target {
  const { otlp, syslog, file, webhook } = options
  const named = [otlp, syslog, file, webhook].filter((value) => value !== undefined)
  if (named.length !== 1) throw usage('Name one of --otlp, --syslog, --file and --webhook.')
  const read = (name: string | undefined) => (name === undefined ? undefined : readFileSync(resolve(cwd, name), 'utf8'))
  const caCertificate = read(options.ca)
  if (otlp !== undefined) {
    const { encoding, compression, header = [] } = options
    const headers = Object.fromEntries(header.map((text) => headerOf(text, cwd)))
    return {
      kind: 'otlp',
      settings: defined({ url: otlp, encoding, compression, caCertificate }),
      ...(header.length > 0 && { secrets: { headers } }),
    }
  }
  if (syslog !== undefined) {
    const { facility, maxBytes, enterpriseId, acknowledge } = options
    const clientKey = read(options.key)
    return {
      kind: 'syslog',
      settings: defined({
        ...syslogAddress(syslog),
        facility,
        maxBytes,
        enterpriseId,
        acknowledge,
        caCertificate,
        clientCertificate: read(options.cert),
      }),
      ...(clientKey !== undefined && { secrets: { clientKey } }),
    }
  }
  if (file !== undefined) {
    const { rotateBytes, keepFiles } = options
    return { kind: 'file', settings: defined({ path: file, rotateBytes, keepFiles }) }
  }
  return { kind: 'webhook', settings: defined({ url: webhook, batch: options.batch, caCertificate }) }
}

/** `tls://logs.example.com:6514`, the usual port when none is named: RFC 5425, section 4.1, and RFC 5426, section 3.3. */
function syslogAddress(text: string): { protocol: string; host: string; port: number } {
  const parts = /^(tls|tcp|udp):\/\/(\[[0-9a-fA-F:]+\]|[^:/[\]]+)(?::(\d{1,5}))?$/.exec(text)
  if (parts === null) throw usage('A syslog server is named as tls://host:port, tcp://host:port or udp://host:port.')
  const [, protocol = '', host = '', port] = parts
  const usual = protocol === 'tls' ? 6514 : 514
  return { protocol, host: host.replace(/^\[(.*)\]$/, '$1'), port: port === undefined ? usual : Number(port) }
}

/** `authorization: Bearer ...`, or `authorization: @FILE`, which no other process of the machine can see. */
function headerOf(text: string, cwd: string): [string, string] {
  const colon = text.indexOf(':')
  if (colon < 1) throw usage('A header is written as "name: value" or "name: @file".')
  const value = text.slice(colon + 1).trim()
  const name = text.slice(0, colon).trim().toLowerCase()
  return [name, value.startsWith('@') ? readFileSync(resolve(cwd, value.slice(1)), 'utf8').trim() : value]
}

function defined(settings: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
}
