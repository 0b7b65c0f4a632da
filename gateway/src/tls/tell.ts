import { INSTALLATION } from '@holdfast/bundle'
import type { EdgeRecord } from '@holdfast/sdk/edge'
import type { CertificatesOptions } from './certificates.ts'

/** Makes an event of new certificates, and of such as cannot be used, which are a problem as well. */
export const tellOfCertificates =
  (record: (event: EdgeRecord) => string, onProblem: (problem: Error) => void): CertificatesOptions['tell'] =>
  (certificates, problem) => {
    record({
      kind: 'gateway.certificates_changed',
      reason: null,
      actor: null,
      application: INSTALLATION,
      outcome: problem === null ? 'success' : 'failure',
      data: { certificates, ...(problem !== null && { problem: problem.message }) },
    })
    if (problem !== null) onProblem(new Error(`${problem.message} The certificates before it stay.`))
  }
