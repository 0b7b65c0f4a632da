import type { ReactElement } from 'react'
import { fieldError } from '../../api/errors.ts'
import type { Outcome } from '../../api/types.ts'
import type { FilterDraft } from '../../lib/sink-filter.ts'
import { Checkbox } from '../../ui/checkbox.tsx'
import { Field, Input } from '../../ui/input.tsx'

interface FilterFieldsProps {
  readonly draft: FilterDraft
  readonly onChange: (draft: FilterDraft) => void
  readonly error: unknown
}

const outcomes = ['success', 'refused', 'failure'] as const satisfies readonly Outcome[]

/** Which events a sink is for. */
export function FilterFields({ draft, onChange, error }: FilterFieldsProps): ReactElement {
  return (
    <fieldset className="flex flex-col gap-4 rounded-md border border-line p-3">
      <legend className="px-1 text-xs font-medium">Which events</legend>
      <Field label="Kinds" hint="Empty: every kind. session.*, policy.written" error={fieldError(error, 'kinds')}>
        <Input value={draft.kinds} onChange={(kinds) => onChange({ ...draft, kinds })} spellCheck={false} />
      </Field>
      <Field label="Classes (class_uid)" hint="Empty: every class. 3002, 6003" error={fieldError(error, 'classes')}>
        <Input value={draft.classes} onChange={(classes) => onChange({ ...draft, classes })} inputMode="numeric" />
      </Field>
      <div role="group" aria-label="Outcomes" className="flex flex-wrap gap-4">
        {outcomes.map((outcome) => (
          <Checkbox
            key={outcome}
            label={outcome}
            checked={draft.outcomes.includes(outcome)}
            onChange={(ticked) =>
              onChange({
                ...draft,
                outcomes: outcomes.filter((each) => (each === outcome ? ticked : draft.outcomes.includes(each))),
              })
            }
          />
        ))}
      </div>
    </fieldset>
  )
}
