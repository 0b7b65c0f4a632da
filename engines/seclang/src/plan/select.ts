import type { RuleGroup } from './group.ts'

/** Rules, as the directives that take rules out name them. */
export interface Described {
  readonly id: number
  readonly tags: readonly string[]
  readonly message: string
}

export function described(group: RuleGroup): Described {
  const actions = group.links[0]?.actions ?? []
  return {
    id: group.id,
    tags: actions.flatMap(({ name, value }) => (name === 'tag' ? [value] : [])),
    message: actions.findLast(({ name }) => name === 'msg')?.value ?? '',
  }
}

/** `920100 "930000-930999"`: ids and ranges, divided by blanks or commas. Undefined where one cannot be read. */
export function byIds(text: string): ((id: number) => boolean) | undefined {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '')
  const ranges = parts.map((part) => /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(part))
  if (ranges.length === 0 || ranges.includes(null)) return undefined
  const bounds = ranges.map((range) => [Number(range?.[1]), Number(range?.[2] ?? range?.[1])] as const)
  return (id) => bounds.some(([first, last]) => id >= first && id <= last)
}
