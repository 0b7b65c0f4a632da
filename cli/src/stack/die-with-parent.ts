// Loaded before a part's own program. The parts run in groups of their own, so a parent that is killed with -9 would leave
// them behind, on their ports: the channel to it closes then, and they stop as if told to.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
process.channel?.unref()
