import type { Engine } from '@holdfast/seclang'
import type { AuditFile } from './audit-file.ts'
import { auditLine } from './audit-json.ts'
import type { Rules, TriedRequest } from './trial.ts'

export interface RulesOptions {
  readonly engine: Engine
  readonly audit: AuditFile | null
  readonly onTried: ((tried: TriedRequest) => void) | undefined
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Rules whose relevant requests are written to a file. */
export function rulesOf({ engine, audit, onTried, now }: RulesOptions): Rules {
  if (audit === null) return { engine, now, onTried: onTried ?? null }
  return {
    engine,
    now,
    onTried: (tried) => {
      onTried?.(tried)
      if (tried.audit.relevant) audit.append(auditLine(tried, engine))
    },
  }
}
