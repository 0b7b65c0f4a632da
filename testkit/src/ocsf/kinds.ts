import { classes, type EventDefinition, undefinedKind } from '@holdfast/events'
import { eventDefinitions } from '@holdfast/server'
import type { Definition } from './schema.ts'

const made = {
  user: 'person',
  operation: 'action',
  privileges: 'privileges',
  finding: 'finding',
  title: 'title',
  vulnerability: 'title',
  control: 'control',
}
const severity = { success: 'Informational', refused: 'High', failure: 'Critical' } as const

/** Every kind that we define, one that an application made up, and one of each activity of each class, used or not. */
export const everyKind: readonly (readonly [kind: string, EventDefinition])[] = [
  ...eventDefinitions,
  ['order.placed', undefinedKind],
  ...[...classes.values()].flatMap((of) =>
    Object.entries(of.activities).map(([activity, id]): [string, EventDefinition] => [
      `class_${of.uid}.activity_${id}`,
      {
        summary: 'For this test.',
        class: of,
        activity,
        severity,
        made,
        outcomes: ['success'],
        personal: [],
        written: null,
      },
    ]),
  ),
]

export const product = { name: 'Holdfast', vendor_name: 'Holdfast', version: '1.2.3' }

/** The values of an enumerated attribute, with their captions. */
export function valuesOf(definition: Definition | undefined, attribute: string): Record<string, string> {
  return Object.fromEntries(definition?.attributes.get(attribute)?.enum ?? [])
}
