import type { SyslogSettings } from '../settings.ts'
import { severityOf } from './severity.ts'
import type { Outgoing } from './transport.ts'

export interface SyslogSender {
  readonly settings: Pick<SyslogSettings, 'facility' | 'appName' | 'enterpriseId'>
  /** HOSTNAME: the name under which people know this installation */
  readonly hostname: string
  readonly processId: string
  /** bytes of the longest message */
  readonly most: number
}

/**
 * One message of RFC 5424. MSG is the OCSF document as JSON of ASCII characters alone, so that it needs no byte order
 * mark (section 6.4) and every parser reads it. What is too long is cut at its end, and the structured data, which comes
 * first, says so with the length that it had.
 */
export function syslogMessage(item: Outgoing, sender: SyslogSender): Buffer {
  const { settings, hostname, processId, most } = sender
  const { severity, kind, elements, body } = contentOf(item)
  const priority = settings.facility * 8 + severity
  const header = [
    `<${priority}>1`,
    item.time.toISOString(),
    field(hostname, 255),
    field(settings.appName, 48),
    field(processId, 128),
    field(kind, 32),
  ].join(' ')
  const text = ascii(body)
  const whole = message(header, structured(settings.enterpriseId, elements), text)
  if (whole.byteLength <= most) return whole
  const told = structured(settings.enterpriseId, { ...elements, truncated: String(text.length) })
  const room = most - message(header, told, '').byteLength
  return message(header, told, text.slice(0, Math.max(0, room))).subarray(0, most)
}

type Elements = Readonly<Record<string, string | undefined>>

function contentOf(item: Outgoing): { severity: number; kind: string; elements: Elements; body: string } {
  if (item.is === 'event') {
    const { seq, id, kind, outcome } = item
    const elements = { seq: String(seq), id, kind, outcome, requestId: item.requestId ?? undefined }
    return { severity: severityOf(item.severity).syslog, kind, elements, body: item.json }
  }
  if (item.is === 'gap') {
    const { from, to, count } = item
    const elements = { gapFrom: String(from), gapTo: String(to), gapCount: String(count) }
    return { severity: 4, kind: 'gap', elements, body: JSON.stringify({ gap: { from, to, count } }) }
  }
  return { severity: 6, kind: 'test', elements: { id: item.id }, body: JSON.stringify({ test: item.id }) }
}

function message(header: string, data: string, text: string): Buffer {
  return Buffer.from(`${header} ${data} ${text}`)
}

/** Section 6.3: `"`, `\` and `]` are escaped in values; nothing else may be. */
function structured(enterpriseId: string, elements: Elements): string {
  const parameters = Object.entries(elements)
    .filter((pair): pair is [string, string] => pair[1] !== undefined)
    .map(([name, value]) => ` ${name}="${ascii(value).replaceAll(/["\\\]]/g, '\\$&')}"`)
  return `[holdfast@${enterpriseId}${parameters.join('')}]`
}

/** PRINTUSASCII of a bounded length, or the NILVALUE. */
function field(value: string, longest: number): string {
  const clean = value.replaceAll(/[^\x21-\x7e]/g, '_').slice(0, longest)
  return clean === '' ? '-' : clean
}

/** JSON may write every character as an escape; what is no JSON is written the same way. */
function ascii(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** RFC 6587, section 3.4.1, and RFC 5425, section 4.3: the length in front, so that nothing in a message ends it. */
export function octetCounted(text: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${text.byteLength} `), text])
}
