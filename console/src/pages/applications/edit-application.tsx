import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { api } from '../../api/index.ts'
import type { Application } from '../../api/types.ts'
import { listOf } from '../../lib/words.ts'
import { Form } from '../../ui/form.tsx'
import { useAct } from '../../ui/use-act.ts'
import { GatewayFields, upstreamOf } from './gateway-fields.tsx'

/** Changes how the gateway serves an application. */
export function EditApplication({
  application,
  onDone,
}: {
  application: Application
  onDone: () => void
}): ReactElement {
  const [hosts, setHosts] = useState(application.hosts.join('\n'))
  const [upstream, setUpstream] = useState(application.upstreams.join('\n'))
  const [publicPaths, setPublicPaths] = useState(application.publicPaths.join('\n'))
  const save = useAct(
    async () =>
      await api.changeApplication(application.id, {
        hosts: listOf(hosts),
        upstream: upstreamOf(upstream),
        publicPaths: listOf(publicPaths),
      }),
    { done: () => `${application.name} saved`, refresh: [['applications']], after: onDone },
  )
  return (
    <Form act={save} submit="Save" onCancel={onDone}>
      <GatewayFields
        hosts={hosts}
        onHosts={setHosts}
        upstream={upstream}
        onUpstream={setUpstream}
        publicPaths={publicPaths}
        onPublicPaths={setPublicPaths}
        errorOf={(field) => fieldError(save.error, field)}
      />
    </Form>
  )
}
