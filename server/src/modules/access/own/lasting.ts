import type { Uid } from '../../../platform/ports.ts'
import { ownApplication } from './load.ts'

/**
 * Acts after which somebody can do more, or act as somebody else, for good: on whomever they are done. Who may ask for power and
 * who approves it is not for power that was asked for to say, and whether the glass was rightly broken not for who broke it. The key
 * of a new service, the secret of a client and a sink of one's own would be there still when the power is gone.
 */
const onAnybody: ReadonlySet<string> = new Set([
  'changeMembers',
  'handOverPerson',
  'provision',
  'setPassword',
  'resetFactors',
  'importPasswords',
  'exportPasswords',
  'createService',
  'rotateServiceKey',
  'createClient',
  'updateClient',
  'rotateClientSecret',
  'issueRegistrationToken',
  'changeResources',
  'createSink',
  'updateSink',
  'changeSeal',
  'rotateSeal',
  'changeElevationRules',
  'reviewBreakGlass',
  'readMailbox',
  'createConnection',
  'updateConnection',
  'createInvitation',
  'changeEmail',
])

/** The same, where they are done to the rules by which Holdfast decides about itself. */
const onOurselves: ReadonlySet<string> = new Set([
  'writePolicy',
  'deletePolicy',
  'promoteCandidate',
  'changeRoles',
  'grantAccess',
])

/**
 * Whether an act of the management API gives power that lasts. Who may do it for a time only (an elevation, a grant that ends)
 * may not: it would be a way to make the time unlimited.
 */
export function givesLastingPower(action: string, { type, id }: Uid): boolean {
  return onAnybody.has(action) || (onOurselves.has(action) && type === 'Application' && id === ownApplication)
}
