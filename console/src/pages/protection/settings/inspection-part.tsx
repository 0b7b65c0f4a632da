import type { ReactElement } from 'react'
import type { InspectionSettings } from '../../../api/types.ts'
import { detectors, modeWords } from '../../../lib/protection-words.ts'
import { Checkbox } from '../../../ui/checkbox.tsx'
import { Choice } from '../../../ui/choice.tsx'
import { Field, Input } from '../../../ui/input.tsx'
import { NumberField } from '../../../ui/list-fields.tsx'
import { Rows } from '../../../ui/rows.tsx'
import { SelectField } from '../../../ui/select.tsx'
import { type PartProps, said } from './draft.ts'

const KIB = 1024
const modes = (['block', 'report', 'off'] as const).map((value) => ({ value, label: modeWords[value] }))

/** What is read of requests and answers, and what becomes of what is found there. */
export function InspectionPart({ draft }: PartProps): ReactElement {
  const { settings, change, errorAt, disabled } = draft
  const { inspection } = settings
  const set = (patch: Partial<InspectionSettings>) => change('inspection', { ...inspection, ...patch })
  const asked = (name: string) => !inspection.without.includes(name)
  return (
    <>
      <Choice
        label="What happens to what is found"
        value={inspection.mode}
        onChange={(mode) => set({ mode })}
        disabled={disabled}
        options={[
          {
            value: 'block',
            label: 'Block',
            says: 'Requests with an attack, or that can be read in two ways, are refused.',
          },
          {
            value: 'report',
            label: 'Report only',
            says: 'Everything passes, attacks too. An event tells what would have been refused.',
          },
          { value: 'off', label: 'Off', says: 'Requests are not looked at.' },
        ]}
      />
      <Rows
        label="Modes of single routes"
        hint="The first that fits decides; what none of them fits is as above. /orders/{id} stands for one step, /files/** for all below."
        items={inspection.routes}
        onChange={(routes) => set({ routes })}
        disabled={disabled}
        ordered
        one="route"
        add="Add route"
        fresh={(): InspectionSettings['routes'][number] => ({ path: '/', mode: 'report' })}
        errorAt={(index) => errorAt(`inspection.routes.${index}`)}
        row={(route, put) => (
          <div className="grid gap-2 sm:grid-cols-[6rem_minmax(0,1fr)_9rem]">
            <Field label="Method">
              <Input
                value={route.method ?? ''}
                placeholder="all"
                className="font-mono text-xs"
                onChange={(method) =>
                  put(said({ ...route, method: method === '' ? undefined : method.toUpperCase() }) as typeof route)
                }
              />
            </Field>
            <Field label="Path">
              <Input value={route.path} className="font-mono text-xs" onChange={(path) => put({ ...route, path })} />
            </Field>
            <SelectField label="Mode" value={route.mode} onChange={(mode) => put({ ...route, mode })} options={modes} />
          </div>
        )}
      />
      <fieldset disabled={disabled} className="min-w-0">
        <legend className="text-xs font-medium">Detectors</legend>
        <p className="mb-1 text-xs text-muted">
          Each reads values as one language. Switch one off only where the application has nothing that reads it: an
          exception for one field is narrower.
        </p>
        <div className="grid gap-x-4 gap-y-1 rounded-md border border-line bg-surface p-3 sm:grid-cols-2">
          {detectors.map(([name, reads]) => (
            <Checkbox
              key={name}
              disabled={disabled}
              checked={asked(name)}
              onChange={(checked) =>
                set({
                  without: checked ? inspection.without.filter((each) => each !== name) : [...inspection.without, name],
                })
              }
              label={
                <>
                  <code className="font-mono text-xs">{name}</code> <span className="text-muted">{reads}</span>
                </>
              }
            />
          ))}
        </div>
      </fieldset>
      <Checkbox
        disabled={disabled}
        checked={inspection.learn}
        onChange={(learn) => set({ learn })}
        label="Learn what honest requests are like, without their values: the page Learned drafts the document of the API from it"
      />
      <NumberField
        label="Longest body that is inspected, in KiB"
        hint="A longer one is refused (body_too_large); 1 to 16,384. Images, archives and other binary bodies are not inspected and may be longer."
        value={Math.ceil(inspection.bodyBytes / KIB)}
        onChange={(kib) => set({ bodyBytes: (kib ?? 0) * KIB })}
        error={errorAt('inspection.bodyBytes')}
        disabled={disabled}
      />
      <Choice
        label="Answers that are not as the document of the API says"
        value={inspection.answers.schema}
        onChange={(schema) => set({ answers: { ...inspection.answers, schema } })}
        disabled={disabled}
        options={[
          { value: 'off', label: 'Off', says: 'Answers stream through unread.' },
          { value: 'report', label: 'Report only', says: 'They pass; an event tells.' },
          { value: 'mask', label: 'Mask', says: 'Members that the document does not know are taken out.' },
          { value: 'block', label: 'Block', says: 'The client gets 502 answer_refused.' },
        ]}
      />
      <Choice
        label="Leaks in answers: stack traces, errors of databases, keys, cards, directory listings"
        value={inspection.answers.leaks}
        onChange={(leaks) => set({ answers: { ...inspection.answers, leaks } })}
        disabled={disabled}
        options={[
          { value: 'off', label: 'Off', says: 'Answers are not looked through.' },
          { value: 'report', label: 'Report only', says: 'They pass; an event tells.' },
          { value: 'block', label: 'Block', says: 'The answer is refused, or broken off where it has begun.' },
        ]}
      />
    </>
  )
}
