/** The classes of OCSF 1.8 that Holdfast's own events have, by `class_uid`. Applications may send others. */
export const ocsfClasses: Readonly<Record<string, string>> = {
  '0': 'Base Event',
  '2002': 'Vulnerability Finding',
  '2003': 'Compliance Finding',
  '2004': 'Detection Finding',
  '2005': 'Incident Finding',
  '3001': 'Account Change',
  '3002': 'Authentication',
  '3003': 'Authorize Session',
  '3004': 'Entity Management',
  '3005': 'User Access Management',
  '3006': 'Group Management',
  '4002': 'HTTP Activity',
  '6002': 'Application Lifecycle',
  '6003': 'API Activity',
}

export function className(uid: string): string {
  return ocsfClasses[uid] ?? `Class ${uid}`
}
