import { html, type Html } from '../../../../platform/http/html.ts'

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

/** How long ago, with the time itself in the title. @param iso ISO 8601 */
export function when(iso: string | null, now: Date): Html {
  if (iso === null) return html`never`
  const seconds = Math.max(0, (now.getTime() - Date.parse(iso)) / 1000)
  const [unit, size] = units.find(([, least]) => seconds >= least) ?? ['second', 1]
  const count = Math.floor(seconds / size)
  const said = unit === 'second' ? 'just now' : `${count} ${unit}${count === 1 ? '' : 's'} ago`
  return html`<time datetime="${iso}" title="${iso.slice(0, 16).replace('T', ' ')} UTC">${said}</time>`
}
