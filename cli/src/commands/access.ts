import { Command, Option } from 'commander'
import { logCommand } from '../access/log.ts'
import { replayCommand } from '../access/replay.ts'
import { shadowCommand } from '../access/shadow.ts'
import { answerCommands } from '../access/approve.ts'
import { breakGlassCommand, reviewCommand } from '../access/break-glass.ts'
import { elevateCommand } from '../access/elevate.ts'
import { elevationRulesCommand } from '../access/elevation-rules.ts'
import { requestsCommand } from '../access/requests.ts'
import { barrierCommand } from '../access/barrier.ts'
import { receiptCommand } from '../access/receipt.ts'
import { diffCommand } from '../access/diff.ts'
import { entitiesCommand } from '../access/entities.ts'
import { grantsCommand } from '../access/grants.ts'
import { explainCommand, historyCommand, whatCanCommand, whoCanCommand } from '../access/questions.ts'
import { rolesCommand } from '../access/roles.ts'
import { testCommand } from '../access/test.ts'
import type { Open } from '../cli.ts'
import { decide, type DecisionOptions } from './decision.ts'

/** The options of a question, shared with `policies test-decision`. */
export function decisionOptions(command: Command): Command {
  return command
    .option('--context <json>', 'the context of the request, a JSON object')
    .option('--entities <file>', 'the resource and what it names, as Cedar entity JSON')
    .addOption(new Option('--expect <decision>', 'exit with 0 for this decision').choices(['allow', 'deny']))
}

export function accessCommand(open: Open): Command {
  const access = new Command('access').description('who may do what')
  decisionOptions(
    access
      .command('check')
      .description(`ask for a decision: holdfast access check ada@example.com get 'Route::"/"' --application blog`)
      .argument('<principal>', 'e-mail address, or a uid like Service::"..."')
      .argument('<action>')
      .argument('<resource>', `a uid like 'Review::"7"'`)
      .option('--application <id>', 'whose policies decide', 'holdfast'),
  ).action(
    async (
      principal: string,
      action: string,
      resource: string,
      options: DecisionOptions & { application: string },
      command: Command,
    ) => decide(open(command), { application: options.application, principal, action, resource }, options),
  )
  access.addCommand(diffCommand(open))
  access.addCommand(testCommand(open))
  access.addCommand(rolesCommand(open))
  access.addCommand(grantsCommand(open))
  access.addCommand(entitiesCommand(open))
  access.addCommand(whoCanCommand(open))
  access.addCommand(whatCanCommand(open))
  access.addCommand(explainCommand(open))
  access.addCommand(historyCommand(open))
  access.addCommand(logCommand(open))
  access.addCommand(replayCommand(open))
  access.addCommand(shadowCommand(open))
  access.addCommand(elevateCommand(open))
  access.addCommand(requestsCommand(open))
  for (const command of answerCommands(open)) access.addCommand(command)
  access.addCommand(breakGlassCommand(open))
  access.addCommand(reviewCommand(open))
  access.addCommand(elevationRulesCommand(open))
  access.addCommand(barrierCommand(open))
  access.addCommand(receiptCommand(open))
  return access
}
