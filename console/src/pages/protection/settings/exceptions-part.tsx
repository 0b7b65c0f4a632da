import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { traffic } from '../../../api/traffic.ts'
import type { InspectionSettings, ProtectionException } from '../../../api/types.ts'
import { detectors, placeWords } from '../../../lib/protection-words.ts'
import { Status } from '../../../ui/badge.tsx'
import { ConfirmInline } from '../../../ui/confirm-inline.tsx'
import { ErrorNote } from '../../../ui/error-note.tsx'
import { Field, Input } from '../../../ui/input.tsx'
import { Answer } from '../../../ui/loading.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { Rows } from '../../../ui/rows.tsx'
import { SelectField } from '../../../ui/select.tsx'
import { Subject } from '../../../ui/subject.tsx'
import { useAct } from '../../../ui/use-act.ts'
import { ExceptionWords } from '../exception-words.tsx'
import { type PartProps, said } from './draft.ts'

type Exception = InspectionSettings['exceptions'][number]

const places = Object.entries(placeWords)
  .filter(([value]) => value !== 'rule')
  .map(([value, label]) => ({ value, label }))

/** What is found there is none: the list as it is in force, each to be taken back at once, and the same as it stands in the document. */
export function ExceptionsPart({ draft }: PartProps): ReactElement {
  const { app, settings, change, errorAt, disabled } = draft
  const { inspection } = settings
  const inForce = useQuery({
    queryKey: ['protection', app, 'exceptions'],
    queryFn: async () => await traffic.exceptions(app),
  })
  return (
    <>
      <p className="max-w-prose text-muted">
        An exception names an operation, a place in it and a detector: what that one finds there is no finding. The best
        way to one is a{' '}
        <Link
          to="/protection/blocked/{-$app}/{-$id}"
          params={{ app, id: undefined }}
          className="text-accent hover:underline"
        >
          blocked request
        </Link>{' '}
        that was honest.
      </p>
      <Answer query={inForce}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-muted">None is in force.</p>
          ) : (
            <ul aria-label="In force" className="divide-y divide-line rounded-md border border-line bg-surface">
              {items.map((exception) => (
                <InForce key={exception.id} app={app} exception={exception} disabled={disabled} />
              ))}
            </ul>
          )
        }
      </Answer>
      <details>
        <summary className="cursor-pointer text-xs font-medium">Write them by hand</summary>
        <div className="pt-3">
          <Rows<Exception>
            label="Exceptions of inspection"
            hint="/orders/{id} and /files/** stand for paths; in the name of a field of JSON, * stands for any step: /items/*/name."
            items={inspection.exceptions}
            onChange={(exceptions) => change('inspection', { ...inspection, exceptions })}
            disabled={disabled}
            one="exception"
            add="Add exception"
            fresh={() => ({ operation: 'POST /', place: 'body', name: '', by: 'sql' })}
            errorAt={(index) => errorAt(`inspection.exceptions.${index}`)}
            row={(exception, put) => (
              <div className="grid gap-2 sm:grid-cols-[minmax(0,2fr)_9rem_minmax(0,1fr)_7rem_7rem]">
                <Field label="Operation">
                  <Input
                    value={exception.operation}
                    onChange={(operation) => put({ ...exception, operation })}
                    className="font-mono text-xs"
                  />
                </Field>
                <SelectField
                  label="Place"
                  value={exception.place}
                  onChange={(place) => put({ ...exception, place: place as Exception['place'] })}
                  options={places}
                />
                <Field label="Name">
                  <Input
                    value={exception.name}
                    onChange={(name) => put({ ...exception, name })}
                    className="font-mono text-xs"
                  />
                </Field>
                <Field label="Found by">
                  <Input
                    value={exception.by}
                    list="detectors"
                    onChange={(by) => put({ ...exception, by })}
                    className="font-mono text-xs"
                  />
                </Field>
                <Field label="Class">
                  <Input
                    value={exception.class ?? ''}
                    placeholder="any"
                    onChange={(kind) => put(said({ ...exception, class: kind === '' ? undefined : kind }) as Exception)}
                    className="font-mono text-xs"
                  />
                </Field>
              </div>
            )}
          />
          <datalist id="detectors">
            {detectors.map(([name]) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </div>
      </details>
    </>
  )
}

interface InForceProps {
  readonly app: string
  readonly exception: ProtectionException
  readonly disabled: boolean
}

function InForce({ app, exception, disabled }: InForceProps): ReactElement {
  const { made, note, expiresAt, expired, broad } = exception
  const remove = useAct(async () => await traffic.removeException(app, exception.id), {
    done: () => 'Exception taken back',
    refresh: [['protection', app]],
  })
  return (
    <li className="flex flex-col gap-1.5 p-3">
      <p className="break-words">
        <ExceptionWords exception={exception} />
      </p>
      {note === null ? null : <p className="break-words text-muted">“{note}”</p>}
      {broad.length === 0 ? null : <Status tone="warn">broad: {broad.join(', ')}</Status>}
      <p className="flex flex-wrap gap-x-3 text-xs text-muted">
        {made === null ? (
          <span>written by hand</span>
        ) : (
          <span>
            made <RelativeTime at={made.at} />
            {made.by === null ? null : (
              <>
                {' '}
                by <Subject uid={made.by} />
              </>
            )}
          </span>
        )}
        {made === null || made.event === null ? null : (
          <Link
            to="/protection/blocked/{-$app}/{-$id}"
            params={{ app, id: made.event }}
            className="text-accent hover:underline"
          >
            for this request
          </Link>
        )}
        {expiresAt === null ? null : (
          <span>
            {expired ? 'over since ' : 'ends '}
            <RelativeTime at={expiresAt} />
          </span>
        )}
      </p>
      <ErrorNote error={remove.error} />
      {disabled ? null : (
        <ConfirmInline
          label="Take back"
          busy={remove.isPending}
          safe
          consequence="From now on such requests are judged as all others are, at every gateway within seconds."
          confirm="Take it back"
          onConfirm={() => remove.mutate()}
        />
      )}
    </li>
  )
}
