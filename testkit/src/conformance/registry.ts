import { authzen } from './authzen/index.ts'
import { cedar } from './cedar/index.ts'
import { crs } from './crs/index.ts'
import { injection } from './injection/index.ts'
import { merkle } from './merkle/index.ts'
import type { Runner } from './runner.ts'
import { secretRules } from './secret-rules/index.ts'
import { seclangUnits } from './seclang-units/index.ts'
import { wafPayloads } from './waf-payloads/index.ts'
import { wycheproof } from './wycheproof/index.ts'

/** The runners by the name of their corpus. */
export const RUNNERS: ReadonlyMap<string, Runner> = new Map([
  ['authzen', authzen],
  ['cedar', cedar],
  ['crs', crs],
  ['injection', injection],
  ['merkle', merkle],
  ['seclang-units', seclangUnits],
  ['secret-rules', secretRules],
  ['waf-payloads', wafPayloads],
  ['wycheproof', wycheproof],
])
