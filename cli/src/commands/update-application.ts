import { Command } from 'commander'
import { segment, type Api } from '../api/client.ts'
import type { Application } from '../api/types.ts'
import type { Open } from '../cli.ts'
import { usage } from '../failure.ts'
import { applicationFacts } from '../output/application.ts'
import { wholeNumber } from './options.ts'

/** false where --no-... was given. */
interface Changes {
  readonly name?: string
  readonly host?: readonly string[] | false
  readonly upstream?: readonly string[] | false
  readonly publicPath?: readonly string[] | false
  readonly bundledType?: readonly string[] | false
  readonly bodyLimit?: number
  readonly requestTimeout?: number
}

export function updateApplicationCommand(open: Open): Command {
  return new Command('update')
    .description('change an application; what is not named stays: holdfast applications update shop --upstream URL')
    .argument('<id>')
    .option('--name <name>', 'how people see it')
    .option(
      '--host <host>',
      'the host under which the gateway serves it, instead of all before; may be repeated',
      replace,
    )
    .option('--no-host', 'the gateway serves it no more')
    .option('--upstream <url>', 'where the gateway finds it, instead of all before; may be repeated', replace)
    .option('--no-upstream', 'the gateway finds it nowhere')
    .option('--public-path <path>', 'the path that needs no sign-in, instead of all before; may be repeated', replace)
    .option('--no-public-path', 'every path needs a sign-in')
    .option(
      '--bundled-type <type>',
      'a type whose stored entities its SDKs get, instead of all before; may be repeated',
      replace,
    )
    .option('--no-bundled-type', 'SDKs get no stored entities')
    .option('--body-limit <bytes>', 'the most that the gateway takes as the body of a request', wholeNumber)
    .option('--request-timeout <ms>', 'how long the gateway waits for its answer, in milliseconds', wholeNumber)
    .action(async (id: string, options: Changes, command: Command) => {
      const { api, show } = open(command)
      const path = `/applications/${segment(id)}`
      if (Object.keys(options).length === 0) throw usage('Nothing is named that would change.')
      const { name, host, upstream, publicPath, bundledType } = options
      await api.patch<Application>(path, {
        name,
        hosts: host === false ? [] : host,
        upstream: upstream === false ? null : upstream,
        publicPaths: publicPath === false ? [] : publicPath,
        bundledTypes: bundledType === false ? [] : bundledType,
        limits: await limits(api, path, options),
      })
      const application = await api.get<Application>(path)
      show(application, () => applicationFacts(application))
    })
}

/** The two go together: the one that is not named stays as it is. */
async function limits(api: Api, path: string, { bodyLimit, requestTimeout }: Changes) {
  if (bodyLimit === undefined && requestTimeout === undefined) return undefined
  const { limits: before } = await api.get<Application>(path)
  return { bodyBytes: bodyLimit ?? before.bodyBytes, requestTimeoutMs: requestTimeout ?? before.requestTimeoutMs }
}

/** As collect(), where a --no-... may have come before: the last word counts. */
function replace(value: string, before: readonly string[] | false | undefined): readonly string[] {
  return before === undefined || before === false ? [value] : [...before, value]
}
