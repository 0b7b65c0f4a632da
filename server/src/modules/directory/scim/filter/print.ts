import type { AttributePath, Filter } from './types.ts'

/** A filter as text that parses to the same. */
export function printFilter(filter: Filter): string {
  switch (filter.is) {
    case 'and':
    case 'or':
      return `${operand(filter.left, filter.is, 'left')} ${filter.is} ${operand(filter.right, filter.is, 'right')}`
    case 'not':
      return `not (${printFilter(filter.of)})`
    case 'present':
      return `${printPath(filter.path)} pr`
    case 'some':
      return printPath(filter.path)
    default:
      return `${printPath(filter.path)} ${filter.operator} ${JSON.stringify(filter.value)}`
  }
}

/** What the grammar would put together otherwise is grouped: chains are read from the left. */
function operand(filter: Filter, within: 'and' | 'or', side: 'left' | 'right'): string {
  const text = printFilter(filter)
  const grouped =
    filter.is === 'or'
      ? within === 'and' || side === 'right'
      : filter.is === 'and' && within === 'and' && side === 'right'
  return grouped ? `(${text})` : text
}

export function printPath({ schema, name, sub, where }: AttributePath): string {
  const start = schema === null ? name : name === '' ? schema : `${schema}:${name}`
  return `${start}${where === null ? '' : `[${printFilter(where)}]`}${sub === null ? '' : `.${sub}`}`
}
