import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { clients } from '../../api/identity.ts'
import { count } from '../../lib/words.ts'
import { Box, BoxBody } from '../../ui/box.tsx'
import { Button } from '../../ui/button.tsx'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Answer } from '../../ui/loading.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { SecretOnce } from '../../ui/secret-once.tsx'
import { useAct } from '../../ui/use-act.ts'

const DAY = 86_400

/** Tokens with which programs register themselves as clients of an application (RFC 7591, section 3). */
export function RegistrationTokens({ app }: { app: string }): ReactElement {
  const tokens = useQuery({
    queryKey: ['registration-tokens', app],
    queryFn: async () => await clients.tokens(app),
  })
  const refresh = [['registration-tokens', app]]
  const create = useAct(async () => await clients.createToken(app, { uses: 1, seconds: DAY }), { refresh })
  const remove = useAct(async (id: string) => await clients.deleteToken(app, id), {
    done: () => 'Registration token deleted',
    refresh,
  })
  return (
    <div className="max-w-3xl p-4">
      <Box
        title="Programs that register themselves"
        aside={
          <Button busy={create.isPending} onClick={() => create.mutate()}>
            New token
          </Button>
        }
      >
        <BoxBody>
          <p className="text-muted">
            A registration token lets one program register itself at{' '}
            <code className="font-mono text-xs">/oauth/register</code> within a day. People are asked for their consent
            to whatever it wants.
          </p>
          {create.data === undefined ? null : (
            <SecretOnce
              secret={create.data.token}
              label="Copy token"
              what="This token is shown now and never again. The program sends it as its bearer token."
            />
          )}
          <Answer query={tokens}>
            {({ items }) => (
              <ul className="flex flex-col empty:hidden">
                {items.map((token) => (
                  <li
                    key={token.id}
                    className="flex flex-wrap items-center justify-between gap-2 border-b border-line py-1.5"
                  >
                    <span>
                      {count(token.usesLeft, 'use')} left, ends <RelativeTime at={token.expiresAt} />
                    </span>
                    <ConfirmInline
                      label="Delete"
                      busy={remove.isPending}
                      consequence="No program can register itself with it any more. Clients that came of it stay."
                      confirm="Delete token"
                      onConfirm={() => remove.mutate(token.id)}
                    />
                  </li>
                ))}
              </ul>
            )}
          </Answer>
          <ErrorNote error={create.error ?? remove.error} />
        </BoxBody>
      </Box>
    </div>
  )
}
