import type { Api } from '../api/client.ts'
import { segment } from '../api/client.ts'
import { unless } from '../api/ensure.ts'
import type { Person, Uid } from '../api/types.ts'
import { printable } from '../output/printable.ts'
import { table } from '../output/table.ts'

/** Some of a change: see `AccessComparison` in the API's reference. */
export interface Row {
  readonly principals: number
  readonly principalExamples: readonly Uid[]
  readonly resources: number
  readonly resourceExamples: readonly Uid[]
  readonly pairs: number
  readonly common: readonly Uid[]
  readonly because: readonly string[]
}

export interface Change extends Row {
  readonly kind: 'gain' | 'loss'
  readonly action: string
  readonly resourceType: string
  readonly text: string
  readonly rows: readonly Row[]
  readonly more: number
}

export interface Comparison {
  readonly same: boolean
  readonly changes: readonly Change[]
  readonly undecided: readonly { readonly action: string; readonly resourceType: string; readonly text: string }[]
  readonly compared: { readonly requests: number; readonly actions: number; readonly evaluations: number }
}

/** What people are called, for ids of people; others are called by their uid. */
export type NameOf = (uid: Uid) => string

/** Looks up those of whom examples are shown, so many at most. */
export async function namesOf(api: Api, uids: readonly Uid[], most = 30): Promise<NameOf> {
  const ids = [...new Set(uids.filter(({ type }) => type === 'Person').map(({ id }) => id))].slice(0, most)
  const names = new Map<string, string>()
  for (const id of ids) {
    const person = await unless(403, unless(404, api.get<Person>(`/people/${segment(id)}`)))
    if (person !== undefined) names.set(id, person.email)
  }
  return ({ type, id }) => (type === 'Person' ? names.get(id) : undefined) ?? `${type}::${JSON.stringify(id)}`
}

/** In words, then as a table: whom it is about, on what, and by which policies. */
export function comparisonReport({ same, changes, undecided, compared }: Comparison, nameOf: NameOf): string {
  const { requests, actions } = compared
  const extent = `Compared ${requests.toLocaleString('en')} requests of ${actions} ${actions === 1 ? 'action' : 'actions'}.\n`
  const rows = changes.flatMap((change) => change.rows.map((row) => ({ change, row })))
  const more = changes.reduce((sum, change) => sum + change.more, 0)
  const parts = [
    same
      ? undecided.length === 0
        ? 'Nobody gains or loses anything.\n'
        : 'In what could be compared, nobody gains or loses anything.\n'
      : '',
    changes.map(({ text }) => `${printable(text)}\n`).join(''),
    undecided.map(({ text }) => `${printable(text)}\n`).join(''),
    rows.length === 0 ? '' : shownRows(rows, nameOf),
    more === 0 ? '' : `${more} smaller rows are not shown.\n`,
    extent,
  ]
  return parts.filter((part) => part !== '').join('\n')
}

function shownRows(rows: readonly { readonly change: Change; readonly row: Row }[], nameOf: NameOf): string {
  const some = (number: number, examples: readonly Uid[]) => {
    const named = examples.map(nameOf).join(', ')
    return number > examples.length ? `${number}: ${named}${named === '' ? '' : ', ...'}` : named
  }
  return table(
    rows,
    {
      '': ({ change }) => (change.kind === 'gain' ? '+' : '-'),
      action: ({ change }) => change.action,
      who: ({ row }) => some(row.principals, row.principalExamples),
      'on what': ({ row }) => some(row.resources, row.resourceExamples),
      'in common': ({ row }) => row.common.map(nameOf).join(', '),
      by: ({ row }) => row.because.join(', '),
    },
    '',
  )
}
