import type { Inspection, Inspector, Verdict } from '../types.ts'

/** Sends one request through an inspector. @param headers beside those of the body */
export function begin(
  inspector: Inspector,
  line: string,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): Inspection {
  const space = line.indexOf(' ')
  const bytes = Buffer.from(body)
  const all = bytes.length > 0 ? { 'Content-Length': String(bytes.length), ...headers } : headers
  const request = inspector.begin({
    method: line.slice(0, space),
    target: line.slice(space + 1),
    headers: Object.entries(all).flat(),
  })
  if (request.wantsBody > 0) request.body(bytes)
  return request
}

/** The same, and what it says. */
export const ask = (...asked: Parameters<typeof begin>): Verdict => begin(...asked).verdict

/** `code place name by` of each finding. */
export function told({ findings }: Verdict): string[] {
  return findings.map(({ code, place, name, by }) => `${code} ${place} ${name} ${by}`)
}
