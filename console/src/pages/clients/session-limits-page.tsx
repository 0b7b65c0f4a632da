import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { clients } from '../../api/identity.ts'
import type { SessionLimits } from '../../api/types.ts'
import { spanText } from '../../lib/spans.ts'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Form } from '../../ui/form.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { Answer } from '../../ui/loading.tsx'
import { SelectField } from '../../ui/select.tsx'
import { useAct } from '../../ui/use-act.ts'
import { useMay } from '../../ui/use-may.ts'
import { ApplicationSignIn } from './frame.tsx'

const route = getRouteApi('/applications/$app/session-limits')

const presets = [
  { value: 'standard', label: 'standard' },
  { value: 'strict', label: 'strict: shorter' },
  { value: 'pci', label: 'pci: 15 minutes unused at most' },
] as const
type Preset = (typeof presets)[number]['value']

/** How long sessions at one application last: what it says itself, and what comes of that and of the installation's limits. */
export function SessionLimitsPage(): ReactElement {
  const { app } = route.useParams()
  const may = useMay(app)('updateApplication')
  const limits = useQuery({ queryKey: ['session-limits', app], queryFn: async () => await clients.limits(app) })
  return (
    <ApplicationSignIn app={app}>
      <div className="flex max-w-xl flex-col gap-6 p-4">
        <Answer query={limits}>
          {(found) => (
            <>
              <Facts
                items={[
                  ['In force', limitWords(found.effective)],
                  ['Of its own', found.own === null ? 'nothing said' : limitWords(found.own)],
                ]}
              />
              {may ? <EditLimits key={JSON.stringify(found.own)} app={app} limits={found} /> : null}
            </>
          )}
        </Answer>
      </div>
    </ApplicationSignIn>
  )
}

function EditLimits({ app, limits }: { app: string; limits: SessionLimits }): ReactElement {
  const { own } = limits
  const [preset, setPreset] = useState<Preset>(own?.preset ?? 'standard')
  const [idle, setIdle] = useState(own === null ? '' : String(own.idleSeconds / 60))
  const [absolute, setAbsolute] = useState(own === null ? '' : String(own.absoluteSeconds / 3600))
  const refresh = [['session-limits', app]]
  const save = useAct(
    async () =>
      await clients.saveLimits(app, {
        preset,
        ...(idle === '' ? {} : { idleMinutes: Number(idle) }),
        ...(absolute === '' ? {} : { absoluteHours: Number(absolute) }),
      }),
    { done: () => 'Session limits saved', refresh },
  )
  const reset = useAct(async () => await clients.resetLimits(app), { done: () => 'Session limits dropped', refresh })
  return (
    <Form
      act={save}
      submit="Save"
      error={reset.error}
      aside={
        own === null ? null : (
          <ConfirmInline
            label="Drop its own limits"
            busy={reset.isPending}
            consequence="Sessions at this application last as long as the installation says."
            confirm="Drop them"
            onConfirm={() => reset.mutate()}
          />
        )
      }
    >
      <p className="text-muted">
        An application can only shorten what the installation says: of each limit the shorter holds.
      </p>
      <SelectField
        label="Preset"
        value={preset}
        onChange={(next) => {
          setPreset(next)
          setIdle('')
          setAbsolute('')
        }}
        options={presets}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Minutes unused at most"
          error={fieldError(save.error, 'idleMinutes')}
          hint="Empty: as the preset says."
        >
          <Input inputMode="numeric" value={idle} onChange={setIdle} />
        </Field>
        <Field
          label="Hours at most"
          error={fieldError(save.error, 'absoluteHours')}
          hint="After the sign-in, however much it is used."
        >
          <Input inputMode="numeric" value={absolute} onChange={setAbsolute} />
        </Field>
      </div>
    </Form>
  )
}

function limitWords({ preset, idleSeconds, absoluteSeconds }: SessionLimits['effective']): string {
  return `${spanText(idleSeconds)} unused, ${spanText(absoluteSeconds)} in all (${preset})`
}
