/** OCSF severity_id, dictionary of attributes. */
const severities: Readonly<Record<number, { readonly syslog: number; readonly otlp: number; readonly text: string }>> =
  {
    1: { syslog: 6, otlp: 9, text: 'INFO' },
    2: { syslog: 5, otlp: 10, text: 'INFO2' },
    3: { syslog: 4, otlp: 13, text: 'WARN' },
    4: { syslog: 3, otlp: 17, text: 'ERROR' },
    5: { syslog: 2, otlp: 18, text: 'ERROR2' },
    6: { syslog: 1, otlp: 21, text: 'FATAL' },
  }
const unknown = { syslog: 6, otlp: 9, text: 'INFO' } as const

/** Severity of RFC 5424 (table 2: 6 informational to 1 alert) and of the log data model of OpenTelemetry. */
export function severityOf(id: number): { readonly syslog: number; readonly otlp: number; readonly text: string } {
  return severities[id] ?? unknown
}
