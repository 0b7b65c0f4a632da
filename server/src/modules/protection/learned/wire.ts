import { compileApi, type Difference, differencesOf, draftLearned } from '@holdfast/inspection'
import type { InspectionSettings } from '@holdfast/http-guard'
import { z } from 'zod'
import type { LearnedRow } from './store.ts'

const whats = ['operation_new', 'operation_unseen', 'parameter_new', 'body_new', 'field_new'] as const

export const LearnedAnswer = z.object({
  learning: z.boolean(),
  since: z.iso.datetime().nullable(),
  updatedAt: z.iso.datetime().nullable(),
  observed: z.int().meta({ description: 'Requests that taught' }),
  document: z.record(z.string(), z.unknown()).meta({ description: 'OpenAPI 3.1: a proposal that somebody reads' }),
  operations: z.array(
    z.object({
      operation: z.string(),
      count: z.int(),
      confidence: z.enum(['low', 'medium', 'high']),
      change: z.enum(['new', 'wider', 'same']).meta({ description: 'Against the document in force' }),
    }),
  ),
  differences: z.array(
    z.object({ operation: z.string(), what: z.enum(whats), at: z.string(), count: z.int(), says: z.string() }),
  ),
})

const says: Readonly<Record<Difference['what'], (at: string) => string>> = {
  operation_new: () => 'The document does not describe it.',
  operation_unseen: () => 'The document describes it, and nobody has asked for it.',
  parameter_new: (at) => `The query has a parameter ${at} that the document does not name.`,
  body_new: (at) => `There are bodies of the type ${at}, which the document does not name.`,
  field_new: (at) => `Bodies have a field ${at} that the document does not name.`,
}

/** @param least operations that were seen less often are left out of the document */
export function showLearned(
  row: LearnedRow | undefined,
  { learn, document }: InspectionSettings,
  least: number,
): z.input<typeof LearnedAnswer> {
  const learned = row?.learned ?? null
  const draft = draftLearned(learned, least)
  const api = document === null ? null : compileApi(document)
  const differences = differencesOf(learned, api === null || 'errors' in api ? null : api)
  return {
    learning: learn,
    since: row?.since.toISOString() ?? null,
    updatedAt: row?.updated_at.toISOString() ?? null,
    observed: Number(row?.observed ?? 0),
    document: { ...draft.document },
    operations: draft.operations.map(({ name, count, confidence }) => ({
      operation: name,
      count,
      confidence,
      change: changeOf(name, document === null, differences),
    })),
    differences: differences.map((each) => ({ ...each, says: says[each.what](each.at) })),
  }
}

/** Parameters may have other names in the document. */
function changeOf(name: string, without: boolean, differences: readonly Difference[]): 'new' | 'wider' | 'same' {
  const shape = shapeOf(name)
  const own = differences.filter(({ operation, what }) => what !== 'operation_unseen' && shapeOf(operation) === shape)
  if (without || own.some(({ what }) => what === 'operation_new')) return 'new'
  return own.length > 0 ? 'wider' : 'same'
}

const shapeOf = (name: string): string => name.replaceAll(/\{[^{}/]*\}/g, '{}')
