import { useMutation } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { api } from '../../api/index.ts'
import type { Person } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Section } from '../../ui/facts.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { useToast } from '../../ui/toast.tsx'

interface SetPasswordProps {
  readonly person: Person
  readonly onDone: () => Promise<void>
}

export function SetPassword({ person, onDone }: SetPasswordProps): ReactElement {
  const [password, setPassword] = useState('')
  const toast = useToast()
  const set = useMutation({
    mutationFn: async () => await api.setPassword(person.id, password),
    onSuccess: async () => {
      setPassword('')
      toast(`Password of ${person.name} set`)
      await onDone()
    },
  })
  const wrong = fieldError(set.error, 'password')
  return (
    <Section title="Password">
      <form
        className="flex flex-col gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          set.mutate()
        }}
      >
        <div className="flex items-start gap-2">
          <div className="min-w-0 flex-1">
            <Field label={person.hasPassword ? 'New password' : 'First password'} error={wrong}>
              <Input type="password" autoComplete="new-password" value={password} onChange={setPassword} />
            </Field>
          </div>
          <Button type="submit" className="mt-5" busy={set.isPending} disabled={password === ''}>
            Set password
          </Button>
        </div>
        {wrong === undefined ? <ErrorNote error={set.error} /> : null}
      </form>
    </Section>
  )
}
