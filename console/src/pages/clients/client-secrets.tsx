import { type ReactElement, useState } from 'react'
import { clients } from '../../api/identity.ts'
import type { OAuthClient } from '../../api/types.ts'
import { spanText } from '../../lib/spans.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Section } from '../../ui/facts.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { SecretOnce } from '../../ui/secret-once.tsx'
import { Select } from '../../ui/select.tsx'
import { useAct } from '../../ui/use-act.ts'
import { useMay } from '../../ui/use-may.ts'

const overlaps = [0, 3600, 86_400, 7 * 86_400]

/** The secrets of a client: a new one while the last still holds for a while, so that nothing stops in between. */
export function ClientSecrets({ app, client }: { app: string; client: OAuthClient }): ReactElement {
  const may = useMay(app)('rotateClientSecret')
  const [overlap, setOverlap] = useState('86400')
  const refresh = [['clients', app]]
  const make = useAct(async () => await clients.newSecret(app, client.client_id, Number(overlap)), { refresh })
  const remove = useAct(async (secret: string) => await clients.deleteSecret(app, client.client_id, secret), {
    done: () => `Secret of ${client.client_name ?? client.client_id} deleted`,
    refresh,
  })
  return (
    <Section title="Secrets">
      <div className="flex flex-col gap-3">
        {make.data === undefined ? null : (
          <SecretOnce
            secret={make.data.client_secret}
            label="Copy secret"
            what={
              <>
                This secret is shown now and never again. The one before ends{' '}
                <RelativeTime at={make.data.othersEndAt} />.
              </>
            }
          />
        )}
        <ul className="flex flex-col empty:hidden">
          {client.secrets.map((secret) => (
            <li
              key={secret.id}
              className="flex flex-wrap items-center justify-between gap-2 border-b border-line py-1.5"
            >
              <div>
                <code className="font-mono text-xs">{secret.prefix}…</code>
                <p className="text-xs text-muted">
                  made <RelativeTime at={secret.createdAt} />
                  {secret.expiresAt === null ? (
                    ', holds until it is replaced'
                  ) : (
                    <>
                      , ends <RelativeTime at={secret.expiresAt} />
                    </>
                  )}
                </p>
              </div>
              {may ? (
                <ConfirmInline
                  label="Delete"
                  busy={remove.isPending}
                  consequence={`Whatever proves itself with the secret ${secret.prefix}… is refused from now on.${client.secrets.length === 1 ? ' It is the only one.' : ''}`}
                  confirm="Delete secret"
                  onConfirm={() => remove.mutate(secret.id)}
                />
              ) : null}
            </li>
          ))}
        </ul>
        {may ? (
          <div className="flex flex-wrap items-center gap-2">
            <Button busy={make.isPending} onClick={() => make.mutate()}>
              New secret
            </Button>
            <Select
              label="the last holds for"
              showLabel
              value={overlap}
              onChange={setOverlap}
              options={overlaps.map((value) => ({
                value: String(value),
                label: value === 0 ? 'no longer' : spanText(value),
              }))}
            />
          </div>
        ) : null}
        <ErrorNote error={make.error ?? remove.error} />
      </div>
    </Section>
  )
}
