import { toValue } from '../convert.ts'
import { PolicyError } from '../errors.ts'
import type { ValueJson } from '../json.ts'
import type { Compilation, Compile } from './expression.ts'
import { bool, type Code, constant, dynamic } from './run.ts'

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
  const { evaluate } = compilation.operand(body, 'arg')
  return dynamic((run) => !bool(evaluate(run)))
}

function and(body: unknown, compilation: Compilation): Code {
  const left = compilation.operand(body, 'left').evaluate
  const right = compilation.operand(body, 'right').evaluate
  return dynamic((run) => bool(left(run)) && bool(right(run)))
}

function or(body: unknown, compilation: Compilation): Code {
  const left = compilation.operand(body, 'left').evaluate
  const right = compilation.operand(body, 'right').evaluate
  return dynamic((run) => bool(left(run)) || bool(right(run)))
}

function conditional(body: unknown, compilation: Compilation): Code {
  const test = compilation.operand(body, 'if').evaluate
  const yes = compilation.operand(body, 'then').evaluate
  const no = compilation.operand(body, 'else').evaluate
  return dynamic((run) => (bool(test(run)) ? yes(run) : no(run)))
}
