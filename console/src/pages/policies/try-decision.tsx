import { useMutation } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { access } from '../../api/access.ts'
import { api } from '../../api/index.ts'
import type { Uid } from '../../api/types.ts'
import { parseObject } from '../../lib/json.ts'
import { fromLocal } from '../../lib/time.ts'
import { uidText } from '../../lib/uid.ts'
import { Button } from '../../ui/button.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Field, Input, TextArea } from '../../ui/input.tsx'
import { useMay } from '../../ui/use-may.ts'
import { PrincipalPicker } from '../permissions/principal-picker.tsx'
import { ActionField, TypeField } from '../permissions/request-fields.tsx'
import { Decision } from './decision.tsx'

interface TryDecisionProps {
  readonly application: string
  readonly onClose: () => void
}

/** Asks the saved policies one question, as an edge would or as they were at a moment, and shows the answer with its reasons. */
export function TryDecision({ application, onClose }: TryDecisionProps): ReactElement {
  const [principal, setPrincipal] = useState<Uid | null>(null)
  const [action, setAction] = useState('')
  const [type, setType] = useState('')
  const [id, setId] = useState('')
  const [attributes, setAttributes] = useState('')
  const [context, setContext] = useState('')
  const [moment, setMoment] = useState('')
  const may = useMay(application)
  const attrs = parseObject(attributes)
  const ctx = parseObject(context)
  const ready = principal !== null && action !== '' && type !== '' && id !== '' && attrs.ok && ctx.ok

  const evaluate = useMutation({
    mutationFn: async () => {
      if (principal === null || !attrs.ok || !ctx.ok) throw new TypeError('the form is not complete')
      const resource = { type, id }
      const then = fromLocal(moment)
      if (then !== undefined) {
        return await access.explain(application, {
          principal: uidText(principal),
          action,
          resource: uidText(resource),
          at: then,
          context: JSON.stringify(ctx.value),
          properties: JSON.stringify(attrs.value),
        })
      }
      return await api.evaluate(application, {
        principal,
        action,
        resource,
        context: ctx.value,
        entities: [{ uid: resource, attrs: attrs.value, parents: [] }],
      })
    },
  })

  return (
    <DetailPanel title="Try a decision" subtitle="Asks the saved policies; nothing is changed." onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (ready) evaluate.mutate()
        }}
      >
        <PanelBody>
          <div className="flex flex-col gap-1">
            <span className="text-xs font-medium">Principal</span>
            <PrincipalPicker onPick={setPrincipal} />
            <span className="text-xs text-muted">Their groups, roles and grants are known here.</span>
          </div>
          <ActionField value={action} onChange={setAction} application={application} />
          <div className="grid grid-cols-2 gap-2">
            <TypeField value={type} onChange={setType} application={application} />
            <Field label="Resource id">
              <Input value={id} onChange={setId} placeholder="42" spellCheck={false} className="font-mono" />
            </Field>
          </div>
          <Field label="Resource attributes (JSON)" error={attrs.ok ? undefined : attrs.message}>
            <TextArea
              value={attributes}
              onChange={setAttributes}
              rows={4}
              placeholder='{ "author": { "__entity": { "type": "Person", "id": "…" } } }'
              className="font-mono text-xs"
            />
          </Field>
          <Field label="Context (JSON)" error={ctx.ok ? undefined : ctx.message}>
            <TextArea value={context} onChange={setContext} rows={2} placeholder="{}" className="font-mono text-xs" />
          </Field>
          {may('viewAccess') ? (
            <Field label="When" hint="Empty: now. Else with the policies, groups, roles and grants of that moment.">
              <Input type="datetime-local" value={moment} onChange={setMoment} />
            </Field>
          ) : null}
          <div>
            <Button look="primary" type="submit" busy={evaluate.isPending} disabled={!ready}>
              Decide
            </Button>
          </div>
          <ErrorNote error={evaluate.error} />
          {evaluate.data === undefined ? null : (
            <Decision application={application} evaluation={evaluate.data} principal={principal} />
          )}
        </PanelBody>
      </form>
    </DetailPanel>
  )
}
