import { useMutation } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { protection } from '../../../api/protection.ts'
import type { ForeseenRequest, Uid } from '../../../api/types.ts'
import { modeWords } from '../../../lib/protection-words.ts'
import { uidText } from '../../../lib/uid.ts'
import { Status } from '../../../ui/badge.tsx'
import { Box, BoxBody } from '../../../ui/box.tsx'
import { Facts } from '../../../ui/facts.tsx'
import { Form } from '../../../ui/form.tsx'
import { Field, Input } from '../../../ui/input.tsx'
import { SelectField } from '../../../ui/select.tsx'
import { PolicyLinks } from '../../permissions/policy-link.tsx'
import { PrincipalPicker } from '../../permissions/principal-picker.tsx'

const levels = [
  { value: 'aal1', label: 'one factor' },
  { value: 'aal2', label: 'two factors' },
  { value: 'phr', label: 'a passkey' },
] as const

/** What the gateways would decide for a request of somebody, by the routes that are in force. */
export function TryRequest({ app }: { app: string }): ReactElement {
  const [method, setMethod] = useState('GET')
  const [path, setPath] = useState('/')
  const [principal, setPrincipal] = useState<Uid | null>(null)
  const [acr, setAcr] = useState<(typeof levels)[number]['value']>('aal1')
  const ask = useMutation({
    mutationFn: async () => await protection.explain(app, { method: method.toUpperCase(), path, principal, acr }),
  })
  return (
    <Box title="Try a request">
      <BoxBody>
        <p className="text-muted">Asks the routes and policies that are in force; what is not saved does not count.</p>
        <Form
          act={{ ...ask, mutate: () => ask.mutate() }}
          submit="Foresee"
          quiet
          ready={path.startsWith('/') && method !== ''}
        >
          <div className="grid gap-2 sm:grid-cols-[6rem_minmax(0,1fr)]">
            <Field label="Method">
              <Input value={method} onChange={setMethod} className="font-mono text-xs" />
            </Field>
            <Field label="Path">
              <Input value={path} onChange={setPath} className="font-mono text-xs" />
            </Field>
          </div>
          <div className="grid gap-2 sm:grid-cols-2">
            <div className="flex flex-col gap-1">
              <span className="text-xs font-medium">Who (empty: nobody)</span>
              <PrincipalPicker label="Who" onPick={setPrincipal} />
            </div>
            <SelectField label="Signed in with" value={acr} onChange={setAcr} options={levels} />
          </div>
        </Form>
        {ask.data === undefined ? null : <Foreseen app={app} foreseen={ask.data} />}
      </BoxBody>
    </Box>
  )
}

const outcomes = {
  pass: { tone: 'good', words: 'passes' },
  report: { tone: 'warn', words: 'passes, and an event tells' },
  refuse: { tone: 'refused', words: 'is refused' },
} as const

function Foreseen({ app, foreseen }: { app: string; foreseen: ForeseenRequest }): ReactElement {
  const { outcome, code, detail, route, modes, resource, decision } = foreseen
  return (
    <div role="status" className="flex flex-col gap-2 border-t border-line pt-3">
      <p>
        <Status tone={outcomes[outcome].tone}>{outcomes[outcome].words}</Status>{' '}
        {code === null ? null : <code className="font-mono text-xs">{code}</code>}{' '}
        <span className="text-muted">{detail}</span>
      </p>
      <Facts
        items={[
          [
            'Route',
            route === null ? (
              'none fits'
            ) : (
              <code key="route" className="font-mono text-xs break-all">
                {`${route.index + 1}. ${route.method ?? '*'} ${route.path}`}
              </code>
            ),
          ],
          ['Session', foreseen.public ? 'not needed' : 'needed'],
          [
            'Modes',
            `policies ${modeWords[modes.policy]}, cross-site ${modeWords[modes.csrf]}, inspection ${modes.inspection === null ? 'as for all' : modeWords[modes.inspection]}`,
          ],
          ...(resource === null ? [] : [['Resource', uidText(resource)] as const]),
          ...(decision === null
            ? []
            : [
                [
                  'Policies',
                  <span key="policies">
                    {decision.decision === 'allow' ? 'allowed' : 'denied'} by{' '}
                    <PolicyLinks application={app} names={decision.policies} />
                    {decision.errors.map(({ policy, message }) => (
                      <span key={policy} className="block text-bad">{`${policy}: ${message}`}</span>
                    ))}
                  </span>,
                ] as const,
              ]),
          ...(foreseen.masked ? [['Answer', 'reduced to what the caller may see'] as const] : []),
        ]}
      />
    </div>
  )
}
