import type { SinkKind } from '../api/types.ts'

/** What is typed into a form: texts, and marks of boxes that are ticked. */
export type Draft = Readonly<Record<string, string | boolean>>

/** One setting of a sink, as a form asks for it. Numbers are typed as texts. */
export interface SinkField {
  readonly name: string
  readonly label: string
  readonly type: 'text' | 'number' | 'choice' | 'flag' | 'pem' | 'headers'
  readonly hint?: string
  readonly choices?: readonly (readonly [value: string, label: string])[]
  /** What is shown when nothing was said; it is what the server takes then. */
  readonly usual?: string | boolean
  readonly required?: boolean
  /** Kept encrypted and never shown again. */
  readonly secret?: boolean
  /** Among what few people change. */
  readonly rare?: boolean
  readonly when?: (draft: Draft) => boolean
}

const timeout: SinkField = {
  name: 'timeoutSeconds',
  label: 'Timeout, seconds',
  type: 'number',
  usual: '10',
  rare: true,
}
const authority: SinkField = {
  name: 'caCertificate',
  label: 'Certificate of its authority (PEM)',
  type: 'pem',
  hint: 'Empty: the authorities that the server knows.',
  rare: true,
}
const overTls = ({ protocol = 'tls' }: Draft) => protocol === 'tls'

export const sinkFields: Readonly<Record<SinkKind, readonly SinkField[]>> = {
  otlp: [
    {
      name: 'url',
      label: 'Address',
      type: 'text',
      required: true,
      hint: 'Of the logs signal: https://collector.example.com/v1/logs',
    },
    {
      name: 'headers',
      label: 'Headers',
      type: 'headers',
      secret: true,
      hint: 'One a line, as authorization: Bearer … They are kept encrypted.',
    },
    {
      name: 'encoding',
      label: 'Encoding',
      type: 'choice',
      choices: [
        ['protobuf', 'protobuf'],
        ['json', 'JSON'],
      ],
      usual: 'protobuf',
      rare: true,
    },
    {
      name: 'compression',
      label: 'Compression',
      type: 'choice',
      choices: [
        ['gzip', 'gzip'],
        ['none', 'none'],
      ],
      usual: 'gzip',
      rare: true,
    },
    timeout,
    authority,
  ],
  syslog: [
    { name: 'host', label: 'Host', type: 'text', required: true },
    { name: 'port', label: 'Port', type: 'number', required: true, usual: '6514' },
    {
      name: 'protocol',
      label: 'Protocol',
      type: 'choice',
      choices: [
        ['tls', 'TLS'],
        ['tcp', 'TCP'],
        ['udp', 'UDP'],
      ],
      usual: 'tls',
    },
    {
      name: 'acknowledge',
      label: 'A batch has arrived',
      type: 'choice',
      choices: [
        ['close', 'when the receiver has read it to its end'],
        ['sent', 'as soon as it was sent'],
      ],
      usual: 'close',
      when: ({ protocol }) => protocol !== 'udp',
    },
    { name: 'facility', label: 'Facility', type: 'number', usual: '13', hint: '13 is "log audit".', rare: true },
    { name: 'appName', label: 'App name', type: 'text', usual: 'holdfast', rare: true },
    { name: 'enterpriseId', label: 'Enterprise number', type: 'text', usual: '32473', rare: true },
    { name: 'maxBytes', label: 'Longest message, bytes', type: 'number', rare: true },
    timeout,
    { ...authority, when: overTls },
    { name: 'serverName', label: 'Name in its certificate', type: 'text', rare: true, when: overTls },
    { name: 'clientCertificate', label: 'Our certificate (PEM)', type: 'pem', rare: true, when: overTls },
    { name: 'clientKey', label: 'Our private key (PEM)', type: 'pem', secret: true, rare: true, when: overTls },
  ],
  file: [
    {
      name: 'path',
      label: 'File',
      type: 'text',
      required: true,
      hint: 'Below the configured directory, as audit/events.ndjson',
    },
    { name: 'rotateDaily', label: 'A new file for each day (UTC)', type: 'flag', usual: true },
    { name: 'rotateBytes', label: 'A new file after bytes', type: 'number', usual: '104857600', rare: true },
    { name: 'keepFiles', label: 'Old files kept', type: 'number', usual: '0', hint: '0 keeps all.', rare: true },
  ],
  webhook: [
    { name: 'url', label: 'Address', type: 'text', required: true, hint: 'https://hooks.example.com/holdfast' },
    { name: 'batch', label: 'Events in one message, at most', type: 'number', usual: '20', rare: true },
    timeout,
    authority,
  ],
}

/** The draft that a form begins with: what is set, else what is usual. */
export function draftOf(kind: SinkKind, settings: Readonly<Record<string, unknown>> = {}): Draft {
  const draft: Record<string, string | boolean> = {}
  for (const { name, secret = false, usual = '' } of sinkFields[kind]) {
    const value = secret ? '' : (settings[name] ?? usual)
    draft[name] = typeof value === 'boolean' ? value : textOf(value)
  }
  return draft
}

/** The settings that a draft says; an empty field is left out, and the server takes what is usual. */
export function settingsOf(kind: SinkKind, draft: Draft): Record<string, unknown> {
  return valuesOf(kind, draft, false)
}

/** The secrets that a draft says; undefined when none was typed: those that there are stay. */
export function secretsOf(kind: SinkKind, draft: Draft): Record<string, unknown> | undefined {
  const secrets = valuesOf(kind, draft, true)
  return Object.keys(secrets).length === 0 ? undefined : secrets
}

/** Whether everything is there that must be. */
export function isWhole(kind: SinkKind, draft: Draft): boolean {
  return sinkFields[kind].every(({ name, required = false }) => !required || String(draft[name] ?? '').trim() !== '')
}

/** Header lines as pairs; a line without a colon is a name without a value, which the server refuses. */
export function headersOf(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return colon < 0 ? [line.trim(), ''] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()]
    }),
  )
}

function valuesOf(kind: SinkKind, draft: Draft, secret: boolean): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const field of sinkFields[kind]) {
    const value = draft[field.name]
    if ((field.secret ?? false) !== secret || value === undefined || field.when?.(draft) === false) continue
    if (typeof value === 'boolean') values[field.name] = value
    else if (value.trim() !== '') values[field.name] = typed(field, value)
  }
  return values
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function typed({ type }: SinkField, text: string): unknown {
  if (type === 'number') return /^\d+$/u.test(text.trim()) ? Number(text) : text
  if (type === 'headers') return headersOf(text)
  return type === 'pem' ? text : text.trim()
}
