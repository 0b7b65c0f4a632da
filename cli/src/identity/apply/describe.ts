import { printable } from '../../output/printable.ts'
import type { Change, FieldChange } from './plan.ts'
import { canonical } from './same.ts'
import { type Json, nameOf, textOf } from './thing.ts'

const signs = { create: '+', update: '~', delete: '-' } as const

/** For people: one line for each thing, and below it what it will be, or what changes of it. */
export function described(changes: readonly Change[], replaced: ReadonlySet<Change>): string {
  const lines = changes.flatMap((change) => [
    `${signs[change.act]} ${nameOf(change.thing)}`,
    ...partsOf(change).map((line) => `    ${line}`),
    ...(replaced.has(change) ? ['    the client secret, which is not shown'] : []),
  ])
  const many = (act: Change['act']) => changes.filter((change) => change.act === act).length
  return `${lines.map(printable).join('\n')}\n${many('create')} to add, ${many('update')} to change, ${many('delete')} to delete.\n`
}

function partsOf(change: Change): readonly string[] {
  if (change.act === 'delete') return []
  if (change.act === 'create') {
    return Object.entries(change.thing.fields)
      .filter(([field, value]) => value !== null && field !== 'hasSecret')
      .flatMap(([field, value]) => (field === 'text' ? ['(a schema)'] : [`${field}: ${short(value)}`]))
  }
  return change.fields.filter(({ field }) => field !== 'hasSecret').flatMap(differences)
}

function differences({ field, from, to }: FieldChange): readonly string[] {
  if (field === 'text') return [textChange(from, to)]
  if (!Array.isArray(from) || !Array.isArray(to)) return [`${field}: ${short(from)} -> ${short(to)}`]
  const [before, after] = [from, to].map(
    (list) => new Map((list as readonly Json[]).map((item) => [canonical(item), item])),
  )
  const only = (one: ReadonlyMap<string, Json> | undefined, other: ReadonlyMap<string, Json> | undefined) =>
    [...(one ?? [])].filter(([key]) => other?.has(key) !== true).map(([, item]) => item)
  const lines = [
    ...only(before, after).map((item) => `${field}: - ${short(item)}`),
    ...only(after, before).map((item) => `${field}: + ${short(item)}`),
  ]
  return lines.length > 0 ? lines : [`${field}: ${short(from)} -> ${short(to)}`]
}

function textChange(from: Json, to: Json): string {
  const lines = (text: Json) => new Set(textOf(text).split('\n'))
  const [before, after] = [lines(from), lines(to)]
  const gone = [...before].filter((line) => !after.has(line)).length
  const come = [...after].filter((line) => !before.has(line)).length
  return to === null ? 'the schema goes' : `the schema: ${come} lines come, ${gone} lines go`
}

function short(value: Json): string {
  if (value === null) return 'nothing'
  const text = JSON.stringify(value)
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`
}
