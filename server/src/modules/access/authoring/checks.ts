import {
  type Finding,
  type ParsedPolicy,
  type ParsedSchema,
  parsePolicy,
  parseSchema,
  validate,
} from '@holdfast/policy/authoring'

/** What is asked of the worker. */
export type Check =
  | { readonly kind: 'policy'; readonly name: string; readonly text: string }
  | { readonly kind: 'schema'; readonly text: string }
  | { readonly kind: 'validate'; readonly policies: Readonly<Record<string, string>>; readonly schema: string }

export interface Checked {
  readonly policy: ParsedPolicy
  readonly schema: ParsedSchema
  readonly validate: readonly Finding[]
}

export function run(check: Check): Checked[Check['kind']] {
  switch (check.kind) {
    case 'policy': {
      const parsed = parsePolicy(check.name, check.text)
      return parsed.ok && holdsNul(parsed.policy) ? unstorable(check.name) : parsed
    }
    case 'schema': {
      const parsed = parseSchema(check.text)
      return parsed.ok && holdsNul(parsed.schema) ? unstorable(null) : parsed
    }
    default:
      return validate(check.policies, check.schema)
  }
}

/** `"\0"` is a string of Cedar; PostgreSQL has no place for it, in text or in jsonb. */
function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0')
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, inner]) => name.includes('\0') || holdsNul(inner))
}

function unstorable(policy: string | null): { readonly ok: false; readonly findings: readonly Finding[] } {
  return { ok: false, findings: [findingOf('a string holds the character U+0000, which cannot be stored', policy)] }
}

export function findingOf(message: string, policy: string | null = null, help: string | null = null): Finding {
  return { policy, severity: 'error', message, help, start: null, end: null }
}
