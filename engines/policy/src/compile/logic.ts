import { toValue } from '../convert.ts'
import { PolicyError } from '../errors.ts'
import type { ValueJson } from '../json.ts'
import type { Compilation, Compile } from './expression.ts'
import { type Code, constant, dynamic, predicate, testOf } from './run.ts'

/** Literals, variables, and what decides whether another expression is evaluated at all. */
export const LOGIC: readonly (readonly [string, Compile])[] = [
  ['Value', literal],
  ['Var', variable],
  ['!', not],
  ['&&', and],
  ['||', or],
  ['if-then-else', conditional],
]

function literal(body: unknown, compilation: Compilation): Code {
  if (body === undefined) return compilation.refuse('a literal must have a value')
  try {
    return constant(toValue(body as ValueJson))
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    const code = error.code === 'integer_out_of_range' ? error.code : 'policy_malformed'
    throw new PolicyError(code, error.message, compilation.path)
  }
}

function variable(body: unknown, compilation: Compilation): Code {
  switch (body) {
    case 'principal':
      return dynamic((run) => run.principal)
    case 'action':
      return dynamic((run) => run.action)
    case 'resource':
      return dynamic((run) => run.resource)
    case 'context':
      return dynamic((run) => run.context)
    default:
      return compilation.refuse(`${JSON.stringify(body)} is not a variable`)
  }
}

function not(body: unknown, compilation: Compilation): Code {
  const test = testOf(compilation.operand(body, 'arg'))
  return predicate((run) => !test(run))
}

function and(body: unknown, compilation: Compilation): Code {
  const left = testOf(compilation.operand(body, 'left'))
  const right = testOf(compilation.operand(body, 'right'))
  return predicate((run) => left(run) && right(run))
}

function or(body: unknown, compilation: Compilation): Code {
  const left = testOf(compilation.operand(body, 'left'))
  const right = testOf(compilation.operand(body, 'right'))
  return predicate((run) => left(run) || right(run))
}

function conditional(body: unknown, compilation: Compilation): Code {
  const test = testOf(compilation.operand(body, 'if'))
  const yes = compilation.operand(body, 'then').evaluate
  const no = compilation.operand(body, 'else').evaluate
  return dynamic((run) => (test(run) ? yes(run) : no(run)))
}
