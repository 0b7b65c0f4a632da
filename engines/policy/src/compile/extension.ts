import { EvaluationError, PolicyError } from '../errors.ts'
import { callExtension, EXTENSION_FUNCTIONS } from '../extensions/index.ts'
import type { Value } from '../value.ts'
import type { Compilation } from './expression.ts'
import { type Code, constant, dynamic } from './run.ts'

/** A call of an extension function: every key that is no operator must be one. `ip("10.0.0.0/8")` is parsed once. */
export function compileExtension(name: string, body: unknown, compilation: Compilation): Code {
  const fn = EXTENSION_FUNCTIONS.get(name)
  if (fn === undefined) {
    throw new PolicyError('operator_unknown', `\`${name}\` is not an operator of Cedar 4.5`, compilation.path)
  }
  if (!Array.isArray(body)) return compilation.refuse(`\`${name}\` takes a list of arguments`)
  const args: Code[] = []
  for (const arg of body as unknown[]) args.push(compilation.expression(arg))
  const [first, second] = args
  if (args.length === 1 && fn.arity === 1 && first !== undefined) {
    if (first.constant !== undefined) return folded(() => fn.call(first.constant ?? false, false))
    return dynamic((run) => fn.call(first.evaluate(run), false))
  }
  if (args.length === 2 && fn.arity === 2 && first !== undefined && second !== undefined) {
    return dynamic((run) => fn.call(first.evaluate(run), second.evaluate(run)))
  }
  // A wrong number of arguments is an evaluation error in Cedar, after the arguments' own.
  return dynamic((run) => {
    const values: Value[] = []
    for (const arg of args) values.push(arg.evaluate(run))
    return callExtension(name, fn, values)
  })
}

/** A call of constants: done now; when it fails, it fails in every run. */
function folded(call: () => Value): Code {
  try {
    return constant(call())
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error
    return dynamic(call)
  }
}
