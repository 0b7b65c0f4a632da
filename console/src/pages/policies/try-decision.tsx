import { useMutation } from '@tanstack/react-query'
import { type ReactElement, useId, useState } from 'react'
import { api } from '../../api/index.ts'
import type { Uid } from '../../api/types.ts'
import { declaredIn } from '../../lib/cedar-text.ts'
import { parseObject } from '../../lib/json.ts'
import { Button } from '../../ui/button.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Field, Input, TextArea } from '../../ui/input.tsx'
import { Decision } from './decision.tsx'
import { PrincipalPicker } from './principal-picker.tsx'

interface TryDecisionProps {
  readonly application: string
  readonly schema: string
  readonly onClose: () => void
}

/** Asks the saved policies one question, as an edge would, and shows the answer with its reasons. */
export function TryDecision({ application, schema, onClose }: TryDecisionProps): ReactElement {
  const [principal, setPrincipal] = useState<Uid | null>(null)
  const [action, setAction] = useState('')
  const [type, setType] = useState('')
  const [id, setId] = useState('')
  const [attributes, setAttributes] = useState('')
  const [context, setContext] = useState('')
  const actionsId = useId()
  const typesId = useId()
  const declared = declaredIn(schema)
  const attrs = parseObject(attributes)
  const ctx = parseObject(context)
  const ready = principal !== null && action !== '' && type !== '' && id !== '' && attrs.ok && ctx.ok

  const evaluate = useMutation({
    mutationFn: async () => {
      if (principal === null || !attrs.ok || !ctx.ok) throw new TypeError('the form is not complete')
      const resource = { type, id }
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
            <span className="text-xs text-muted">Their groups come from the directory.</span>
          </div>
          <Field label="Action">
            <Input
              value={action}
              onChange={setAction}
              list={actionsId}
              placeholder={declared.actions[0] ?? 'view'}
              className="font-mono"
            />
          </Field>
          <datalist id={actionsId}>
            {declared.actions.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
          <div className="grid grid-cols-2 gap-2">
            <Field label="Resource type">
              <Input
                value={type}
                onChange={setType}
                list={typesId}
                placeholder={declared.entities.at(-1) ?? 'Order'}
                className="font-mono"
              />
            </Field>
            <Field label="Resource id">
              <Input value={id} onChange={setId} placeholder="42" className="font-mono" />
            </Field>
          </div>
          <datalist id={typesId}>
            {declared.entities.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
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
          <div>
            <Button look="primary" type="submit" busy={evaluate.isPending} disabled={!ready}>
              Decide
            </Button>
          </div>
          <ErrorNote error={evaluate.error} />
          {evaluate.data === undefined ? null : <Decision application={application} evaluation={evaluate.data} />}
        </PanelBody>
      </form>
    </DetailPanel>
  )
}
