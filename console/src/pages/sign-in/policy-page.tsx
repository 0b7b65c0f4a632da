import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { signInPolicy } from '../../api/tenants.ts'
import type { Acr, SignInPolicy } from '../../api/types.ts'
import { acrWords } from '../../lib/assurance.ts'
import { spanText } from '../../lib/spans.ts'
import { listOf } from '../../lib/words.ts'
import { Box, BoxBody } from '../../ui/box.tsx'
import { Checkbox } from '../../ui/checkbox.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Form } from '../../ui/form.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { Answer } from '../../ui/loading.tsx'
import { SelectField } from '../../ui/select.tsx'
import { useAct } from '../../ui/use-act.ts'
import { useMayHere } from '../../ui/use-may.ts'
import { SignInPage } from './frame.tsx'

type Preset = NonNullable<SignInPolicy['own']['sessions']>['preset']

const levels: readonly { readonly value: Acr | ''; readonly label: string }[] = [
  { value: '', label: 'As the installation says' },
  ...(['aal1', 'aal2', 'phr'] as const).map((value) => ({ value, label: `${value}: ${acrWords(value)}` })),
]
const presets: readonly { readonly value: Preset | ''; readonly label: string }[] = [
  { value: '', label: 'As the installation says' },
  { value: 'standard', label: 'standard' },
  { value: 'strict', label: 'strict: shorter' },
  { value: 'pci', label: 'pci: 15 minutes unused at most' },
]

/** What is demanded of whoever signs in: what holds, and what is said here beyond the settings of the installation. */
export function PolicyPage(): ReactElement {
  const may = useMayHere()('changeSignInPolicy')
  const policy = useQuery({ queryKey: ['sign-in-policy'], queryFn: signInPolicy.read })
  return (
    <SignInPage>
      <Answer query={policy}>
        {(found) => (
          <div className="grid max-w-5xl items-start gap-4 p-4 lg:grid-cols-2">
            <Box title="What holds">
              <BoxBody>
                <InForce policy={found} />
              </BoxBody>
            </Box>
            {may ? (
              <Box title="What is said here">
                <EditPolicy key={JSON.stringify(found.own)} own={found.own} />
              </Box>
            ) : null}
          </div>
        )}
      </Answer>
    </SignInPage>
  )
}

function InForce({ policy: { effective } }: { policy: SignInPolicy }): ReactElement {
  const { sessions } = effective
  return (
    <Facts
      items={[
        ['Operators show', `${effective.admins}, ${acrWords(effective.admins)}`],
        ['Everybody shows', `${effective.people}, ${acrWords(effective.people)}`],
        ['Sessions last', `${spanText(sessions.idleSeconds)} unused, ${spanText(sessions.absoluteSeconds)} in all`],
        ['Passwords', effective.passwords ? 'are taken' : 'are not taken'],
        [
          'Sign-up from',
          effective.signUpDomains === null ? 'any domain' : effective.signUpDomains.join(', ') || 'none',
        ],
      ]}
    />
  )
}

function EditPolicy({ own }: { own: SignInPolicy['own'] }): ReactElement {
  const [admins, setAdmins] = useState<Acr | ''>(own.admins ?? '')
  const [people, setPeople] = useState<Acr | ''>(own.people ?? '')
  const [preset, setPreset] = useState<Preset | ''>(own.sessions?.preset ?? '')
  const [passwords, setPasswords] = useState(own.passwords)
  const [domains, setDomains] = useState((own.signUpDomains ?? []).join(', '))
  const save = useAct(
    async () =>
      await signInPolicy.save({
        admins: admins === '' ? null : admins,
        people: people === '' ? null : people,
        // The limits that differ from a preset are set by the command; they stay while the preset does.
        sessions: preset === '' ? null : preset === own.sessions?.preset ? own.sessions : { preset },
        passwords,
        signUpDomains: domains.trim() === '' ? null : listOf(domains),
      }),
    { done: () => 'Sign-in policy saved', refresh: [['sign-in-policy'], ['sessions'], ['people']] },
  )
  return (
    <Form act={save} submit="Save" className="p-4">
      <p className="text-muted">
        Only ever stricter than the settings of the installation. It holds for live sessions too: whoever has shown less
        is asked for more at their next step.
      </p>
      <SelectField label="Operators show at least" value={admins} onChange={setAdmins} options={levels} />
      <SelectField label="Everybody shows at least" value={people} onChange={setPeople} options={levels} />
      <SelectField label="Sessions" value={preset} onChange={setPreset} options={presets} />
      <Field
        label="Sign-up from these domains only"
        error={fieldError(save.error, 'signUpDomains')}
        hint="Of whoever gets an account by signing in at a connection. Empty: any."
      >
        <Input value={domains} onChange={setDomains} placeholder="example.com" />
      </Field>
      <Checkbox checked={passwords} onChange={setPasswords} label="Passwords are taken" />
    </Form>
  )
}
