import { Command } from 'commander'
import { segment } from '../api/client.ts'
import type { Open } from '../cli.ts'
import { printable } from '../output/printable.ts'
import { facts, table } from '../output/table.ts'

interface Scope {
  readonly operation: string
  readonly place?: string
  readonly name?: string
  readonly by?: string
  readonly class?: string
  readonly rule?: number
  readonly variable?: string
}

interface Found {
  readonly place: string
  readonly name: string
  readonly by: string
  readonly class: string
  readonly why: string
  readonly evidence: string
  readonly exception: Scope | null
  readonly whyNot: string | null
  readonly excepted: string | null
}

interface Group extends Found {
  readonly operation: string
  readonly mode: string
  readonly code: string
  readonly index: number
  readonly count: number
  readonly last: string
  readonly events: readonly string[]
}

interface Groups {
  readonly groups: readonly Group[]
  readonly looked: number
  readonly next: string | null
}

interface Step {
  readonly step: string
  readonly by: string
  readonly text: string | null
  readonly says: string
}

interface Request {
  readonly at: string
  readonly mode: string
  readonly code: string
  readonly method: string | null
  readonly path: string | null
  readonly query: readonly string[]
  readonly address: string | null
  readonly actor: { readonly type: string; readonly id: string } | null
  readonly findings: readonly (Found & { readonly index: number; readonly steps: readonly Step[] })[]
}

interface Options {
  readonly mode?: string
  readonly code?: string
  readonly detector?: string
  readonly operation?: string
  readonly since?: string
}

export function blockedCommand(open: Open): Command {
  return new Command('blocked')
    .description('what was found in requests, and how often; with an event, what arrived and how it was read')
    .argument('<application>')
    .argument('[event]', 'one of them, as shown in the list')
    .option('--mode <mode>', 'blocked, reported or refused')
    .option('--code <code>', 'attack_blocked, schema_violated, ...')
    .option('--detector <name>', 'sql, html, rule 942100, ...')
    .option('--operation <operation>', "as shown: 'POST /articles'")
    .option('--since <time>', 'ISO 8601')
    .action(async (application: string, event: string | undefined, options: Options, command: Command) => {
      const { api, show } = open(command)
      const path = `/applications/${segment(application)}/protection/blocked`
      if (event !== undefined) {
        const request = await api.get<Request>(`${path}/${segment(event)}`)
        return show(request, () => described(request))
      }
      const found = await api.get<Groups>(path, { ...options })
      show(found, () => {
        const columns = {
          count: ({ count }: Group) => count,
          last: ({ last }: Group) => last,
          operation: ({ operation }: Group) => operation,
          where: ({ place, name }: Group) => `${place} ${name}`.trim(),
          by: ({ by, class: kind, code }: Group) => (by === '' ? code : `${by} ${kind}`.trim()),
          mode: ({ mode, excepted }: Group) => (excepted === null ? mode : `${mode}, excepted since`),
          event: ({ events }: Group) => events[0],
          finding: ({ index }: Group) => index,
        }
        const more = found.next === null ? '' : `These are the newest ${found.looked} requests; there are older ones.\n`
        return table(found.groups, columns, 'Nothing was blocked or reported.') + more
      })
    })
}

function described({ at, mode, code, method, path, query, address, actor, findings }: Request): string {
  const head = facts({
    at,
    [mode]: code,
    request: `${method ?? '-'} ${path ?? '-'}${query.length === 0 ? '' : `?${query.join('&')}`}`,
    from: `${address ?? '-'}${actor === null ? '' : ` (${actor.type} ${actor.id})`}`,
  })
  return head + findings.map(finding).join('')
}

function finding(found: Request['findings'][number]): string {
  const { index, steps, exception, whyNot, excepted } = found
  const lines = steps.map(
    ({ step, by, text, says }) => `    ${`${step} ${by}`.trim()}: ${says}${text === null ? '' : `: ${text}`}`,
  )
  const end =
    excepted !== null
      ? `excepted: ${excepted}`
      : exception === null
        ? `no exception: ${whyNot ?? ''}`
        : `exception: ${scopeText(exception)}`
  return [`  finding ${index}`, ...lines, `    ${end}`].map((line) => `${printable(line)}\n`).join('')
}

/** What an exception lets through, in one line. */
export function scopeText({ operation, place, name = '', by, class: kind, rule, variable }: Scope): string {
  if (rule !== undefined) return `rule ${rule} on ${variable ?? ''} of ${operation}`
  const where = name === '' ? (place ?? '') : `${place ?? ''} ${name}`
  return `${by ?? ''}${kind === undefined ? '' : ` (${kind})`} in ${where} of ${operation}`
}
