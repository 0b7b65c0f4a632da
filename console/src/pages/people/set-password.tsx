import { useMutation } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { api } from '../../api/index.ts'
import type { Person } from '../../api/types.ts'
import { count } from '../../lib/words.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Section } from '../../ui/facts.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { useToast } from '../../ui/toast.tsx'
import { useAct } from '../../ui/use-act.ts'

interface SetPasswordProps {
  readonly person: Person
  readonly onDone: () => Promise<void>
}

/** One's own password is changed with the current one: an unattended browser is not enough to take an account over. */
export function SetPassword({ person, onDone }: SetPasswordProps): ReactElement {
  const [password, setPassword] = useState('')
  const [current, setCurrent] = useState('')
  const needsCurrent = person.hasPassword
  const toast = useToast()
  const set = useMutation({
    mutationFn: async () => await api.setPassword(person.id, { password, ...(needsCurrent ? { current } : {}) }),
    onSuccess: async ({ revoked }) => {
      setPassword('')
      setCurrent('')
      toast(`Password of ${person.name} set${revoked === 0 ? '' : `, ${count(revoked, 'session')} ended`}`)
      await onDone()
    },
  })
  return (
    <Section title="Password">
      <form
        className="flex flex-col gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          set.mutate()
        }}
      >
        {needsCurrent ? (
          <Field label="Current password" error={fieldError(set.error, 'current')}>
            <Input type="password" autoComplete="current-password" value={current} onChange={setCurrent} />
          </Field>
        ) : null}
        <div className="flex items-start gap-2">
          <div className="min-w-0 flex-1">
            <Field
              label={person.hasPassword ? 'New password' : 'First password'}
              error={fieldError(set.error, 'password')}
              hint="Ends your other sessions."
            >
              <Input type="password" autoComplete="new-password" value={password} onChange={setPassword} />
            </Field>
          </div>
          <Button
            type="submit"
            className="mt-5"
            busy={set.isPending}
            disabled={password === '' || (needsCurrent && current === '')}
          >
            Set password
          </Button>
        </div>
        <ErrorNote error={set.error} />
      </form>
    </Section>
  )
}

/** Of somebody else nobody chooses the password, or learns it: they are mailed a link. */
export function ResetPassword({ person }: { readonly person: Person }): ReactElement {
  const reset = useAct(async () => await api.resetPassword(person.id), {
    done: () => `${person.name} is mailed a link`,
    refresh: [],
  })
  return (
    <Section title="Password">
      <div className="flex flex-col gap-2">
        <p className="text-xs text-muted">
          {person.name} chooses {person.hasPassword ? 'another one' : 'a first one'} by a link that is mailed to{' '}
          {person.email} and holds for 30 minutes, once. What they sign in with now holds until then.
        </p>
        <Button
          className="self-start"
          busy={reset.isPending}
          disabled={person.state !== 'active'}
          onClick={() => reset.mutate()}
        >
          Mail a link
        </Button>
        <ErrorNote error={reset.error} />
      </div>
    </Section>
  )
}
