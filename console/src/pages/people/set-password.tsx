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

interface SetPasswordProps {
  readonly person: Person
  /** One's own password is changed with the current one: an unattended browser is not enough to take an account over. */
  readonly own: boolean
  readonly onDone: () => Promise<void>
}

export function SetPassword({ person, own, onDone }: SetPasswordProps): ReactElement {
  const [password, setPassword] = useState('')
  const [current, setCurrent] = useState('')
  const needsCurrent = own && person.hasPassword
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
              hint={own ? 'Ends your other sessions.' : `Ends every session of ${person.name}.`}
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
