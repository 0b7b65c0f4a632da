import { compileProgram } from './compile/compile.ts'
import { Running } from './run/transaction.ts'
import type { Engine, EngineOptions } from './types.ts'

/**
 * Compiles a SecLang configuration.
 * @throws SecLangError what is wrong with it, and where
 */
export function createEngine(options: EngineOptions): Engine {
  const program = compileProgram(options)
  return {
    rules: program.rules,
    ignored: program.ignored,
    components: program.settings.signatures,
    begin: (connection) => new Running(program, connection),
  }
}
