import type { Range, Tree } from './tree.ts'

/** The same expression in the words of JavaScript, without the `u` flag. */
export function toJavaScript(tree: Tree): RegExp {
  return new RegExp(print(tree))
}

function print(tree: Tree): string {
  switch (tree.kind) {
    case 'text':
      return anyCase(tree.anyCase, Array.from(tree.text, (each) => escape(each.charCodeAt(0))).join(''))
    case 'class':
      return anyCase(tree.anyCase, `[${tree.negated ? '^' : ''}${tree.ranges.map(printRange).join('')}]`)
    case 'sequence':
      return tree.items.map(print).join('')
    case 'choice':
      return `(?:${tree.options.map(print).join('|')})`
    case 'group':
      return `${tree.captures ? '(' : '(?:'}${print(tree.of)})`
    case 'repeat':
      return `(?:${print(tree.of)})${count(tree.least, tree.most)}${tree.lazy ? '?' : ''}`
    default:
      return tree.source
  }
}

function anyCase(is: boolean, source: string): string {
  return is ? `(?i:${source})` : source
}

function printRange([from, to]: Range): string {
  return from === to ? escape(from) : `${escape(from)}-${escape(to)}`
}

function escape(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`
}

function count(least: number, most: number): string {
  return most === Infinity ? `{${least},}` : `{${least},${most}}`
}
