import type { GuardMode, Protection } from '../../../api/types.ts'

const strength: Readonly<Record<GuardMode, number>> = { off: 0, report: 1, block: 2 }

/** What a change opens, in sentences: to be read before it is saved. */
export function weakened(before: Protection, after: Protection): readonly string[] {
  const less = (was: GuardMode, is: GuardMode) => strength[is] < strength[was]
  const said: string[] = []
  if (less(before.inspection.mode, after.inspection.mode)) {
    said.push('Requests with an attack will reach the application wherever no route says otherwise.')
  }
  if (before.inspection.document !== null && after.inspection.document === null) {
    said.push('What the document of the API did not describe will not be refused any more.')
  } else if (before.inspection.unknown === 'refuse' && after.inspection.unknown !== 'refuse') {
    said.push('Paths and fields that the document of the API does not name will reach the application.')
  }
  const dropped = after.inspection.without.filter((name) => !before.inspection.without.includes(name))
  if (dropped.length > 0) said.push(`Nobody looks any more for what these detectors find: ${dropped.join(', ')}.`)
  if (less(before.csrf.mode, after.csrf.mode)) {
    said.push('Other sites will be able to make the browsers of your people change things.')
  }
  if (less(before.limits.mode, after.limits.mode)) said.push('No limit will refuse a request.')
  if (before.csp.mode === 'block' && after.csp.mode !== 'block') {
    said.push('Browsers will not enforce the content security policy.')
  }
  if (less(before.policy.mode, after.policy.mode)) {
    said.push('Policies will not keep anybody from what routes name at the gateway.')
  }
  if (before.addresses.allow.length === 0 && after.addresses.allow.length > 0) {
    said.push('Only the addresses that are listed will be answered; everybody else is shut out.')
  }
  return said
}
