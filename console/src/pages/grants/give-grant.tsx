import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { access } from '../../api/access.ts'
import { fieldError } from '../../api/errors.ts'
import { api } from '../../api/index.ts'
import type { Uid } from '../../api/types.ts'
import { fromLocal } from '../../lib/time.ts'
import { parseUid } from '../../lib/uid.ts'
import { TextButton } from '../../ui/button.tsx'
import { FormPanel } from '../../ui/form.tsx'
import { Field, Input, TextArea } from '../../ui/input.tsx'
import { Notice } from '../../ui/notice.tsx'
import { SelectField } from '../../ui/select.tsx'
import { Subject } from '../../ui/subject.tsx'
import { useAct } from '../../ui/use-act.ts'
import { PrincipalPicker } from '../permissions/principal-picker.tsx'
import { TypeField } from '../permissions/request-fields.tsx'

const route = getRouteApi('/permissions/grants/{-$app}/{-$id}')

interface GiveGrantProps {
  readonly application: string
  readonly onClose: () => void
  readonly onGiven: (id: string) => void
}

/** Gives somebody a role, or what a template permits on a resource: from when, until when, and why. */
export function GiveGrant({ application, onClose, onGiven }: GiveGrantProps): ReactElement {
  const asked = route.useSearch()
  const [principal, setPrincipal] = useState<Uid | null>(
    asked.principal === undefined ? null : parseUid(asked.principal),
  )
  const [chosen, setChosen] = useState<string | null>(null)
  const [type, setType] = useState('')
  const [id, setId] = useState('')
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [reason, setReason] = useState('')
  const roles = useQuery({
    queryKey: ['access', application, 'roles'],
    queryFn: async () => await access.roles(application),
  })
  const policies = useQuery({
    queryKey: ['policies', application],
    queryFn: async () => await api.policies(application),
  })
  const templates = (policies.data?.items ?? []).filter(({ kind }) => kind === 'template')
  const options = [
    ...(roles.data?.items ?? []).map((role) => ({ value: `role ${role.id}`, label: `Role ${role.name}` })),
    ...templates.map(({ name }) => ({ value: `template ${name}`, label: `Template ${name}` })),
  ]
  const wanted = asked.role === undefined ? undefined : `role ${asked.role}`
  const value = chosen ?? options.find((option) => option.value === wanted)?.value ?? options[0]?.value ?? ''
  const name = value.slice(value.indexOf(' ') + 1)
  const template = value.startsWith('template ') ? templates.find((each) => each.name === name) : undefined
  const needsResource = template?.slots.includes('?resource') === true
  const [validFrom, validTo] = [fromLocal(from), fromLocal(to)]
  const give = useAct(
    async () => {
      if (principal === null) throw new TypeError('the form is not complete')
      return await access.give(application, {
        principal,
        ...(template === undefined ? { role: name } : { template: name }),
        ...(needsResource ? { resource: { type, id } } : {}),
        ...(validFrom === undefined ? {} : { validFrom }),
        ...(validTo === undefined ? {} : { validTo }),
        reason,
      })
    },
    { done: () => 'Access given', refresh: [['access', application]], after: (grant) => onGiven(grant.id) },
  )
  const ready =
    principal !== null && value !== '' && reason.trim() !== '' && (!needsResource || (type !== '' && id !== ''))

  return (
    <FormPanel title="Give access" act={give} ready={ready} onClose={onClose}>
      {roles.data !== undefined && policies.data !== undefined && options.length === 0 ? (
        <Notice>There is neither a role nor a template yet: add a role (Roles), or a policy with slots.</Notice>
      ) : null}
      <div className="flex flex-col gap-1">
        <span className="text-xs font-medium">Who</span>
        {principal === null ? (
          <PrincipalPicker label="Who" groups onPick={setPrincipal} />
        ) : (
          <span className="flex min-h-8 items-center gap-3">
            <Subject uid={principal} />
            <TextButton onClick={() => setPrincipal(null)}>Somebody else</TextButton>
          </span>
        )}
      </div>
      <SelectField label="What" value={value} options={options} onChange={setChosen} />
      {needsResource ? (
        <div className="grid grid-cols-2 gap-2">
          <TypeField value={type} onChange={setType} application={application} error={fieldError(give.error, 'type')} />
          <Field label="Resource id" error={fieldError(give.error, 'id')}>
            <Input value={id} onChange={setId} spellCheck={false} className="font-mono" />
          </Field>
        </div>
      ) : null}
      <div className="grid grid-cols-1 gap-3 sm:grid-cols-2 lg:grid-cols-1 xl:grid-cols-2">
        <Field label="From" hint="Empty: from now on." error={fieldError(give.error, 'validFrom')}>
          <Input type="datetime-local" value={from} onChange={setFrom} />
        </Field>
        <Field label="Until" hint="Empty: until it is ended." error={fieldError(give.error, 'validTo')}>
          <Input type="datetime-local" value={to} onChange={setTo} />
        </Field>
      </div>
      <Field label="Why" hint="Kept encrypted; whoever reviews this reads it." error={fieldError(give.error, 'reason')}>
        <TextArea value={reason} onChange={setReason} maxLength={2000} />
      </Field>
    </FormPanel>
  )
}
