import { PatternError } from './errors.ts'
import type { CompileOptions, Input, Matcher, Span } from './types.ts'

/** @throws PatternError */
export function compile(source: string, options: CompileOptions = {}): Matcher {
  const expression = translate(source, options)
  const groupCount = (new RegExp(`${expression.source}|`, expression.flags).exec('')?.length ?? 1) - 1
  const groups = (input: Input, from = 0): readonly (Span | undefined)[] | undefined => {
    const found = new RegExp(expression.source, `${expression.flags}dg`)
    found.lastIndex = from
    return found
      .exec(textOf(input))
      ?.indices?.map((pair) => (pair === undefined ? undefined : { start: pair[0], end: pair[1] }))
  }
  return {
    source,
    groupCount,
    groupNames: new Map(),
    test: (input) => expression.test(textOf(input)),
    find: (input, from) => groups(input, from)?.[0],
    groups,
  }
}

function textOf(input: Input): string {
  return typeof input === 'string' ? input : String.fromCharCode(...input)
}

function translate(source: string, { flags = {} }: CompileOptions): RegExp {
  const all = new Set<string>()
  if (flags.ignoreCase === true) all.add('i')
  if (flags.dotAll === true) all.add('s')
  if (flags.multiline === true) all.add('m')
  const plain = source
    .replaceAll(/\(\?([imsx]+)\)/g, (_, inline: string) => {
      for (const flag of inline) all.add(flag)
      return ''
    })
    .replaceAll(/\\x\{([0-9a-fA-F]{2})\}/g, '\\x$1')
    .replaceAll('\\z', '$')
  try {
    return new RegExp(plain, [...all].join(''))
  } catch (error) {
    throw new PatternError('syntax', 0, (error as Error).message)
  }
}
