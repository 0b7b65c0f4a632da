import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { invitations } from '../../api/identity.ts'
import { applicationsQuery } from '../../api/queries.ts'
import { spanText } from '../../lib/spans.ts'
import { FormPanel } from '../../ui/form.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { Select, SelectField } from '../../ui/select.tsx'
import { useAct } from '../../ui/use-act.ts'
import { GroupPicker } from '../people/group-picker.tsx'

interface InviteProps {
  readonly onClose: () => void
  readonly onInvited: (id: string) => void
}

const DAY = 86_400
const spans = [DAY, 3 * DAY, 7 * DAY, 30 * DAY]
const NONE = ''

export function Invite({ onClose, onInvited }: InviteProps): ReactElement {
  const [email, setEmail] = useState('')
  const [groups, setGroups] = useState<readonly string[]>([])
  const [application, setApplication] = useState(NONE)
  const [seconds, setSeconds] = useState(String(7 * DAY))
  const applications = useQuery(applicationsQuery)
  const invite = useAct(
    async () =>
      await invitations.create({
        email: email.trim(),
        groups,
        expiresIn: Number(seconds),
        ...(application === NONE ? {} : { application }),
      }),
    {
      done: (invitation) => `${invitation.email} invited`,
      refresh: [['invitations'], ['mail']],
      after: ({ id }) => onInvited(id),
    },
  )
  return (
    <FormPanel title="Invite" submit="Send invitation" act={invite} ready={email.trim() !== ''} onClose={onClose}>
      <Field
        label="Email"
        error={fieldError(invite.error, 'email')}
        hint="They get a letter with a link, and choose a passkey or a password by themselves."
      >
        <Input type="email" value={email} onChange={setEmail} autoFocus required />
      </Field>
      <GroupPicker value={groups} onChange={setGroups} />
      <div className="flex flex-col gap-1">
        <span className="text-xs font-medium">Application</span>
        <Select
          label="Application"
          value={application}
          onChange={setApplication}
          options={[
            { value: NONE, label: 'None' },
            ...(applications.data?.items ?? [])
              .filter((each) => !each.builtin)
              .map((each) => ({ value: each.id, label: each.name })),
          ]}
        />
        <span className="text-xs text-muted">Where they are sent once they are in.</span>
      </div>
      <SelectField
        label="The link works for"
        value={seconds}
        onChange={setSeconds}
        options={spans.map((span) => ({ value: String(span), label: spanText(span) }))}
      />
    </FormPanel>
  )
}
