import type { Database } from './database/database.ts'

/** A requirement of a framework that a control helps to meet. */
export interface ControlMapping {
  readonly framework: 'SOC 2' | 'PCI DSS 4.0.1' | 'GDPR' | 'ASVS 5.0' | 'ISO 27001:2022'
  readonly ref: string
}

export interface ControlResult {
  readonly status: 'pass' | 'fail' | 'unknown'
  /** what was looked at and found, in a sentence; no secret and no personal data */
  readonly evidence: string
}

/** A claim about the running installation, and the test that shows it. */
export interface Control {
  readonly id: string
  readonly title: string
  readonly statement: string
  readonly mapsTo: readonly ControlMapping[]
  check(context: ControlContext): Promise<ControlResult>
}

export interface ControlContext {
  readonly database: Database
  readonly tenant: string
  readonly now: Date
}
